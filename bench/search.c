/*
 * The search of the store, inside it: p50, p95 and p99 of each kind of query
 * over COUNT synthetic residents (default 100000; 1000000 and 10000000 by
 * argument), with checking of candidates and filling of the list.  BENCH_DB
 * names a database to keep and use again.
 *
 * SECURITY: a benchmark; everybody in it is invented.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/err.h"
#include "core/gen.h"
#include "core/utf8.h"
#include "store/import.h"
#include "store/search.h"

#define ASKED 1000
#define LIMIT 50

struct someone {
	char no[17];
	char name[256];
	char kana[256];
	char birth[11];
	char address[512];
	char household[17];
};

static struct db *db;
static struct import im;
static uint64_t rows;
static struct someone some[ASKED];
static struct wire_arena arena;

static int64_t
now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
must(int err, const char *what)
{
	if (err == 0)
		return;
	fprintf(stderr, "search: %s: %s\n", what, err_name(err));
	exit(1);
}

/* ---- the register -------------------------------------------------------- */

static void
bad(void *ctx, uint64_t line, struct str column, const char *reason)
{
	(void)ctx;
	fprintf(stderr, "search: line %llu: " STR_FMT ": %s\n",
	    (unsigned long long)line, STR_ARG(column), reason);
	exit(1);
}

static int
take(void *ctx, struct str csv)
{
	size_t i;

	(void)ctx;
	for (i = 0; i < csv.n; i++)
		rows += csv.p[i] == '\n';
	return import_rows(&im, db, im.ticket, csv, 2, bad, NULL);
}

static void
build(uint64_t count)
{
	const struct gen_options o = { .seed = 7,
		.count = count,
		.protected_permille = GEN_PROTECTED_DEFAULT };
	const char *item;
	int64_t start = now_ns();
	int64_t staged;

	must(db_begin(db), "begin");
	must(import_begin(&im, db, STR("bench")), "import");
	must(gen_residents(&o, take, NULL), "rows");
	staged = now_ns();
	must(import_commit(&im, db, im.ticket, rows - 1, &item), "taking");
	must(db_commit(db), "commit");
	printf("%llu residents, %llu rows: staged in %.1f s, taken and "
	       "indexed in %.1f s\n",
	    (unsigned long long)count, (unsigned long long)rows - 1,
	    (double)(staged - start) / 1e9, (double)(now_ns() - staged) / 1e9);
}

static void
copy(char *out, size_t n, struct str s)
{
	if (str_copy(out, n, s) != 0)
		out[0] = '\0';
}

/* People to ask for, spread over the register. */
static void
choose(uint64_t count)
{
	uint64_t x = 88172645463325252u;
	struct db_query *q;
	size_t i;

	for (i = 0; i < ASKED; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		q = db_query(db,
		    "SELECT resident_no,name,kana,birth,address,household_no"
		    " FROM person WHERE rowid=?");
		db_bind_int(q, (int64_t)(x % count) + 1);
		must(db_one(q), "someone");
		copy(some[i].no, sizeof(some[i].no), db_text(q, 0));
		copy(some[i].name, sizeof(some[i].name), db_text(q, 1));
		copy(some[i].kana, sizeof(some[i].kana), db_text(q, 2));
		copy(some[i].birth, sizeof(some[i].birth), db_text(q, 3));
		copy(some[i].address, sizeof(some[i].address), db_text(q, 4));
		copy(some[i].household, sizeof(some[i].household),
		    db_text(q, 5));
		db_done(q);
	}
}

/* ---- kinds of queries ---------------------------------------------------- */

/* The first n characters. */
static struct str
head(const char *z, unsigned n)
{
	struct str s = str_of(z);
	struct str rest = s;

	while (n-- > 0 && rest.n > 0)
		(void)utf8_next(&rest);
	return str_n(s.p, s.n - rest.n);
}

static void
by_number(const struct someone *p, struct search_query *q)
{
	q->v[SEARCH_resident_no] = str_of(p->no);
}

static void
kana_birth(const struct someone *p, struct search_query *q)
{
	q->v[SEARCH_kana] = str_of(p->kana);
	q->v[SEARCH_birth] = str_of(p->birth);
}

static void
kana_part_birth(const struct someone *p, struct search_query *q)
{
	q->v[SEARCH_kana] = head(p->kana, 2);
	q->v[SEARCH_birth] = str_of(p->birth);
}

static void
name_birth(const struct someone *p, struct search_query *q)
{
	q->v[SEARCH_name] = str_of(p->name);
	q->v[SEARCH_birth] = str_of(p->birth);
}

static void
name_whole(const struct someone *p, struct search_query *q)
{
	q->v[SEARCH_name] = str_of(p->name);
	q->whole = true;
}

