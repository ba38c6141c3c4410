/*
 * See uifake.h.  The YAML reader here knows exactly the plain style of
 * forms/ and masters/; conf/ has the real one.
 */
#include "uifake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/act.h"
#include "core/err.h"
#include "core/i18n.h"
#include "core/utf8.h"
#include "core/wire.h"

/* ---- files
 * ------------------------------------------------------------------- */

static char *
unquoted(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == ' '))
		s[--n] = '\0';
	if (n >= 2 && s[0] == '"' && s[n - 1] == '"') {
		s[n - 1] = '\0';
		s++;
	}
	return strdup(s);
}

static enum field_kind
kind_of(const char *s)
{
	static const char *const names[] = {
#define KIND_NAME(name, what) #name,
		FIELD_KIND_LIST(KIND_NAME)
#undef KIND_NAME
	};
	size_t i;

	for (i = 0; i < FIELD_KIND_COUNT; i++) {
		if (strcmp(names[i], s) == 0)
			return (enum field_kind)i;
	}
	BUG("kind");
}

/* Numbers and words that need no copy are done with here. */
static void
field_line(struct form_field *f, const char *key, char *value)
{
	if (strcmp(key, "label") == 0)
		f->label = value;
	else if (strcmp(key, "help") == 0)
		f->help = value;
	else if (strcmp(key, "master") == 0)
		f->master = value;
	else {
		if (strcmp(key, "kind") == 0)
			f->kind = kind_of(value);
		else if (strcmp(key, "columns") == 0)
			f->columns = (unsigned)strtoul(value, NULL, 10);
		else if (strcmp(key, "max") == 0)
			f->max = (unsigned)strtoul(value, NULL, 10);
		else if (strcmp(key, "required") == 0)
			f->required = strcmp(value, "true") == 0;
		free(value);
	}
}

static void
form_load(struct form *form, const char *name)
{
	struct form_field *fields = calloc(24, sizeof(*fields));
	char path[128];
	char line[512];
	char key[32];
	char *colon;
	char *value;
	FILE *fp;

	(void)snprintf(path, sizeof(path), "forms/%s.yaml", name);
	fp = fopen(path, "r");
	BUG_ON(fp == NULL || fields == NULL);
	memset(form, 0, sizeof(*form));
	form->id = name;
	form->fields = fields;
	while (fgets(line, sizeof(line), fp) != NULL) {
		colon = strstr(line, ": ");
		if (line[0] == '#' || colon == NULL)
			continue;
		*colon = '\0';
		value = unquoted(colon + 2);
		(void)sscanf(line, "%*[ -]%31s", key);
		if (line[0] != ' ' && strcmp(line, "title") == 0)
			form->title = value;
		else if (line[0] != ' ' && strcmp(line, "help") == 0)
			form->help = value;
		else if (strstr(line, "- id") != NULL)
			fields[form->n++].id = value;
		else if (line[0] == ' ')
			field_line(&fields[form->n - 1], key, value);
		else
			free(value);
	}
	fclose(fp);
}

static void
master_load(struct master *m, const char *name)
{
	struct master_entry *e = calloc(32, sizeof(*e));
	char path[128];
	char line[512];
	char *colon;
	FILE *fp;

	(void)snprintf(path, sizeof(path), "masters/%s.yaml", name);
	fp = fopen(path, "r");
	BUG_ON(fp == NULL || e == NULL);
	m->id = name;
	m->entries = e;
	m->n = 0;
	while (fgets(line, sizeof(line), fp) != NULL) {
		colon = strstr(line, ": ");
		if (colon == NULL || line[0] != ' ')
			continue;
		if (strstr(line, "- code: ") != NULL)
			e[m->n++].code = unquoted(colon + 2);
		else if (strstr(line, "label_en: ") != NULL)
			e[m->n - 1].label_en = unquoted(colon + 2);
		else if (strstr(line, "needs: ") != NULL)
			e[m->n - 1].needs_ref = true;
		else
			e[m->n - 1].label = unquoted(colon + 2);
	}
	fclose(fp);
}

/* ---- the port
 * ------------------------------------------------------------------ */

static void
fake_call(void *ctx, enum op op, const ProtobufCMessage *req, ui_done *done,
    void *arg)
{
	struct uifake *f = ctx;

	f->calls++;
	BUG_ON(wire_check(req) != 0);
	if (op == OP_notices) {
		f->notices = done;
		f->notices_arg = arg;
	} else if (op == OP_lock) {
		f->locks++;
	} else if (op == OP_logoff) {
		f->logoffs++;
		f->who.in = false;
	} else {
		f->op = op;
		f->done = done;
		f->arg = arg;
		buf_clear(&f->req);
		wire_pack(&f->req, req);
	}
}

