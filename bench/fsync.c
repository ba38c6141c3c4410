/*
 * What one durable write costs on this disk now: p50 and p99 of fdatasync
 * after 4 KiB, in a file of its own in the directory given.
 *
 *	fsync DIR
 *
 * SECURITY: writes zeros to a temporary file without a name.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 500

static int
by_value(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;

	return (*x > *y) - (*x < *y);
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int
main(int argc, char **argv)
{
	static const uint8_t block[4096];
	static double ms[ROUNDS];
	double t0;
	int fd;
	int i;

	if (argc != 2)
		return 2;
	fd = open(argv[1], O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	for (i = 0; i < ROUNDS; i++) {
		t0 = now_ms();
		if (write(fd, block, sizeof(block)) != sizeof(block) ||
		    fdatasync(fd) != 0) {
			perror("fdatasync");
			return 1;
		}
		ms[i] = now_ms() - t0;
	}
	close(fd);
	qsort(ms, ROUNDS, sizeof(ms[0]), by_value);
	printf("%.2f %.2f\n", ms[ROUNDS / 2], ms[ROUNDS * 99 / 100]);
	return 0;
}
