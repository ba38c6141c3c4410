/*
 * mamorictl log export|verify (audit-log.md §3.7, §12).
 *
 * SECURITY: an export holds ciphertext and hashes, no key; the checkpoint it
 * ends with is the one the store signed for exactly this size.  Verification
 * trusts nothing in the directory but the key it is given.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/export.h"
#include "core/err.h"
#include "ctl/ctl.h"
#include "ctl/json.h"
#include "mamori.pb-c.h"

#define EXPORT_CHUNK 256

struct export_run {
	const char *dir;
	const char *out;
	struct link *link;
	struct export *x;
	struct note_vkey vkey;
	struct checkpoint head;
	struct buf note;
	uint64_t next;
};

static int
read_vkey(struct export_run *r)
{
	char path[CTL_PATH];
	struct buf text = BUF_INIT;
	struct str line;
	int err = ERR_TOOLONG;

	if (ctl_path(path, r->dir, "log.vkey"))
		err = ctl_read(path, 512, &text);
	line = buf_str(&text);
	while (line.n > 0 && line.p[line.n - 1] == '\n')
		line.n--;
	if (err == 0)
		err = note_vkey_parse(line, &r->vkey);
	buf_release(&text);
	return err == 0 ? 0 : ctl_fail_err(path, err, NULL);
}

/* The first answer fixes the size; later ones only add entries. */
static int
take_chunk(struct export_run *r, const Mamori__CtlLogReadAns *a)
{
	int err = 0;

	if (r->note.n == 0) {
		buf_puts_str(&r->note, STR_PB(a->checkpoint));
		err = note_open(buf_str(&r->note), &r->vkey, &r->head);
		if (err != 0)
			return ctl_fail_err("checkpoint", err, NULL);
	}
	if (a->n_items == 0 || a->n_items > r->head.size - r->next)
		return ctl_fail_err("log", ERR_PEER, NULL);
	for (size_t i = 0; err == 0 && i < a->n_items; i++)
		err = export_add(r->x, STR_PB(a->items[i]->entry),
		    STR_PB(a->items[i]->blob));
	r->next += a->n_items;
	return err == 0 ? 0 : ctl_fail_err(r->out, err, NULL);
}

static int
export_all(struct export_run *r)
{
	Mamori__CtlLogReadReq req = MAMORI__CTL_LOG_READ_REQ__INIT;
	const ProtobufCMessage *ans;
	int err;
	int rc;

	do {
		req.from = r->next;
		req.count = EXPORT_CHUNK;
		req.size = r->head.size;
		rc = ctl_ask(r->link, OP_ctl_log_read, &req.base, "log", &ans);
		if (rc == 0)
			rc = take_chunk(r,
			    (const Mamori__CtlLogReadAns *)(const void *)ans);
	} while (rc == 0 && r->next < r->head.size);
	if (rc != 0)
		return rc;
	err = export_close(r->x, buf_str(&r->note), &r->vkey);
	return err == 0 ? 0 : ctl_fail_err(r->out, err, NULL);
}

static int
tell_export(const struct export_run *r, bool as_json)
{
	struct json j = { .depth = 0 };
	int err = 0;

	if (as_json) {
		json_open(&j, '{');
		json_pair(&j, "origin", str_of(r->head.origin));
		json_pair_num(&j, "size", r->head.size);
		json_pair(&j, "dir", str_of(r->out));
		json_close(&j);
		err = json_print(&j);
	} else {
		printf("%llu entries of %s in %s\n",
		    (unsigned long long)r->head.size, r->head.origin, r->out);
	}
	buf_release(&j.b);
	return err == 0 ? CTL_OK : ctl_fail_err("stdout", err, NULL);
}