static void
fake_cancel(void *ctx, void *arg)
{
	struct uifake *f = ctx;

	if (f->arg == arg)
		f->done = NULL;
	if (f->notices_arg == arg)
		f->notices = NULL;
}

static void
fake_login(void *ctx, const char *purpose, struct str match_id,
    const struct secret *pin, ui_login_fn *fn, void *arg)
{
	struct uifake *f = ctx;

	f->login = fn;
	f->login_arg = arg;
	(void)str_copy(
	    f->purpose_of_login, sizeof(f->purpose_of_login), str_of(purpose));
	(void)str_copy(f->match_id, sizeof(f->match_id), match_id);
	(void)str_copy(f->pin, sizeof(f->pin), str_n(pin->p, pin->n));
}

static void
fake_act_text(
    void *ctx, enum op op, const ProtobufCMessage *req, struct buf *out)
{
	struct uifake *f = ctx;
	const struct act_who who = { .match_id = str_of(f->who.match_id),
		.operator_id = str_of(f->who.operator_id),
		.operator_name = str_of(f->who.name),
		.terminal = str_of(f->site.terminal),
		.place = str_of(f->site.place) };
	static const uint8_t digest[32] = { 0x5a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
		11, 12, 13, 14, 15, 16, 17, 18, 19, 20 };

	act_text(out, op_find(op), &who, req, digest);
}

static void
fake_act(void *ctx, const struct ui_act *act, ui_login_fn *fn, ui_done *done,
    void *arg)
{
	struct uifake *f = ctx;

	f->login = fn;
	f->login_arg = arg;
	f->act_done = done;
	f->op = act->op;
	(void)str_copy(f->pin, sizeof(f->pin), str_n(act->pin->p, act->pin->n));
	f->new_pin[0] = '\0';
	if (act->new_pin != NULL)
		(void)str_copy(f->new_pin, sizeof(f->new_pin),
		    str_n(act->new_pin->p, act->new_pin->n));
	buf_clear(&f->req);
	if (act->req != NULL)
		wire_pack(&f->req, act->req);
}

static void
fake_choose(void *ctx, struct str id)
{
	struct uifake *f = ctx;

	(void)str_copy(f->chosen, sizeof(f->chosen), id);
}

static void
fake_login_cancel(void *ctx)
{
	struct uifake *f = ctx;

	f->login = NULL;
	f->cancels++;
}

static void
fake_press(void *ctx, const char *finger)
{
	struct uifake *f = ctx;

	(void)finger;
	f->presses++;
}

static const struct ui_site *
fake_site(void *ctx)
{
	return &((struct uifake *)ctx)->site;
}

static const struct ui_who *
fake_who(void *ctx)
{
	return &((struct uifake *)ctx)->who;
}

static const struct form *
fake_form(void *ctx, const char *id)
{
	struct uifake *f = ctx;
	size_t i;

	for (i = 0; i < UIFAKE_FORMS; i++) {
		if (strcmp(f->forms[i].id, id) == 0)
			return &f->forms[i];
	}
	return NULL;
}

static const struct master *
fake_master(void *ctx, const char *id)
{
	struct uifake *f = ctx;
	size_t i;

	for (i = 0; i < UIFAKE_MASTERS; i++) {
		if (strcmp(f->masters[i].id, id) == 0)
			return &f->masters[i];
	}
	return NULL;
}

static int64_t
fake_wall(void *ctx)
{
	return ((struct uifake *)ctx)->wall;
}

static int64_t
fake_boot(void *ctx)
{
	return ((struct uifake *)ctx)->boot;
}

static void
language(const char *lang)
{
	char exe[4096];
	char dir[4200];
	char *cut;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	BUG_ON(n < 0);
	exe[n] = '\0';
	cut = strstr(exe, "/tests/");
	BUG_ON(cut == NULL);
	*cut = '\0';
	(void)snprintf(dir, sizeof(dir), "%s/locale", exe);
	BUG_ON(i18n_init(dir, lang) != 0);
}

