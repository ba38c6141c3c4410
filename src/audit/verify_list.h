/*
 * The files that a log directory of a given size has, and no others.
 */
#ifndef AUDIT_VERIFY_LIST_H
#define AUDIT_VERIFY_LIST_H

#include <stddef.h>
#include <stdint.h>

/*
 * Walks dir; ERR_CORRUPT with the name of a file (or link, device, …) that
 * does not belong to a log of that size in file[cap]; ERR_IO, ERR_NOMEM.
 */
int verify_list(const char *dir, uint64_t size, char *file, size_t cap);

#endif
