/*
 * Findings, and the checks that sites and terminals share.
 *
 * SECURITY: reads names, modes and sizes; the content of keys only where a
 * check needs it, and never prints any.
 */
#include "ctl/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "core/err.h"
#include "ctl/ctl.h"
#include "net/pki.h"

#define DISK_LEAST ((uint64_t)512 << 20)

static void
put_finding(struct doctor *d, const char *kind, const char *what,
    const char *why, const char *todo)
{
	json_open(&d->j, '{');
	json_pair(&d->j, "kind", str_of(kind));
	json_pair(&d->j, "what", str_of(what));
	json_pair(&d->j, "why", str_of(why));
	json_pair(&d->j, "todo", str_of(todo));
	json_close(&d->j);
}

void
doctor_problem(
    struct doctor *d, const char *what, const char *why, const char *todo)
{
	d->problems++;
	put_finding(d, "problem", what, why, todo);
	if (!d->as_json)
		printf("problem: %s: %s: %s\n", what, why, todo);
}

void
doctor_note(struct doctor *d, const char *what, const char *why)
{
	put_finding(d, "note", what, why, "");
	if (!d->as_json)
		printf("note: %s: %s\n", what, why);
}

static void
check_file(
    struct doctor *d, const char *dir, uid_t owner, const struct doctor_file *f)
{
	char path[CTL_PATH];
	struct stat st;

	if (!ctl_path(path, dir, f->name))
		return;
	if (lstat(path, &st) != 0) {
		if (!f->optional)
			doctor_problem(d, path, strerror(errno), f->todo);
		return;
	}
	if (!S_ISREG(st.st_mode)) {
		doctor_problem(d, path, "not a regular file", f->todo);
		return;
	}
	if ((st.st_mode & 077) != 0)
		doctor_problem(d, path, "others may read or change it",
		    "chmod 600, and ask who did");
	if (st.st_uid != owner)
		doctor_problem(d, path, "belongs to another user",
		    "chown it to the owner of the directory");
	if ((f->bytes != 0 && (size_t)st.st_size != f->bytes) ||
	    (st.st_size == 0 && !f->may_be_empty))
		doctor_problem(
		    d, path, "damaged: the length is wrong", f->todo);
}

bool
doctor_files(
    struct doctor *d, const char *dir, const struct doctor_file *f, size_t n)
{
	struct stat st;

	if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode)) {
		doctor_problem(d, dir, "no such directory", "check the path");
		return false;
	}
	if ((st.st_mode & 077) != 0)
		doctor_problem(d, dir, "others may look into it",
		    "chmod 700, and ask who did");
	for (size_t i = 0; i < n; i++)
		check_file(d, dir, st.st_uid, &f[i]);
	return true;
}

void
doctor_certificate(struct doctor *d, const char *dir, const char *cert,
    const char *key, const char *ca, const char *todo)
{
	char cert_path[CTL_PATH];
	char key_path[CTL_PATH];
	char ca_path[CTL_PATH];
	struct pki_files f = { cert_path, key_path };
	struct pki_cert c;
	char why[80];
	int64_t days;
	int err;

	if (!ctl_path(cert_path, dir, cert) || !ctl_path(key_path, dir, key) ||
	    !ctl_path(ca_path, dir, ca))
		return;
	err = pki_read(cert_path, &c);
	if (err == ERR_NOTFOUND)
		return; /* named among the files */
	if (err != 0) {
		doctor_problem(d, cert_path, "not a certificate", todo);
		return;
	}
	err = pki_check(&f, ca_path);
	if (err != 0 && err != ERR_NOTFOUND)
		doctor_problem(d, cert_path,
		    "key, certificate and CA do not fit together", todo);
	days = (c.not_after - ctl_now_ms() / 1000) / 86400;
	if (c.not_after < ctl_now_ms() / 1000) {
		doctor_problem(
		    d, cert_path, "the certificate has expired", todo);
	} else if (days < PKI_WARN_DAYS) {
		(void)snprintf(why, sizeof(why),
		    "the certificate expires in %lld days", (long long)days);
		doctor_problem(d, cert_path, why, todo);
	}
	if (c.not_before > ctl_now_ms() / 1000)
		doctor_problem(d, cert_path, "the certificate is not good yet",
		    "set the clock");
}

void
doctor_disk(struct doctor *d, const char *dir)
{
	struct statvfs v;
	char why[80];
	uint64_t room;

	if (statvfs(dir, &v) != 0)
		return;
	room = (uint64_t)v.f_bavail * v.f_frsize;
	if (room >= DISK_LEAST)
		return;
	(void)snprintf(why, sizeof(why), "only %llu MiB are free",
	    (unsigned long long)(room >> 20));
	doctor_problem(d, dir, why,
	    "make room: without it no entry can be logged and no answer "
	    "leaves");
}