void
uifake_open(struct uifake *f, const char *lang, int w, int h)
{
	static const char *const names[UIFAKE_FORMS] = { "login",
		"account_reason", "pin_change", "unlock", "person_search",
		"jukinet" };
	static const char *const masters[UIFAKE_MASTERS] = { "purpose", "sex",
		"jukinet_affair", "jukinet_use" };
	size_t i;

	memset(f, 0, sizeof(*f));
	language(lang);
	for (i = 0; i < UIFAKE_FORMS; i++)
		form_load(&f->forms[i], names[i]);
	for (i = 0; i < UIFAKE_MASTERS; i++)
		master_load(&f->masters[i], masters[i]);
	f->port = (struct ui_port){ .ctx = f,
		.call = fake_call,
		.cancel = fake_cancel,
		.login = fake_login,
		.act_text = fake_act_text,
		.act = fake_act,
		.login_choose = fake_choose,
		.login_cancel = fake_login_cancel,
		.press = fake_press,
		.site = fake_site,
		.who = fake_who,
		.form = fake_form,
		.master = fake_master,
		.wall_ms = fake_wall,
		.boot_ms = fake_boot };
	(void)str_copy(f->site.name, sizeof(f->site.name), STR("例示市"));
	(void)str_copy(f->site.terminal, sizeof(f->site.terminal), STR("T01"));
	(void)str_copy(f->site.place, sizeof(f->site.place), STR("本庁1階"));
	f->site.idle_seconds = 300;
	f->site.list_limit = 50;
	f->site.pin_min = 4;
	f->site.synthetic = true;
	f->wall = INT64_C(1795237380000); /* 2026-11-21 14:03 +0900 */
	f->boot = 1000000;
	f->ui = ui_new(&f->port);
	BUG_ON(f->ui == NULL || grid_init(&f->grid, w, h) != 0);
}

static void
form_free(struct form *form)
{
	size_t i;

	for (i = 0; i < form->n; i++) {
		free((void *)(uintptr_t)form->fields[i].id);
		free((void *)(uintptr_t)form->fields[i].label);
		free((void *)(uintptr_t)form->fields[i].help);
		free((void *)(uintptr_t)form->fields[i].master);
	}
	free((void *)(uintptr_t)form->title);
	free((void *)(uintptr_t)form->help);
	free((void *)(uintptr_t)form->fields);
}

static void
master_free(struct master *m)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		free((void *)(uintptr_t)m->entries[i].code);
		free((void *)(uintptr_t)m->entries[i].label);
		free((void *)(uintptr_t)m->entries[i].label_en);
	}
	free((void *)(uintptr_t)m->entries);
}

void
uifake_close(struct uifake *f)
{
	size_t i;

	ui_free(f->ui);
	grid_release(&f->grid);
	buf_release(&f->req);
	for (i = 0; i < UIFAKE_FORMS; i++)
		form_free(&f->forms[i]);
	for (i = 0; i < UIFAKE_MASTERS; i++)
		master_free(&f->masters[i]);
}

void
uifake_keys(struct uifake *f, const char *keys)
{
	struct str rest = str_of(keys);
	struct str word;
	struct key k;
	int32_t cp;

	while (str_cut(&rest, ' ', &word)) {
		if (word.n > 0 && key_parse(word, &k) == 0 && k.id != K_CHAR) {
			ui_key(f->ui, &k);
			continue;
		}
		if (str_eqz(word, "Space"))
			word = STR(" ");
		while ((cp = utf8_next(&word)) >= 0) {
			k = KEY_CHAR(cp);
			ui_key(f->ui, &k);
		}
	}
}

char *
uifake_screen(struct uifake *f)
{
	struct buf b = BUF_INIT;
	char *out;

	ui_draw(f->ui, &f->grid);
	grid_dump(&f->grid, &b);
	out = str_dup(buf_str(&b));
	buf_release(&b);
	return out;
}

bool
uifake_shows(struct uifake *f, const char *text)
{
	ui_draw(f->ui, &f->grid);
	return grid_has(&f->grid, str_of(text));
}

bool
uifake_answer(struct uifake *f, const ProtobufCMessage *ans)
{
	struct ui_answer a = { .ans = ans };
	ui_done *done = f->done;

	if (done == NULL || op_find(f->op)->ans != ans->descriptor)
		return false;
	f->done = NULL;
	done(f->arg, &a);
	return true;
}

bool
uifake_fail(struct uifake *f, int err, bool refused, const char *item)
{
	struct ui_answer a = {
		.err = err, .refused = refused, .item = str_of(item)
	};
	ui_done *done = f->done;

	if (done == NULL)
		return false;
	f->done = NULL;
	done(f->arg, &a);
	return true;
}

#define SET(field, text) ((field) = PB_BYTES(str_of(text)))

