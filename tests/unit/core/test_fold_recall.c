/*
 * How well the search keys do on names they were not made from: recall (the
 * same name written in two ways has one key) and false merges (two names have
 * one key), over tests/data/name_pairs.tsv, printed by kind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "core/namekey.h"

#define PAIRS_FILE "tests/data/name_pairs.tsv"

/* per thousand; what the table reached when it was made, less a little */
#define RECALL_FLOOR  950
#define MERGE_CEILING 60
#define PAIRS_FLOOR   200
#define KINDS_MAX     32

struct kind {
	char name[32];
	bool same;
	unsigned all;
	unsigned equal;
};

struct score {
	struct kind kinds[KINDS_MAX];
	size_t n;
	unsigned all[2];   /* differ, same */
	unsigned equal[2]; /* of these with one key */
};

static struct kind *
kind_of(struct score *sc, struct str name, bool same)
{
	size_t i;

	for (i = 0; i < sc->n; i++)
		if (str_eqz(name, sc->kinds[i].name) &&
		    sc->kinds[i].same == same)
			return &sc->kinds[i];
	assert_true(sc->n < KINDS_MAX);
	assert_int_equal(str_copy(sc->kinds[sc->n].name, 32, name), 0);
	sc->kinds[sc->n].same = same;
	return &sc->kinds[sc->n++];
}

static bool
one_key(struct str item, struct str a, struct str b)
{
	int (*key)(struct buf *, struct str) =
	    str_eqz(item, "kana") ? namekey_kana : namekey_name;
	struct buf x = BUF_INIT;
	struct buf y = BUF_INIT;
	bool equal;

	assert_int_equal(key(&x, a), 0);
	assert_int_equal(key(&y, b), 0);
	equal = str_eq(buf_str(&x), buf_str(&y));
	buf_release(&x);
	buf_release(&y);
	return equal;
}

static void
score_line(struct score *sc, struct str line)
{
	struct str f[5];
	struct kind *kind;
	bool same;
	bool equal;
	size_t i;

	if (line.n == 0 || line.p[0] == '#')
		return;
	for (i = 0; i < 5; i++)
		assert_true(str_cut(&line, '\t', &f[i]));
	same = str_eqz(f[0], "same");
	assert_true(same || str_eqz(f[0], "differ"));
	equal = one_key(f[2], f[3], f[4]);
	kind = kind_of(sc, f[1], same);
	kind->all++;
	kind->equal += equal;
	sc->all[same]++;
	sc->equal[same] += equal;
	if (equal != same)
		print_message("%s %s: " STR_FMT " / " STR_FMT "\n",
		    same ? "missed" : "merged", kind->name, STR_ARG(f[3]),
		    STR_ARG(f[4]));
}

static void
score_file(struct score *sc)
{
	FILE *f = fopen(PAIRS_FILE, "re");
	char line[512];

	memset(sc, 0, sizeof(*sc));
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		score_line(sc, str_of(line));
	}
	fclose(f);
}

static void
SRC_05_SRC_06_held_out_pairs_are_found_and_kept_apart(void **state)
{
	struct score sc;
	size_t i;

	(void)state;
	score_file(&sc);
	for (i = 0; i < sc.n; i++)
		print_message("%-7s %-14s %3u of %3u have one key\n",
		    sc.kinds[i].same ? "same" : "differ", sc.kinds[i].name,
		    sc.kinds[i].equal, sc.kinds[i].all);
	print_message("recall %u of %u (%u.%u %%), false merges %u of %u "
		      "(%u.%u %%)\n",
	    sc.equal[1], sc.all[1], sc.equal[1] * 100 / sc.all[1],
	    sc.equal[1] * 1000 / sc.all[1] % 10, sc.equal[0], sc.all[0],
	    sc.equal[0] * 100 / sc.all[0], sc.equal[0] * 1000 / sc.all[0] % 10);
	assert_true(sc.all[0] + sc.all[1] >= PAIRS_FLOOR);
	assert_true(sc.equal[1] * 1000 >= sc.all[1] * RECALL_FLOOR);
	assert_true(sc.equal[0] * 1000 <= sc.all[0] * MERGE_CEILING);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    SRC_05_SRC_06_held_out_pairs_are_found_and_kept_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
