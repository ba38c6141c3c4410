/*
 * Private to gen*.c: drawing households and histories.
 */
#ifndef CORE_GEN_DRAW_H
#define CORE_GEN_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/era.h"
#include "core/gen_tables.h"

#define GEN_FAMILY_MAX 8
#define GEN_EVENTS_MAX 5

enum gen_event_kind {
	GEN_BORN,
	GEN_MOVED_IN,
	GEN_MOVED,
	GEN_MARRIED,
	GEN_DIED,
	GEN_LEFT,
};

struct gen_address {
	const struct gen_place *place;
	unsigned block;
	unsigned house;
	unsigned room; /* 0: a house */
};

struct gen_person {
	const struct gen_name *surname;
	const struct gen_name *maiden; /* surname before 婚姻 */
	const struct gen_name *given;
	const struct gen_foreigner *foreigner; /* NULL: Japanese */
	const char *relation;
	bool female;
	int age; /* years at gen_today */
	struct date birth;
};

struct gen_event {
	enum gen_event_kind kind;
	struct date when;
	struct gen_address where;
	const struct gen_name *surname;
};

/* 0 … n−1; true n times in 1000.  splitmix64. */
unsigned gen_below(uint64_t *rng, size_t n);
bool gen_chance(uint64_t *rng, unsigned permille);

struct gen_address gen_draw_address(uint64_t *rng);

/* A household into family[GEN_FAMILY_MAX], the head first; how many. */
size_t gen_draw_family(uint64_t *rng, struct gen_person *family);

/*
 * What happened to p, in order, into e[GEN_EVENTS_MAX]; the last row lives at
 * `home`.  *removed: the last one is 転出 or 死亡.
 */
size_t gen_draw_history(uint64_t *rng, const struct gen_person *p,
    struct gen_event *e, const struct gen_address *home, bool *removed);

#endif