static void
kana_part_2(const struct someone *p, struct search_query *q)
{
	q->v[SEARCH_kana] = head(p->kana, 2);
}

static void
kana_part_3(const struct someone *p, struct search_query *q)
{
	q->v[SEARCH_kana] = head(p->kana, 3);
}

static void
kana_part_place(const struct someone *p, struct search_query *q)
{
	q->v[SEARCH_kana] = head(p->kana, 3);
	q->v[SEARCH_address] = str_of(p->address);
}

static void
household(const struct someone *p, struct search_query *q)
{
	q->v[SEARCH_household_no] = str_of(p->household);
}

/* Everybody is a candidate: one letter, the city, and a filter on nobody. */
static void
worst(const struct someone *p, struct search_query *q)
{
	q->v[SEARCH_kana] = STR("ン");
	q->v[SEARCH_address] = head(p->address, 3);
	q->v[SEARCH_relation] = STR("そのような続柄はない");
}

static const struct {
	const char *name;
	void (*make)(const struct someone *p, struct search_query *q);
	unsigned rounds;
} kinds[] = {
	{ "addressee number", by_number, ASKED },
	{ "kana + birth date", kana_birth, ASKED },
	{ "part of kana + birth date", kana_part_birth, ASKED },
	{ "name + birth date", name_birth, ASKED },
	{ "whole name, variants folded", name_whole, ASKED },
	{ "2 letters of kana, first 50", kana_part_2, ASKED },
	{ "3 letters of kana, first 50", kana_part_3, ASKED },
	{ "3 letters of kana + address", kana_part_place, ASKED },
	{ "household number", household, ASKED },
	{ "no index helps: cut at 20 ms", worst, 20 },
};

static int
by_time(const void *a, const void *b)
{
	const int64_t *x = a;
	const int64_t *y = b;

	return (*x > *y) - (*x < *y);
}

static void
print_line(const char *name, int64_t *t, unsigned n, const char *more)
{
	qsort(t, n, sizeof(*t), by_time);
	printf("| %-30s | %9.1f | %9.1f | %9.1f |%s\n", name,
	    (double)t[n / 2] / 1e3, (double)t[n * 95 / 100] / 1e3,
	    (double)t[n * 99 / 100] / 1e3, more);
	fflush(stdout);
}

static void
run_kind(size_t k)
{
	int64_t t[ASKED];
	struct search_hit *hits;
	const char *item;
	unsigned cut = 0;
	char more[64];
	unsigned i;
	size_t n;
	int err;

	for (i = 0; i < kinds[k].rounds; i++) {
		struct search_query q = { 0 };

		kinds[k].make(&some[i], &q);
		wire_arena_reset(&arena);
		t[i] = now_ns();
		db_budget(db, 20000);
		err = search_run(db, &q, LIMIT, &arena, &hits, &n, &item);
		db_budget(db, 0);
		t[i] = now_ns() - t[i];
		cut += err == ERR_TIMEOUT;
		/* ERR_LIMIT: "ー" has no key, one letter is left */
		if (err != ERR_TIMEOUT && err != ERR_LIMIT)
			must(err, kinds[k].name);
	}
	(void)snprintf(more, sizeof(more), cut > 0 ? " %u cut off" : "", cut);
	print_line(kinds[k].name, t, kinds[k].rounds, more);
}

static void
run_get(void)
{
	int64_t t[ASKED];
	struct person p;
	unsigned i;

	for (i = 0; i < ASKED; i++) {
		wire_arena_reset(&arena);
		t[i] = now_ns();
		must(person_get(db, str_of(some[i].no), &arena, &p), "get");
		t[i] = now_ns() - t[i];
	}
	print_line("exact key", t, ASKED, "");
}

int
main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
	const char *keep = getenv("BENCH_DB");
	const char *path = keep != NULL ? keep : "/tmp/mamori-bench.db";
	uint64_t have = 0;
	size_t k;

	if (count == 0 || count > GEN_COUNT_MAX) {
		fprintf(stderr, "usage: search [COUNT]\n");
		return 2;
	}
	must(db_open(&db, path, true), path);
	must(search_ready(db), "index");
	must(wire_arena_init(&arena, 4 << 20), "arena");
	must(person_count(db, &have), "count");
	if (have == 0) {
		build(count);
		must(db_wal_checkpoint(path), "checkpoint");
	}
	must(person_count(db, &have), "count");
	choose(have);
	printf("%llu residents, times in us\n"
	       "| query | p50 | p95 | p99 |\n| --- | --- | --- | --- |\n",
	    (unsigned long long)have);
	run_get(); /* warms the cache */
	run_get();
	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		run_kind(k);
	db_close(db);
	wire_arena_release(&arena);
	if (keep == NULL)
		(void)unlink(path);
	return 0;
}
