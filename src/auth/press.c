/*
 * fork and exec of demo/mamori-press.
 *
 * SECURITY: the program sends a picture to a socket, or lays it into the
 * folder of a demo sensor, and can do no more; a real helper has neither.
 */
#include "auth/press.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/err.h"
#include "core/str.h"

_Noreturn static void
child(char *const argv[])
{
	char *const envp[] = { NULL };
	int null = open("/dev/null", O_RDWR);

	/* its words would destroy the screen of the terminal */
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
	    dup2(null, 2) < 0)
		_exit(126);
	(void)syscall(SYS_close_range, 3, UINT_MAX, 0);
	execve(argv[0], argv, envp);
	_exit(127);
}

int
press_spawn(const char *self_dir, const char *socket, const char *finger,
    unsigned impression, pid_t *pid)
{
	char program[PATH_MAX];
	char path[PATH_MAX];
	char name[64];
	char number[16];
	char *argv[] = { program, (char[]){ "--impression" }, number, path,
		name, NULL };
	int n;

	*pid = -1;
	n = snprintf(
	    program, sizeof(program), "%s/demo/mamori-press", self_dir);
	if (n < 0 || (size_t)n >= sizeof(program) ||
	    str_copy(path, sizeof(path), str_of(socket)) != 0 ||
	    str_copy(name, sizeof(name), str_of(finger)) != 0)
		return ERR_TOOLONG;
	snprintf(number, sizeof(number), "%u", impression);
	if (access(program, X_OK) != 0)
		return ERR_IO;
	*pid = fork();
	if (*pid == 0)
		child(argv);
	return *pid > 0 ? 0 : ERR_IO;
}

const char *
press_socket(const char *spec)
{
	const struct str prefix = STR("virtual:image:");

	if (str_starts(str_of(spec), STR("vein:dir:")))
		return spec; /* mamori-press knows it by its prefix */
	return str_starts(str_of(spec), prefix) ? spec + prefix.n : NULL;
}