int
cmd_log_export(int argc, char **argv)
{
	struct export_run r = { .dir = NULL };
	bool as_json = false;
	const struct ctl_option options[] = {
		{ .name = "dir", .must = true, .text = &r.dir },
		{ .name = "out", .must = true, .text = &r.out },
		{ .name = "json", .flag = &as_json },
	};
	int err;
	int rc;

	rc = ctl_options(argc, argv, options, 3, NULL, 0, 0);
	if (rc == 0)
		rc = read_vkey(&r);
	if (rc != 0)
		return rc;
	err = export_open(r.out, &r.x);
	if (err == ERR_EXISTS)
		return ctl_fail(r.out, "already exists",
		    "an export is never overwritten: name a new directory");
	if (err != 0)
		return ctl_fail_err(r.out, err, NULL);
	rc = ctl_open(r.dir, &r.link);
	if (rc == 0)
		rc = export_all(&r);
	export_free(r.x);
	link_close(r.link);
	buf_release(&r.note);
	if (rc != 0)
		ctl_remove_tree(r.out, true);
	return rc != 0 ? rc : tell_export(&r, as_json);
}

/* --key is the text of a key or a file with it. */
static int
take_key(const char *arg, struct buf *text)
{
	struct stat st;
	int err;

	if (stat(arg, &st) != 0 || !S_ISREG(st.st_mode)) {
		buf_puts(text, arg);
	} else {
		err = ctl_read(arg, 512, text);
		if (err != 0)
			return ctl_fail_err(arg, err, NULL);
	}
	while (text->n > 0 && text->p[text->n - 1] == '\n')
		text->n--;
	buf_putc(text, '\0');
	return text->err == 0 ? 0 : ctl_fail_err(arg, text->err, NULL);
}

static void
verify_json(const char *dir, const struct verify_result *res, int err)
{
	struct json j = { .depth = 0 };

	json_open(&j, '{');
	json_pair_bool(&j, "ok", err == 0);
	json_pair(&j, "dir", str_of(dir));
	json_pair_num(&j, "size", res->size);
	json_pair_num(&j, "sources", res->sources);
	json_key(&j, "index");
	if (err != 0 && res->has_index)
		json_unum(&j, res->index);
	else
		json_null(&j);
	json_key(&j, "file");
	if (err != 0 && res->file[0] != '\0')
		json_text(&j, res->file);
	else
		json_null(&j);
	json_pair_num(&j, "offset", res->offset);
	json_pair(&j, "what", str_of(res->what));
	json_close(&j);
	(void)json_print(&j);
	buf_release(&j.b);
}

static int
tell_verify(const char *dir, const struct verify_result *res, int err)
{
	char where[640];

	if (err == 0) {
		printf("%s: %llu entries from %llu sources, all good\n", dir,
		    (unsigned long long)res->size,
		    (unsigned long long)res->sources);
		return CTL_OK;
	}
	if (res->has_index)
		(void)snprintf(where, sizeof(where), "%s: entry %llu", dir,
		    (unsigned long long)res->index);
	else if (res->file[0] != '\0')
		(void)snprintf(where, sizeof(where), "%s: %s: offset %llu", dir,
		    res->file, (unsigned long long)res->offset);
	else
		(void)snprintf(where, sizeof(where), "%s", dir);
	return ctl_fail(where, res->what[0] != '\0' ? res->what : err_text(err),
	    "do not trust this log; keep it and tell the auditor");
}

int
cmd_log_verify(int argc, char **argv)
{
	struct verify_options opt = { .vkey = NULL };
	struct verify_result res = { .size = 0 };
	const char *dir = NULL;
	const char *key = NULL;
	bool as_json = false;
	const struct ctl_option options[] = {
		{ .name = "key", .text = &key },
		{ .name = "kek", .text = &opt.kek_file },
		{ .name = "since", .text = &opt.since },
		{ .name = "json", .flag = &as_json },
	};
	struct buf text = BUF_INIT;
	int err;
	int rc;

	rc = ctl_options(argc, argv, options, 4, &dir, 1, 1);
	if (rc == 0 && key != NULL)
		rc = take_key(key, &text);
	if (rc == 0) {
		if (key != NULL)
			opt.vkey = (const char *)text.p;
		err = verify_dir(dir, &opt, &res);
		if (as_json)
			verify_json(dir, &res, err);
		if (err != 0 || !as_json)
			rc = tell_verify(dir, &res, err);
	}
	buf_release(&text);
	return rc;
}
