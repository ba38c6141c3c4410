/*
 * Private to gen*.c: the row that is being written.
 */
#ifndef CORE_GEN_ROW_H
#define CORE_GEN_ROW_H

#include "core/gen.h"
#include "core/gen_draw.h"
#include "core/resident.h"

struct gen {
	const struct gen_options *o;
	gen_sink *sink;
	void *ctx;
	uint64_t rng;
	uint64_t items_rng; /* items do not move what was there before */
	uint64_t persons;
	uint64_t houses;
	unsigned member;  /* of the household at hand, from 1 */
	uint64_t code_at; /* where the numbers of this seed begin */
	uint64_t number_at;
	struct buf out;
	struct buf text; /* values of the row that is being written */
};

/* Where each value of a row begins and ends in g->text. */
struct gen_row {
	size_t at[RESIDENT_COUNT][2];
};

/* A value is what is put into g->text between begin and end. */
void gen_begin(struct gen *g, struct gen_row *d, enum resident_column col);
void gen_end(struct gen *g, struct gen_row *d, enum resident_column col);
void gen_set(
    struct gen *g, struct gen_row *d, enum resident_column col, const char *z);

/* The items that no event changes. */
void gen_person_items(
    struct gen *g, struct gen_row *d, const struct gen_person *p);

/* The items of the row of event i. */
void gen_event_items(struct gen *g, struct gen_row *d,
    const struct gen_person *p, const struct gen_person *head,
    const struct gen_event *events, size_t i);

#endif
