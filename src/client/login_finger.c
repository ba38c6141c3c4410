/*
 * What a right PIN released, and the fingers that may sign it (AUT-01).
 *
 * SECURITY: envelopes and share are wiped with the try they belong to; two
 * fingers sign one challenge, which the server takes once.
 */
#include "client/login_impl.h"

#include <string.h>

#include "core/err.h"
#include "core/wire.h"

void
login_fingers_forget(struct login_fingers *f)
{
	size_t i;

	for (i = 0; i < sizeof(f->one) / sizeof(f->one[0]); i++)
		buf_wipe(&f->one[i].envelope);
	explicit_bzero(f, sizeof(*f));
}

int
login_fingers_take(struct login *l, const Mamori__LoginPinAns *pa)
{
	struct login_fingers *f = &l->fingers;
	unsigned s = pa->expires_seconds;

	login_fingers_forget(f);
	if (pa->challenge.len != sizeof(f->challenge) ||
	    pa->share.len != sizeof(f->share))
		return ERR_PEER;
	memcpy(f->challenge, pa->challenge.data, sizeof(f->challenge));
	memcpy(f->share, pa->share.data, sizeof(f->share));
	f->counter = pa->counter;
	f->until = l->env.boot_ms(l->env.ctx) +
	    (int64_t)(s == 0 ? FINGER_SECONDS : s) * 1000;
	buf_puts_str(&f->one[0].envelope, STR_PB(pa->envelope));
	f->one[0].finger = pa->finger;
	f->n = 1;
	if (pa->n_others == 1) {
		buf_puts_str(
		    &f->one[1].envelope, STR_PB(pa->others[0]->envelope));
		f->one[1].finger = pa->others[0]->finger;
		f->n = 2;
	}
	return f->one[0].envelope.err != 0 ? f->one[0].envelope.err
					   : f->one[1].envelope.err;
}

unsigned
login_finger_seconds(const struct login *l)
{
	int64_t left = (l->fingers.until - l->env.boot_ms(l->env.ctx)) / 1000;

	if (left < 1)
		return 1;
	return left > FINGER_SECONDS ? FINGER_SECONDS : (unsigned)left;
}
