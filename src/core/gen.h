/*
 * Synthetic residents.  Every person is invented: names are drawn from tables
 * of common names, numbers are made up with valid check digits, streets are
 * real so that searches look like work.  The same options give the same bytes
 * on every machine.
 */
#ifndef CORE_GEN_H
#define CORE_GEN_H

#include <stdint.h>

#include "core/str.h"

struct gen_options {
	uint64_t seed;
	uint64_t count;		     /* persons, not rows */
	unsigned protected_permille; /* share with 仮, 支 or 抑 */
};

#define GEN_COUNT_MAX	      10000000
#define GEN_PROTECTED_DEFAULT 2

/* Gets the file in pieces of whole lines; not 0 stops. */
typedef int gen_sink(void *ctx, struct str csv);

/*
 * Writes the header and all rows to `sink`, persons in order of resident_no
 * with their history in order.  ERR_RANGE for options out of range,
 * ERR_NOMEM, or what sink returned.
 */
int gen_residents(const struct gen_options *o, gen_sink *sink, void *ctx)
    __attribute__((warn_unused_result));

#endif
