/*
 * The envelope of a credential.
 *
 * SECURITY: an envelope comes from the server and is hostile until GCM says
 * otherwise: the header is parsed with limits (scrypt's memory too), nothing
 * of the plaintext is looked at before the tag is checked, and the header and
 * the plaintext must then agree.  Key material lives on the stack for the
 * length of one call and is wiped.
 */
#include "auth/cred.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/err.h"

#define MAGIC	   "mamori-cred/v1\n"
#define INFO	   "mamori-cred/v1"
#define SEALED_MAX (CRED_TEMPLATE_MAX + 512)

static void
put16(struct buf *out, struct str s)
{
	buf_put_be16(out, (uint16_t)s.n);
	buf_puts_str(out, s);
}

/* A text of 1..max bytes without NUL. */
static struct str
get16(struct rd *r, size_t max)
{
	uint16_t n = rd_be16(r);
	struct str s;

	if (r->err == 0 && (n == 0 || n > max))
		r->err = ERR_SYNTAX;
	s = rd_bytes(r, r->err == 0 ? n : 0);
	if (r->err == 0 && memchr(s.p, '\0', s.n) != NULL)
		r->err = ERR_SYNTAX;
	return s;
}

static void
get_fixed(struct rd *r, uint8_t *out, size_t n)
{
	struct str s = rd_bytes(r, n);

	if (r->err == 0)
		memcpy(out, s.p, n);
}

static bool
scrypt_ok(struct crypt_scrypt par)
{
	return par.log2_n >= 10 && par.log2_n <= CRED_LOG2_N_MAX &&
	    par.r == 8 && par.p >= 1 && par.p <= 4;
}

int
cred_header_parse(struct str envelope, struct cred_header *out)
{
	struct cred_header h = { 0 };
	struct rd r = rd_of(envelope);
	uint32_t n;

	memset(out, 0, sizeof(*out));
	if (!str_eqz(rd_bytes(&r, sizeof(MAGIC) - 1), MAGIC))
		return ERR_SYNTAX;
	h.scrypt.log2_n = rd_u8(&r);
	h.scrypt.r = rd_u8(&r);
	h.scrypt.p = rd_u8(&r);
	get_fixed(&r, h.salt, sizeof(h.salt));
	get_fixed(&r, h.nonce, sizeof(h.nonce));
	h.finger = rd_u8(&r);
	h.modality = get16(&r, CRED_MODALITY_MAX);
	h.driver = get16(&r, CRED_DRIVER_MAX);
	h.uuid = get16(&r, CRED_UUID_MAX);
	if (r.err != 0)
		return ERR_SYNTAX;
	h.head = str_n(envelope.p, envelope.n - r.left);
	n = rd_be32(&r);
	if (r.err != 0 || n <= GCM_TAG || n > SEALED_MAX)
		return ERR_SYNTAX;
	h.sealed = rd_bytes(&r, n);
	if (rd_end(&r) != 0 || !scrypt_ok(h.scrypt) || h.finger < 1 ||
	    h.finger > 10)
		return ERR_SYNTAX;
	*out = h;
	return 0;
}

/* The key of DESIGN §8. */
static int
derive(const struct cred_keys *keys, const uint8_t salt[CRED_SALT],
    struct crypt_scrypt par, uint8_t key[32])
{
	uint8_t ikm[32 + CRED_GROUP + CRED_SHARE];
	int rc;

	if (keys->group.n != CRED_GROUP || keys->share.n != CRED_SHARE ||
	    keys->pin.n == 0)
		return ERR_RANGE;
	rc = crypt_scrypt(keys->pin, str_n(salt, CRED_SALT), par, ikm, 32);
	if (rc == 0) {
		memcpy(ikm + 32, keys->group.p, CRED_GROUP);
		memcpy(ikm + 32 + CRED_GROUP, keys->share.p, CRED_SHARE);
		rc = crypt_hkdf(str_n(ikm, sizeof(ikm)), str_n(salt, CRED_SALT),
		    STR(INFO), key, 32);
	}
	explicit_bzero(ikm, sizeof(ikm));
	return rc;
}

static bool
fits(struct str s, size_t max)
{
	return s.n > 0 && s.n <= max && memchr(s.p, '\0', s.n) == NULL;
}

static bool
cred_fits(const struct cred *c)
{
	return fits(c->match_id, CRED_MATCH_ID_MAX) &&
	    fits(c->modality, CRED_MODALITY_MAX) &&
	    fits(c->driver, CRED_DRIVER_MAX) && fits(c->uuid, CRED_UUID_MAX) &&
	    c->finger >= 1 && c->finger <= 10 && c->tpl.n > 0 &&
	    c->tpl.n <= CRED_TEMPLATE_MAX;
}

static void
put_head(struct buf *out, const struct cred *c, struct crypt_scrypt par,
    const uint8_t salt[CRED_SALT], const uint8_t nonce[GCM_NONCE])
{
	buf_puts(out, MAGIC);
	buf_putc(out, (char)par.log2_n);
	buf_putc(out, (char)par.r);
	buf_putc(out, (char)par.p);
	buf_put(out, salt, CRED_SALT);
	buf_put(out, nonce, GCM_NONCE);
	buf_putc(out, (char)c->finger);
	put16(out, c->modality);
	put16(out, c->driver);
	put16(out, c->uuid);
}

