/*
 * Bytes: a borrowed slice (struct str) and a growing buffer (struct buf).
 *
 * A struct str owns nothing and lives as long as what it points into.  Every
 * length is a size_t and is compared with what is left.
 */
#ifndef CORE_STR_H
#define CORE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(lit) ((struct str){ (lit), sizeof(lit) - 1 })
#define STR_FMT "%.*s"
#define STR_ARG(s) ((int)(s).n), ((s).p ? (s).p : "")

/* A slice over a C string; NULL gives the empty slice. */
struct str str_of(const char *s);

/* A slice over n bytes. */
struct str str_n(const void *p, size_t n);

/* A slice over a protobuf-c bytes field (any struct with len and data). */
#define STR_PB(b) str_n((b).data, (b).len)

bool str_eq(struct str a, struct str b);
bool str_eqz(struct str a, const char *z);
bool str_starts(struct str s, struct str prefix);

/* memcmp order, shorter first. */
int str_cmp(struct str a, struct str b);

/*
 * Cuts the part before the first `sep` off *rest into *part and steps over
 * the separator.  False when *rest was empty; the last part has no separator.
 */
bool str_cut(struct str *rest, char sep, struct str *part);

/*
 * "0" or [1-9][0-9]* up to max (audit-log.md "num").  ERR_SYNTAX, ERR_RANGE.
 */
int str_num(struct str s, uint64_t max, uint64_t *out);

/* NUL-terminated copy into dst[cap]; ERR_TOOLONG, ERR_SYNTAX on a NUL in s. */
int str_copy(char *dst, size_t cap, struct str s);

/* malloc'ed NUL-terminated copy or NULL. */
char *str_dup(struct str s);

/*
 * Growing buffer.  Failure is sticky: after a failed put every later put does
 * nothing, and the caller checks `err` once at the end.
 */
struct buf {
	uint8_t *p;
	size_t n;
	size_t cap;
	size_t max; /* refuses to grow beyond this; 0 = BUF_MAX */
	int err;
};

#define BUF_MAX ((size_t)64 << 20)
#define BUF_INIT ((struct buf){ 0 })

void buf_release(struct buf *b);

/* Zeroes before it frees: for anything secret. */
void buf_wipe(struct buf *b);

/* Keeps the memory. Clears the sticky error too. */
void buf_clear(struct buf *b);

void buf_put(struct buf *b, const void *p, size_t n);
void buf_puts(struct buf *b, const char *z);
void buf_puts_str(struct buf *b, struct str s);
void buf_putc(struct buf *b, char c);
void buf_put_be16(struct buf *b, uint16_t v);
void buf_put_be32(struct buf *b, uint32_t v);
void buf_put_be64(struct buf *b, uint64_t v);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Removes n bytes from the front (n <= b->n). */
void buf_shift(struct buf *b, size_t n);

struct str buf_str(const struct buf *b);

/*
 * Reader with sticky failure; check r.err once at the end, and rd_end() for
 * trailing bytes.
 */
struct rd {
	const uint8_t *p;
	size_t left;
	int err;
};

struct rd rd_of(struct str s);
uint8_t rd_u8(struct rd *r);
uint16_t rd_be16(struct rd *r);
uint32_t rd_be32(struct rd *r);
uint64_t rd_be64(struct rd *r);
struct str rd_bytes(struct rd *r, size_t n);

/* r->err, or ERR_SYNTAX when bytes are left over. */
int rd_end(const struct rd *r);

#endif
