/*
 * Finds the program's own folder and the data that came with it.
 *
 * SECURITY: the path comes from the kernel, never from the environment or
 * argv[0]: who starts a program cannot hand it other forms.
 */
#include "conf/share.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"

#define SHARE_UP 5

int
conf_exe_dir(char *out, size_t cap)
{
	char path[4096];
	char *slash;
	ssize_t n;

	if (cap > 0)
		out[0] = '\0';
	n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (n <= 0)
		return ERR_NOTFOUND;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL || slash == path)
		return ERR_NOTFOUND;
	*slash = '\0';
	if ((size_t)(slash - path) >= cap)
		return ERR_TOOLONG;
	memcpy(out, path, (size_t)(slash - path) + 1);
	return 0;
}

static bool
has_folder(const char *dir, const char *name)
{
	char path[4096];
	struct stat st;
	int n;

	n = snprintf(path, sizeof(path), "%s/%s", dir, name);
	return n > 0 && (size_t)n < sizeof(path) && stat(path, &st) == 0 &&
	    S_ISDIR(st.st_mode);
}

int
conf_share_dir(char *out, size_t cap)
{
	static const char installed[] = MAMORI_PREFIX "/share/mamori";
	char *slash;
	int err;

	err = conf_exe_dir(out, cap);
	if (err != 0)
		return err;
	/* build/mamori, build/demo/mamori-bio, build/tests/…: go up */
	for (int up = 0; up <= SHARE_UP; up++) {
		if (has_folder(out, "forms") && has_folder(out, "masters"))
			return 0;
		slash = strrchr(out, '/');
		if (slash == NULL || slash == out)
			break;
		*slash = '\0';
	}
	out[0] = '\0';
	if (!has_folder(installed, "forms") ||
	    !has_folder(installed, "masters"))
		return ERR_NOTFOUND;
	if (sizeof(installed) > cap)
		return ERR_TOOLONG;
	memcpy(out, installed, sizeof(installed));
	return 0;
}
