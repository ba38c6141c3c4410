/*
 * The system calls of the camera driver as a table, so that every error of
 * every call can be made in a test without a camera.
 */
#ifndef AUTH_V4L2_IO_H
#define AUTH_V4L2_IO_H

#include <stddef.h>

struct v4l2_io {
	int (*open)(const char *path);
	int (*close)(int fd);
	int (*ioctl)(int fd, unsigned long request, void *arg);
	void *(*map)(size_t length, int fd, long offset);
	int (*unmap)(void *p, size_t length);
};

/* Replaces the table (tests); NULL restores the system's calls. */
void v4l2_set_io(const struct v4l2_io *io);

#endif
