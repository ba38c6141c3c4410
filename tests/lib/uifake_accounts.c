/* Answers about accounts for tests of ui/. */
#include "core/wire.h"
#include "uifake.h"

void
uifake_acted(struct uifake *f, int err, const char *item)
{
	Mamori__AccountUnlockAns ans = MAMORI__ACCOUNT_UNLOCK_ANS__INIT;
	const struct ui_answer a = { .err = err,
		.refused = err != 0,
		.item = str_of(item),
		.ans = err == 0 ? &ans.base : NULL };
	ui_done *done = f->act_done;

	f->act_done = NULL;
	f->login = NULL;
	if (done != NULL)
		done(f->login_arg, &a);
}

void
uifake_accounts(struct uifake *f)
{
	static const struct {
		const char *id;
		const char *name;
		const char *dept;
		const char *duties;
	} people[3] = {
		{ "M001", "山田花子", "住民課", "O001 O011" },
		{ "M002", "佐藤次郎", "住民課", "O002" },
		{ "M003", "鈴木一郎", "情報政策課", "O003" },
	};
	Mamori__AccountListAns ans = MAMORI__ACCOUNT_LIST_ANS__INIT;
	Mamori__AccountRow row[3];
	Mamori__AccountRow *list[3];
	int i;

	for (i = 0; i < 3; i++) {
		mamori__account_row__init(&row[i]);
		row[i].match_id = PB_BYTES(str_of(people[i].id));
		row[i].name = PB_BYTES(str_of(people[i].name));
		row[i].dept = PB_BYTES(str_of(people[i].dept));
		row[i].operators = PB_BYTES(str_of(people[i].duties));
		row[i].until = PB_BYTES(STR("2027-03-31"));
		row[i].enrolled = true;
		row[i].locked = i == 1;
		row[i].suspended = i == 2;
		list[i] = &row[i];
	}
	ans.accounts = list;
	ans.n_accounts = 3;
	(void)uifake_answer(f, &ans.base);
}
