/*
 * A synthetic city for end-to-end tests: the same one as `make demo`, with
 * one planted resident, copied afresh for each test, and its own mamorid.
 */
#ifndef TESTS_CITY_H
#define TESTS_CITY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Who was planted: typed as kana in romaji and a birth date, found once. */
#define PLANT_NAME	 "源典子"
#define PLANT_KANA	 "ミナモト"
#define PLANT_ROMAJI	 "minamotonoriko"
#define PLANT_BIRTH	 "S551226"
#define PLANT_BIRTH_TEXT "昭和55年12月26日"
#define PLANT_ADDRESS	 "例示市潜町七丁目77番7号"
#define CITY_PIN	 "20261121"

struct city {
	char build[512]; /* absolute */
	char dir[256];	 /* of this test */
	char site[300];
	char terminal[300];
	char addr[64]; /* 127.0.0.1:PORT */
	char sensor[320];
	char number[17]; /* 宛名番号 of the planted resident */
	char my_number[13];
	pid_t server;
};

/* Makes (once for all tests) and copies it; false when that failed. */
bool city_open(struct city *c);

/* Starts mamorid and waits for its ready line. */
bool city_start(struct city *c);

/* kill -9 of the parent and all it started, or an orderly end. */
void city_kill(struct city *c);
void city_stop(struct city *c);

/* Stops and removes everything. */
void city_close(struct city *c);

/* argv of mamori for it, NULL-terminated; extra arguments may be NULL. */
void city_mamori(const struct city *c, const char *argv[16], const char *server,
    const char *script);

/* True when any regular file below dir contains the bytes; names it. */
bool city_scan(const char *dir, const char *needle, size_t n, char found[512]);

#endif
