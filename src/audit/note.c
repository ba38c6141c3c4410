/*
 * Checkpoints as C2SP signed notes.
 *
 * SECURITY: a note is read before its signature can be checked, so the parser
 * takes only the one canonical form (audit-log.md §3.5).  The key id is a hint
 * and no check; the signature is.
 */
#include "audit/note.h"

#include <inttypes.h>
#include <string.h>

#include "core/b64.h"
#include "core/err.h"
#include "core/utf8.h"

#define ALG_ED25519   1
#define ID_LEN	      4
#define SIG_LINES_MAX 100
#define SIG_BYTES_MIN 5
#define DASH	      "\xe2\x80\x94 "

/* Our own names: visible ASCII without '+' (audit-log.md §15.12). */
static bool
is_name(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == '+')
			return false;
	return s.n > 0 && s.n <= NOTE_ORIGIN_MAX;
}

static bool
is_unicode_space(int32_t c)
{
	return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 ||
	    c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	    c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/* Names of unknown signers: valid UTF-8 without Unicode space or '+'. */
static bool
is_foreign_name(struct str s)
{
	int32_t c;

	if (s.n == 0)
		return false;
	while ((c = utf8_next(&s)) != -2)
		if (c < 0x20 || c == '+' || is_unicode_space(c))
			return false;
	return true;
}

static void
key_id(struct str name, const uint8_t pub[ED25519_PUB], uint8_t id[ID_LEN])
{
	uint8_t h[SHA256_LEN];

	crypt_sha256_3(name, str_n("\n\1", 2), str_n(pub, ED25519_PUB), h);
	memcpy(id, h, ID_LEN);
}

int
note_vkey_make(
    const char *name, const uint8_t pub[ED25519_PUB], struct note_vkey *out)
{
	memset(out, 0, sizeof(*out));
	if (!is_name(str_of(name)))
		return ERR_SYNTAX;
	memcpy(out->name, name, strlen(name));
	memcpy(out->pub, pub, ED25519_PUB);
	key_id(str_of(name), pub, out->id);
	return 0;
}

int
note_vkey_parse(struct str text, struct note_vkey *out)
{
	uint8_t key[1 + ED25519_PUB];
	char name[NOTE_ORIGIN_MAX + 1];
	uint8_t id[ID_LEN];
	struct str part;
	size_t n;

	memset(out, 0, sizeof(*out));
	if (!str_cut(&text, '+', &part) ||
	    str_copy(name, sizeof(name), part) != 0)
		return ERR_SYNTAX;
	if (!str_cut(&text, '+', &part) || hex_get(part, id, sizeof(id)) != 0)
		return ERR_SYNTAX;
	if (b64_get(text, key, sizeof(key), &n) != 0 || n != sizeof(key) ||
	    key[0] != ALG_ED25519)
		return ERR_SYNTAX;
	if (note_vkey_make(name, key + 1, out) != 0)
		return ERR_SYNTAX;
	if (memcmp(out->id, id, sizeof(id)) != 0) {
		memset(out, 0, sizeof(*out));
		return ERR_SYNTAX;
	}
	return 0;
}

void
note_vkey_put(const struct note_vkey *k, struct buf *out)
{
	uint8_t key[1 + ED25519_PUB] = { ALG_ED25519 };

	memcpy(key + 1, k->pub, ED25519_PUB);
	buf_puts(out, k->name);
	buf_putc(out, '+');
	hex_put(out, k->id, sizeof(k->id));
	buf_putc(out, '+');
	b64_put(out, key, sizeof(key));
}

void
note_text(const struct checkpoint *c, struct buf *out)
{
	buf_printf(out, "%s\n%" PRIu64 "\n", c->origin, c->size);
	b64_put(out, c->root.b, sizeof(c->root.b));
	buf_putc(out, '\n');
}

void
note_assemble(const struct checkpoint *c, const struct note_vkey *k,
    const uint8_t sig[ED25519_SIG], struct buf *out)
{
	uint8_t raw[ID_LEN + ED25519_SIG];

	memcpy(raw, k->id, ID_LEN);
	memcpy(raw + ID_LEN, sig, ED25519_SIG);
	note_text(c, out);
	buf_printf(out, "\n" DASH "%s ", k->name);
	b64_put(out, raw, sizeof(raw));
	buf_putc(out, '\n');
}

int
note_sign(const struct checkpoint *c, const struct note_vkey *k,
    const struct crypt_key *key, struct buf *out)
{
	uint8_t sig[ED25519_SIG];
	struct buf text = BUF_INIT;
	int err;

	note_text(c, &text);
	err = text.err;
	if (err == 0)
		err = crypt_sign(key, buf_str(&text), sig);
	if (err == 0) {
		note_assemble(c, k, sig, out);
		err = out->err;
	}
	buf_release(&text);
	return err;
}

/* Cuts one line with its LF off; false when there is none. */
static bool
cut_line(struct str *rest, struct str *line)
{
	if (rest->n == 0 || memchr(rest->p, '\n', rest->n) == NULL)
		return false;
	return str_cut(rest, '\n', line);
}

static int
parse_text(struct str *rest, struct checkpoint *out)
{
	struct str line;
	size_t n;

	if (!cut_line(rest, &line) || !is_name(line) ||
	    str_copy(out->origin, sizeof(out->origin), line) != 0)
		return ERR_SYNTAX;
	if (!cut_line(rest, &line) ||
	    str_num(line, INT64_MAX, &out->size) != 0 || out->size == 0)
		return ERR_SYNTAX;
	if (!cut_line(rest, &line) ||
	    b64_get(line, out->root.b, sizeof(out->root.b), &n) != 0 ||
	    n != sizeof(out->root.b))
		return ERR_SYNTAX;
	return cut_line(rest, &line) && line.n == 0 ? 0 : ERR_SYNTAX;
}

/* One signature line: 1 = ours and good, 0 = unknown, or an error. */
static int
check_line(struct str line, struct str text, const struct note_vkey *k)
{
	uint8_t raw[NOTE_MAX];
	struct str name;
	size_t n;

	if (!str_starts(line, STR(DASH)))
		return ERR_SYNTAX;
	line.p += sizeof(DASH) - 1;
	line.n -= sizeof(DASH) - 1;
	if (!str_cut(&line, ' ', &name) || !is_foreign_name(name))
		return ERR_SYNTAX;
	if (b64_get(line, raw, sizeof(raw), &n) != 0 || n < SIG_BYTES_MIN)
		return ERR_SYNTAX;
	if (!str_eqz(name, k->name) || memcmp(raw, k->id, ID_LEN) != 0)
		return 0;
	if (crypt_verify_raw(k->pub, text, str_n(raw + ID_LEN, n - ID_LEN)) !=
	    0)
		return ERR_CRYPTO;
	return 1;
}

int
note_open(struct str note, const struct note_vkey *k, struct checkpoint *out)
{
	struct checkpoint c = { 0 };
	struct str rest = note;
	struct str text;
	struct str line;
	bool good = false;
	unsigned lines = 0;
	int r;

	memset(out, 0, sizeof(*out));
	if (note.n > NOTE_MAX || parse_text(&rest, &c) != 0 || rest.n == 0)
		return ERR_SYNTAX;
	text = str_n(note.p, note.n - rest.n - 1);
	while (rest.n > 0) {
		if (!cut_line(&rest, &line) || ++lines > SIG_LINES_MAX)
			return ERR_SYNTAX;
		r = check_line(line, text, k);
		if (r < 0)
			return r;
		good = good || r == 1;
	}
	if (!good || strcmp(c.origin, k->name) != 0)
		return ERR_CRYPTO;
	*out = c;
	return 0;
}