static void
put_plain(struct buf *out, const struct cred *c)
{
	put16(out, c->match_id);
	put16(out, c->modality);
	put16(out, c->driver);
	put16(out, c->uuid);
	buf_putc(out, (char)c->finger);
	buf_put(out, c->seed, sizeof(c->seed));
	buf_put_be32(out, (uint32_t)c->tpl.n);
	buf_puts_str(out, c->tpl);
}

int
cred_seal(const struct cred *c, const struct cred_keys *keys,
    struct crypt_scrypt par, struct buf *out)
{
	struct buf head = BUF_INIT;
	struct buf aad = BUF_INIT;
	struct buf plain = BUF_INIT;
	struct buf sealed = BUF_INIT;
	uint8_t salt[CRED_SALT];
	uint8_t nonce[GCM_NONCE];
	uint8_t key[32];
	int rc;

	if (!cred_fits(c) || !scrypt_ok(par))
		return ERR_RANGE;
	crypt_random(salt, sizeof(salt));
	crypt_random(nonce, sizeof(nonce));
	rc = derive(keys, salt, par, key);
	if (rc != 0)
		goto out;
	put_head(&head, c, par, salt, nonce);
	buf_puts_str(&aad, buf_str(&head));
	put16(&aad, c->match_id);
	put_plain(&plain, c);
	rc = head.err != 0 ? head.err : aad.err != 0 ? aad.err : plain.err;
	if (rc == 0)
		rc = crypt_seal(
		    key, nonce, buf_str(&aad), buf_str(&plain), &sealed);
	if (rc != 0)
		goto out;
	buf_puts_str(out, buf_str(&head));
	buf_put_be32(out, (uint32_t)sealed.n);
	buf_puts_str(out, buf_str(&sealed));
	rc = sealed.err != 0 ? sealed.err : out->err;
out:
	explicit_bzero(key, sizeof(key));
	buf_wipe(&plain);
	buf_release(&sealed);
	buf_release(&aad);
	buf_release(&head);
	return rc;
}

/* The plaintext, already authenticated: what does not fit is our own bug. */
static int
parse_plain(struct cred *c)
{
	struct rd r = rd_of(buf_str(&c->plain));
	uint32_t n;

	c->match_id = get16(&r, CRED_MATCH_ID_MAX);
	c->modality = get16(&r, CRED_MODALITY_MAX);
	c->driver = get16(&r, CRED_DRIVER_MAX);
	c->uuid = get16(&r, CRED_UUID_MAX);
	c->finger = rd_u8(&r);
	get_fixed(&r, c->seed, sizeof(c->seed));
	n = rd_be32(&r);
	if (r.err != 0 || n > CRED_TEMPLATE_MAX)
		return ERR_CORRUPT;
	c->tpl = rd_bytes(&r, n);
	return rd_end(&r) == 0 && cred_fits(c) ? 0 : ERR_CORRUPT;
}

int
cred_open(struct str envelope, struct str match_id,
    const struct cred_keys *keys, struct cred *out)
{
	struct buf aad = BUF_INIT;
	struct cred_header h;
	struct cred c = { 0 };
	uint8_t key[32];
	int rc;

	memset(out, 0, sizeof(*out));
	rc = cred_header_parse(envelope, &h);
	if (rc != 0)
		return rc;
	if (!fits(match_id, CRED_MATCH_ID_MAX))
		return ERR_RANGE;
	rc = derive(keys, h.salt, h.scrypt, key);
	if (rc != 0)
		goto out;
	buf_puts_str(&aad, h.head);
	put16(&aad, match_id);
	rc = aad.err;
	if (rc == 0)
		rc =
		    crypt_open(key, h.nonce, buf_str(&aad), h.sealed, &c.plain);
	if (rc != 0)
		goto out;
	rc = parse_plain(&c);
	if (rc == 0 &&
	    (!str_eq(c.match_id, match_id) || !str_eq(c.modality, h.modality) ||
		!str_eq(c.driver, h.driver) || !str_eq(c.uuid, h.uuid) ||
		c.finger != h.finger))
		rc = ERR_CORRUPT;
	if (rc == 0) {
		*out = c;
		c = (struct cred){ 0 };
	}
out:
	explicit_bzero(key, sizeof(key));
	cred_wipe(&c);
	buf_release(&aad);
	return rc;
}

void
cred_wipe(struct cred *c)
{
	buf_wipe(&c->plain);
	explicit_bzero(c, sizeof(*c));
}

int
cred_group_key(const char *terminal_dir, uint8_t out[CRED_GROUP])
{
	char path[PATH_MAX];
	uint8_t raw[CRED_GROUP + 1];
	struct stat st;
	ssize_t n = -1;
	int fd;
	int k;

	memset(out, 0, CRED_GROUP);
	k = snprintf(path, sizeof(path), "%s/bio/group.key", terminal_dir);
	if (k < 0 || (size_t)k >= sizeof(path))
		return ERR_TOOLONG;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return ERR_IO;
	/* a key that anybody can read is no key */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & S_IRWXO) == 0)
		n = read(fd, raw, sizeof(raw));
	close(fd);
	if (n == CRED_GROUP)
		memcpy(out, raw, CRED_GROUP);
	explicit_bzero(raw, sizeof(raw));
	return n == CRED_GROUP ? 0 : ERR_CORRUPT;
}