void
uifake_notices(struct uifake *f)
{
	Mamori__NoticesAns ans = MAMORI__NOTICES_ANS__INIT;
	Mamori__Notice n = MAMORI__NOTICE__INIT;
	Mamori__Notice *list[1] = { &n };
	struct ui_answer a = { .ans = &ans.base };
	ui_done *done = f->notices;

	if (done == NULL)
		return;
	f->notices = NULL;
	SET(n.code, "account-expires");
	n.count = 130;
	ans.n_notices = 1;
	ans.notices = list;
	done(f->notices_arg, &a);
}

void
uifake_step(struct uifake *f, enum ui_login_step step, int err, int tries)
{
	static const char *const ids[2] = { "O001", "O002" };
	static const char *const kinds[2] = { "clerk", "reviewer" };
	Mamori__LoginFinishAns fin = MAMORI__LOGIN_FINISH_ANS__INIT;
	Mamori__OperatorChoice c[2] = { MAMORI__OPERATOR_CHOICE__INIT,
		MAMORI__OPERATOR_CHOICE__INIT };
	Mamori__OperatorChoice *list[2] = { &c[0], &c[1] };
	struct ui_login_event ev = { .step = step,
		.err = err,
		.seconds = 30,
		.guide = 6,
		.tries_left = tries };
	ui_login_fn *fn;
	int i;

	for (i = 0; i < 2; i++) {
		SET(c[i].operator_id, ids[i]);
		SET(c[i].template_, kinds[i]);
	}
	if (step == UI_LOGIN_CHOOSE) {
		fin.choices = list;
		fin.n_choices = tries > 1 ? 2 : 1;
		ev.fin = &fin;
	}
	if (step == UI_LOGIN_DONE && f->login != NULL) {
		f->who.in = true;
		(void)str_copy(
		    f->who.name, sizeof(f->who.name), STR("山田花子"));
		(void)str_copy(f->who.match_id, sizeof(f->who.match_id),
		    str_of(f->match_id));
		if (f->chosen[0] != '\0')
			(void)str_copy(f->who.operator_id,
			    sizeof(f->who.operator_id), str_of(f->chosen));
		f->who.rights = RIGHT_BIT(RIGHT_PERSON_SEARCH) |
		    RIGHT_BIT(RIGHT_PERSON_OPEN) |
		    RIGHT_BIT(RIGHT_JUKINET_INQUIRY);
		f->who.last_login_ms = f->wall - INT64_C(86400000);
		(void)str_copy(f->who.last_terminal,
		    sizeof(f->who.last_terminal), STR("T01"));
	}
	fn = f->login;
	/* DONE and FAILED are the last words of a log-in */
	if (step == UI_LOGIN_DONE || step == UI_LOGIN_FAILED)
		f->login = NULL;
	if (fn != NULL)
		fn(f->login_arg, &ev);
}

void
uifake_log_in(struct uifake *f)
{
	ui_link(f->ui, UI_LINK_UP, 0);
	uifake_keys(f, "M001 Enter 12345678 Enter");
	uifake_step(f, UI_LOGIN_PLACE, 0, -1);
	uifake_step(f, UI_LOGIN_CHOOSE, 0, 1);
	uifake_step(f, UI_LOGIN_DONE, 0, -1);
	uifake_notices(f);
}

void
uifake_find(struct uifake *f, unsigned n)
{
	static Mamori__PersonRow row[200];
	static Mamori__PersonRow *list[200];
	static char no[200][16];
	static const char *const marks[3] = { "", "支", "抑" };
	static const char *const names[3] = { "山田　太郎", "渡邉　花子",
		"JOHNSON WILLIAM ALEXANDER" };
	Mamori__PersonSearchAns ans = MAMORI__PERSON_SEARCH_ANS__INIT;
	unsigned i;

	for (i = 0; i < n && i < 200; i++) {
		mamori__person_row__init(&row[i]);
		(void)snprintf(no[i], sizeof(no[i]), "%010u", 1000 + i * 7);
		SET(row[i].resident_no, no[i]);
		SET(row[i].name, names[i % 3]);
		SET(row[i].kana, "ヤマダ　タロウ");
		SET(row[i].birth_text,
		    i % 3 == 2 ? "1980年12月26日" : "昭和55年12月26日");
		SET(row[i].sex, i % 2 == 0 ? "男" : "女");
		SET(row[i].mark, marks[i < 3 ? i : 0]);
		SET(row[i].status, "住民");
		row[i].hidden = i == 1 || i == 2;
		if (!row[i].hidden)
			SET(row[i].address,
			    "例示市中央町一丁目2番3号　サクラ"
			    "ハイツ101");
		list[i] = &row[i];
	}
	ans.hits = n;
	ans.limit = 50;
	ans.rows = list;
	ans.n_rows = n;
	(void)uifake_answer(f, &ans.base);
}
