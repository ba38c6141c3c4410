/*
 * Canned answers of 本人確認情報照会 and of the last searches.
 */
#include <stdio.h>

#include "core/wire.h"
#include "uifake.h"

#define SET(field, text) ((field) = PB_BYTES(str_of(text)))

void
uifake_jukinet(struct uifake *f, unsigned n, bool hidden)
{
	static const char *const events[3] = { "出生", "転居", "転入" };
	static const char *const dates[3] = { "昭和55年12月26日",
		"平成11年4月1日", "令和2年4月1日" };
	Mamori__JukinetInquiryAns ans = MAMORI__JUKINET_INQUIRY_ANS__INIT;
	Mamori__JukinetRow row = MAMORI__JUKINET_ROW__INIT;
	Mamori__JukinetRow *rows[10];
	Mamori__JukinetChange change[3];
	Mamori__JukinetChange *changes[3];
	unsigned i;

	for (i = 0; i < 3; i++) {
		mamori__jukinet_change__init(&change[i]);
		SET(change[i].event, events[i]);
		SET(change[i].event_date, dates[i]);
		changes[i] = &change[i];
	}
	SET(row.resident_no, "0000001007");
	SET(row.name, "山田　太郎");
	SET(row.former_surname, "佐藤");
	SET(row.birth_text, "昭和55年12月26日");
	SET(row.sex, "男");
	row.hidden = hidden;
	if (!hidden)
		SET(row.address, "例示市中央町一丁目2番3号");
	row.has_my_number = true;
	row.has_jumin_code = true;
	row.changes = changes;
	row.n_changes = 3;
	for (i = 0; i < n && i < 10; i++)
		rows[i] = &row;
	ans.hits = n;
	ans.limit = 10;
	ans.rows = rows;
	ans.n_rows = n;
	(void)uifake_answer(f, &ans.base);
}

void
uifake_saved(struct uifake *f)
{
	Mamori__SearchSavedAns ans = MAMORI__SEARCH_SAVED_ANS__INIT;
	Mamori__PersonSearchReq req[2] = { MAMORI__PERSON_SEARCH_REQ__INIT,
		MAMORI__PERSON_SEARCH_REQ__INIT };
	Mamori__SavedSearch saved[2] = { MAMORI__SAVED_SEARCH__INIT,
		MAMORI__SAVED_SEARCH__INIT };
	Mamori__SavedSearch *list[2] = { &saved[0], &saved[1] };
	ProtobufCBinaryData blank = PB_BYTES(STR("birth"));

	SET(req[0].kana, "ヤマダ");
	SET(req[0].birth, "1980-12-26");
	SET(req[1].name, "渡邉");
	SET(req[1].address, "神明一丁目");
	SET(req[1].sex, "2");
	req[1].blank = &blank;
	req[1].n_blank = 1;
	saved[0].conditions = &req[0];
	saved[1].conditions = &req[1];
	ans.searches = list;
	ans.n_searches = 2;
	(void)uifake_answer(f, &ans.base);
}
