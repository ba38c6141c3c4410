/*
 * A sample provider for the seat of vein_provider.h: a "palm sensor" that
 * always sees the same palm per subtype.  Shows how an SDK is wrapped.
 */
#include <stdlib.h>
#include <string.h>

#include "auth/vein_provider.h"

#define PALM 64

struct bp_session {
	unsigned captures;
};

static const struct bp_host *host;

static int
sample_init(const struct bp_host *h)
{
	host = h;
	return BP_OK;
}

static void
sample_fini(void)
{
	host = NULL;
}

static int
sample_open(struct bp_session **out)
{
	*out = calloc(1, sizeof(**out));
	return *out == NULL ? BP_E_NOMEM : BP_OK;
}

static void
sample_close(struct bp_session *s)
{
	free(s);
}

static int
bir_make(struct bp_bir *b, uint8_t fill)
{
	b->format_owner = 1;
	b->format_id = 2;
	b->n = PALM;
	b->p = malloc(PALM);
	if (b->p == NULL)
		return BP_E_NOMEM;
	memset(b->p, fill, PALM);
	return BP_OK;
}

static int
sample_capture(struct bp_session *s, int purpose, unsigned subtype,
    unsigned timeout_ms, struct bp_bir *out)
{
	struct bp_progress p = { .stage = 1, .stages = 1, .present = 1 };

	(void)purpose;
	(void)timeout_ms;
	if (host->progress(host->ctx, &p) != 0)
		return BP_E_CANCELLED;
	/* the first palm of a session is always too far away */
	if (s->captures++ == 0)
		return BP_AGAIN_FAR;
	return bir_make(out, (uint8_t)subtype);
}

static int
sample_template(struct bp_session *s, const struct bp_bir *samples, unsigned n,
    struct bp_bir *out)
{
	(void)s;
	return n == 0 ? BP_E_ARG : bir_make(out, samples[0].p[0]);
}

static int
sample_verify(struct bp_session *s, const struct bp_bir *probe,
    const struct bp_bir *reference, uint32_t max_fmr, int *match)
{
	(void)s;
	(void)max_fmr;
	*match = probe->n == reference->n &&
	    memcmp(probe->p, reference->p, probe->n) == 0;
	return BP_OK;
}

static void
sample_bir_free(struct bp_bir *b)
{
	if (b->p != NULL)
		explicit_bzero(b->p, b->n);
	free(b->p);
	memset(b, 0, sizeof(*b));
}

static const struct bp_provider provider = { .abi = BP_ABI,
	.size = sizeof(provider),
	.product = "Sample Palm 1.0",
	.modality = "palm",
	.samples = 2,
	.init = sample_init,
	.fini = sample_fini,
	.open = sample_open,
	.close = sample_close,
	.capture = sample_capture,
	.create_template = sample_template,
	.verify = sample_verify,
	.bir_free = sample_bir_free };

const struct bp_provider *bp_provider_get(uint32_t abi);

const struct bp_provider *
bp_provider_get(uint32_t abi)
{
	return abi == BP_ABI ? &provider : NULL;
}
