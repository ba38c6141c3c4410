/*
 * Private to gen.c: the words it draws from.
 */
#ifndef CORE_GEN_TABLES_H
#define CORE_GEN_TABLES_H

#include <stddef.h>

struct gen_name {
	const char *kanji;
	const char *kana;
};

struct gen_place {
	const char *street;
	const char *postal;
};

struct gen_foreigner {
	const char *name;
	const char *kana;
	const char *sex;
	const char *nationality;
	const char *alias;
};

extern const struct gen_name gen_surnames[];
extern const size_t gen_surnames_count;
extern const struct gen_name gen_variants[];
extern const size_t gen_variants_count;
extern const struct gen_name gen_men_old[];
extern const size_t gen_men_old_count;
extern const struct gen_name gen_men_new[];
extern const size_t gen_men_new_count;
extern const struct gen_name gen_women_old[];
extern const size_t gen_women_old_count;
extern const struct gen_name gen_women_new[];
extern const size_t gen_women_new_count;
extern const struct gen_place gen_places[];
extern const size_t gen_places_count;
extern const struct gen_foreigner gen_foreigners[];
extern const size_t gen_foreigners_count;

#endif
