/*
 * mamorictl enroll: a person's finger and PIN become a credential (DESIGN
 * §8).  The store gives share and salt, mamori-bio makes template, key and
 * envelope beside the sensor, the store keeps what it cannot open.
 *
 * SECURITY: the PIN is read without echo, lives in one locked place and is
 * wiped as soon as the helper has it.  On a site that is not synthetic the
 * store takes this way for the first two administrators only (AUT-13);
 * everybody else is enrolled at a terminal by two others.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/assertion.h"
#include "auth/bio.h"
#include "auth/press.h"
#include "conf/problem.h"
#include "conf/site.h"
#include "conf/share.h"
#include "conf/terminal.h"
#include "core/err.h"
#include "core/right.h"
#include "ctl/ctl.h"
#include "ctl/json.h"
#include "ctl/pin.h"
#include "mamori.pb-c.h"

#define ENROLL_SAMPLE_SECONDS 30
#define PRESSES_MAX	      32

struct enroll {
	const char *dir;
	const char *terminal_dir;
	const char *match_id;
	const char *modality;
	const char *sensor;
	const char *finger_text;
	const char *press; /* demo: whose finger is shown to the sensor */
	bool json;
	unsigned finger;
	struct terminal_conf *terminal;
	struct site_conf *site;
	struct secret pin;
	struct link *link;
	struct bio *bio;
	char driver[65];
	pid_t presses[PRESSES_MAX];
	size_t pressed;
};

/* clang-format off */
static const struct {
	enum bio_guide guide;
	const char *text;
} guides[] = {
	{ BIO_GUIDE_AGAIN,     "once more" },
	{ BIO_GUIDE_TOO_SHORT, "too short: leave the finger on the sensor" },
	{ BIO_GUIDE_CENTER,    "put the middle of the finger on the sensor" },
	{ BIO_GUIDE_REMOVE,    "lift the finger, then put it down again" },
	{ BIO_GUIDE_TOO_FAST,  "too fast: move more slowly" },
	{ BIO_GUIDE_POOR,      "not clear: press evenly with a dry finger" },
	{ BIO_GUIDE_OTHER,     "not the same finger as before" },
	{ BIO_GUIDE_HOLD,      "hold still" },
};
/* clang-format on */

static const char *
guide_text(enum bio_guide g)
{
	for (size_t i = 0; i < sizeof(guides) / sizeof(guides[0]); i++)
		if (guides[i].guide == g)
			return guides[i].text;
	return "";
}

/* Shows the demo sensor one picture. */
static void
press(struct enroll *e)
{
	const char *socket = press_socket(e->sensor);
	char exe[CTL_PATH];

	if (e->press == NULL || socket == NULL || e->pressed == PRESSES_MAX)
		return;
	if (conf_exe_dir(exe, sizeof(exe)) != 0 ||
	    press_spawn(exe, socket, e->press, (unsigned)e->pressed,
		&e->presses[e->pressed]) != 0)
		fputs("the demo finger could not be pressed\n", stderr);
	else
		e->pressed++;
}

static void
on_event(struct enroll *e, const struct bio_event *ev)
{
	switch (ev->kind) {
	case BIO_EV_READY:
		(void)str_copy(
		    e->driver, sizeof(e->driver), str_of(ev->driver));
		fprintf(stderr, "sensor %s is ready: %u samples\n", e->driver,
		    ev->stages);
		break;
	case BIO_EV_FINGER:
		if (ev->flags != 1)
			break;
		fputs("put the finger on the sensor\n", stderr);
		press(e);
		break;
	case BIO_EV_PROGRESS:
		fprintf(stderr, "sample %u of %u\n", ev->stage, ev->stages);
		break;
	case BIO_EV_GUIDE:
		if (guide_text(ev->guide)[0] != '\0')
			fprintf(stderr, "%s\n", guide_text(ev->guide));
		break;
	case BIO_EV_PREVIEW:
	case BIO_EV_DONE:
		break;
	}
}

/* Runs the helper to its end; *ev is its DONE. */
static void
wait_done(struct enroll *e, struct bio_event *ev)
{
	struct pollfd p = { .fd = bio_fd(e->bio), .events = POLLIN };
	int ms;

	for (;;) {
		while (bio_read(e->bio, ev) == 1) {
			if (ev->kind == BIO_EV_DONE)
				return;
			on_event(e, ev);
		}
		ms = bio_deadline_ms(e->bio);
		if (ms <= 0 || poll(&p, 1, ms) == 0)
			bio_overdue(e->bio);
	}
}

