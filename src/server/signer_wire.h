/* What store and signer say to each other; the layout is in signerproc.c. */
#ifndef SERVER_SIGNER_WIRE_H
#define SERVER_SIGNER_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/tree.h"

#define SIGNER_INIT  'I'
#define SIGNER_SIGN  'S'
#define SIGNER_FIXED (1 + 8 + SHA256_LEN)
#define SIGNER_MAX   (SIGNER_FIXED + TREE_PROOF_MAX * SHA256_LEN)

/* Reads or writes exactly n bytes, blocking; ERR_IO. */
int signer_io(int fd, void *p, size_t n, bool writing)
    __attribute__((warn_unused_result));

#endif
