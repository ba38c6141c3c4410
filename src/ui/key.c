/*
 * Names of keys and the table of actions.
 *
 * SECURITY: script files and terminals both end up here; a name that is not
 * in the list and not one character is refused.
 */
#include "ui/key.h"

#include <string.h>
#include <strings.h>

#include "core/err.h"
#include "core/i18n.h"
#include "core/utf8.h"

static const char *const names[K_COUNT] = {
#define KEY_NAME(id, name) [K_##id] = (name),
	KEY_LIST(KEY_NAME)
#undef KEY_NAME
};

static const struct action_row actions[ACT_COUNT] = {
#define ACTION_ROW(id, k, l, h)                                                \
	[ACT_##id] = { .key = K_##k, .label = (l), .help = (h) },
	ACTION_LIST(ACTION_ROW)
#undef ACTION_ROW
};

/* "Alt-1" … "Alt-9", "Alt-0": F1 … F10 for keyboards without them. */
static bool
parse_alt(struct str name, struct key *out)
{
	char c;

	if (name.n != 5 || strncasecmp(name.p, "Alt-", 4) != 0)
		return false;
	c = name.p[4];
	if (c < '0' || c > '9')
		return false;
	out->id = c == '0' ? K_F10 : (enum key_id)(K_F1 + (c - '1'));
	return true;
}

int
key_parse(struct str name, struct key *out)
{
	struct str rest = name;
	int32_t cp;
	int i;

	*out = (struct key){ 0 };
	for (i = K_CHAR + 1; i < K_COUNT; i++) {
		if (strlen(names[i]) == name.n &&
		    strncasecmp(names[i], name.p, name.n) == 0) {
			out->id = (enum key_id)i;
			return 0;
		}
	}
	if (parse_alt(name, out))
		return 0;
	if (name.n == 5 && strncasecmp(name.p, "Space", 5) == 0) {
		*out = KEY_CHAR(' ');
		return 0;
	}
	cp = utf8_next(&rest);
	if (cp < 0 || rest.n != 0)
		return ERR_SYNTAX;
	*out = KEY_CHAR(cp);
	return 0;
}

void
key_format(const struct key *k, struct buf *out)
{
	if (k->id > K_CHAR && k->id < K_COUNT)
		buf_puts(out, names[k->id]);
	else if (k->cp == ' ')
		buf_puts(out, "Space");
	else
		utf8_put(out, k->cp);
}

const struct action_row *
action_row(enum action a)
{
	BUG_ON((unsigned)a >= ACT_COUNT);
	return &actions[a];
}

const char *
action_key_name(enum action a)
{
	return names[action_row(a)->key];
}