static int
store_credential(struct enroll *e, struct str uuid, const struct bio_event *ev)
{
	Mamori__CtlEnrollStoreReq req = MAMORI__CTL_ENROLL_STORE_REQ__INIT;
	const ProtobufCMessage *ans;

	req.match_id = CTL_PB(e->match_id);
	req.record_uuid = PB_BYTES(uuid);
	req.modality = CTL_PB(e->modality);
	req.driver = CTL_PB(e->driver);
	req.finger = e->finger;
	req.public_key = PB_BYTES(ev->public_key);
	req.envelope = PB_BYTES(ev->envelope);
	req.verifier = PB_BYTES(ev->verifier);
	req.terminal = CTL_PB(e->terminal->id);
	return ctl_ask(
	    e->link, OP_ctl_enroll_store, &req.base, e->match_id, &ans);
}

static const char *
what_to_do(int err)
{
	switch (err) {
	case ERR_AUTH:
		return "the samples were not good enough: try again";
	case ERR_EXISTS:
		return "this finger is registered already: use another one";
	case ERR_CRYPTO:
		return "a second finger takes the PIN of the first: try again";
	default:
		return NULL;
	}
}

static int
scan(struct enroll *e, const Mamori__CtlEnrollBeginAns *begin,
    const char *helper)
{
	struct bio_request req = {
		.kind = BIO_ENROLL,
		.sensor = e->sensor,
		.terminal_dir = e->terminal_dir,
		.match_id = str_of(e->match_id),
		.pin = &e->pin,
		.pin_salt = STR_PB(begin->pin_salt),
		.scrypt = { begin->log2_n, begin->r, begin->p },
		.share = STR_PB(begin->share),
		.timeout_s = ENROLL_SAMPLE_SECONDS,
		.modality = str_of(e->modality),
		.finger = e->finger,
		.record_uuid = STR_PB(begin->record_uuid),
		.existing = STR_PB(begin->existing),
	};
	struct bio_event ev;
	char uuid[37];
	int err;

	/* the next answer takes the place of `begin` */
	err = str_copy(uuid, sizeof(uuid), STR_PB(begin->record_uuid));
	if (err == 0)
		err = bio_start(&e->bio, helper, &req);
	secret_wipe(&e->pin);
	if (err != 0)
		return ctl_fail_err(helper, err, NULL);
	wait_done(e, &ev);
	if (ev.err != 0)
		return ctl_fail_err(e->sensor, ev.err, what_to_do(ev.err));
	return store_credential(e, str_of(uuid), &ev);
}

static bool
enrols(const Mamori__CtlOperator *o)
{
	struct str right = str_of(right_token(RIGHT_BIO_ENROL));

	for (size_t i = 0; i < o->n_rights; i++)
		if (str_eq(STR_PB(o->rights[i]), right))
			return o->modality.len > 0;
	return false;
}

/*
 * A site with two enrolled administrators enrols at a terminal, with the
 * person, an administrator and a supervisor (AUT-13, DESIGN §5).
 */
static int
check_allowed(struct enroll *e)
{
	Mamori__CtlOperatorListReq req = MAMORI__CTL_OPERATOR_LIST_REQ__INIT;
	const Mamori__CtlOperatorListAns *list;
	const ProtobufCMessage *ans;
	struct str first = { 0 };
	int rc;

	if (e->site->synthetic)
		return 0;
	if (assertion_driver_is_synthetic(str_of(e->sensor)) ||
	    press_socket(e->sensor) != NULL)
		return ctl_fail(e->sensor, "not on a site with real people",
		    "use a real sensor");
	rc = ctl_ask(e->link, OP_ctl_operator_list, &req.base, e->dir, &ans);
	if (rc != 0)
		return rc;
	list = (const Mamori__CtlOperatorListAns *)(const void *)ans;
	for (size_t i = 0; i < list->n_operators; i++) {
		if (!enrols(list->operators[i]))
			continue;
		if (first.n == 0)
			first = STR_PB(list->operators[i]->match_id);
		else if (!str_eq(first, STR_PB(list->operators[i]->match_id)))
			return ctl_fail(e->match_id,
			    "two administrators are enrolled already",
			    "enrol at a terminal, with an administrator and "
			    "a supervisor");
	}
	return 0;
}

static int
enroll(struct enroll *e)
{
	Mamori__CtlEnrollBeginReq req = MAMORI__CTL_ENROLL_BEGIN_REQ__INIT;
	const ProtobufCMessage *ans;
	char helper[CTL_PATH];
	int rc;

	if (bio_helper_path(e->sensor, helper, sizeof(helper)) != 0 ||
	    access(helper, X_OK) != 0)
		return ctl_fail("mamori-bio", "not beside mamorictl",
		    "install the programs together; virtual sensors need the "
		    "demo build");
	req.match_id = CTL_PB(e->match_id);
	req.terminal = CTL_PB(e->terminal->id);
	req.modality = CTL_PB(e->modality);
	req.finger = e->finger;
	rc = ctl_open(e->dir, &e->link);
	if (rc == 0)
		rc = check_allowed(e);
	if (rc == 0)
		rc = ctl_ask(
		    e->link, OP_ctl_enroll_begin, &req.base, e->match_id, &ans);
	if (rc == 0)
		rc = scan(e,
		    (const Mamori__CtlEnrollBeginAns *)(const void *)ans,
		    helper);
	return rc;
}

static int
check(struct enroll *e)
{
	uint64_t n = 0;

	if (!ctl_id_ok(e->match_id))
		return ctl_fail("--match-id", "not an id",
		    "1 to 32 letters, digits, - and _");
	if (strcmp(e->modality, "fingerprint") != 0 &&
	    strcmp(e->modality, "vein") != 0)
		return ctl_fail(
		    e->modality, "no such modality", "fingerprint or vein");
	if (str_num(str_of(e->finger_text), 10, &n) != 0 || n == 0)
		return ctl_fail(e->finger_text, "no such finger",
		    "1 (left thumb) to 10 (right little finger)");
	e->finger = (unsigned)n;
	if (e->press != NULL && press_socket(e->sensor) == NULL)
		return ctl_fail("--press", "needs a virtual:image or vein:dir sensor",
		    "leave it out and use your finger");
	if (site_conf_load(e->dir, &e->site) != 0)
		return ctl_fail(e->dir, conf_problem(),
		    "give the directory that 'mamorictl site init' made");
	if (terminal_conf_load(e->terminal_dir, &e->terminal) != 0)
		return ctl_fail(e->terminal_dir, conf_problem(),
		    "give the directory that 'mamorictl terminal add' made");
	return 0;
}

static int
tell(const struct enroll *e)
{
	struct json j = { .depth = 0 };
	int err = 0;

	if (e->json) {
		json_open(&j, '{');
		json_pair(&j, "match_id", str_of(e->match_id));
		json_pair(&j, "terminal", str_of(e->terminal->id));
		json_pair(&j, "modality", str_of(e->modality));
		json_pair(&j, "driver", str_of(e->driver));
		json_pair_num(&j, "finger", e->finger);
		json_close(&j);
		err = json_print(&j);
	} else {
		printf("%s is enrolled (%s, %s)\n", e->match_id, e->modality,
		    e->driver);
	}
	buf_release(&j.b);
	return err == 0 ? CTL_OK : ctl_fail_err("stdout", err, NULL);
}

static void
enroll_release(struct enroll *e)
{
	bio_free(e->bio);
	for (size_t i = 0; i < e->pressed; i++)
		(void)waitpid(e->presses[i], NULL, 0);
	link_close(e->link);
	terminal_conf_free(e->terminal);
	site_conf_free(e->site);
	secret_wipe(&e->pin);
	(void)munlock(&e->pin, sizeof(e->pin));
}

int
cmd_enroll(int argc, char **argv)
{
	struct enroll e = { .dir = NULL };
	const struct ctl_option options[] = {
		{ .name = "dir", .must = true, .text = &e.dir },
		{ .name = "terminal", .must = true, .text = &e.terminal_dir },
		{ .name = "match-id", .must = true, .text = &e.match_id },
		{ .name = "modality", .must = true, .text = &e.modality },
		{ .name = "sensor", .must = true, .text = &e.sensor },
		{ .name = "finger", .text = &e.finger_text },
		{ .name = "press", .text = &e.press },
		{ .name = "json", .flag = &e.json },
	};
	int rc;

	rc = ctl_options(argc, argv, options,
	    sizeof(options) / sizeof(options[0]), NULL, 0, 0);
	if (rc != 0)
		return rc;
	if (e.finger_text == NULL)
		e.finger_text = "7"; /* right index finger */
	(void)mlock(&e.pin, sizeof(e.pin));
	rc = check(&e);
	if (rc == 0)
		rc = pin_ask(&e.pin, e.site->pin_min);
	if (rc == 0)
		rc = enroll(&e);
	if (rc == 0)
		rc = tell(&e);
	enroll_release(&e);
	return rc;
}
