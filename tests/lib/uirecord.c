/*
 * Canned answers about one resident.
 */
#include <stdlib.h>

#include "core/op.h"
#include "core/resident.h"
#include "core/wire.h"
#include "uifake.h"

#define SET(field, text) ((field) = PB_BYTES(str_of(text)))

struct canned {
	unsigned item;
	const char *value;
};

struct list {
	Mamori__RecordItem item[ITEM_COUNT];
	Mamori__RecordItem *at[ITEM_COUNT];
	size_t n;
};

static const struct canned japanese[] = {
	{ RESIDENT_resident_no, "0000001007" },
	{ RESIDENT_household_no, "0000000502" },
	{ RESIDENT_name_kana, "ヤマダ　タロウ" },
	{ RESIDENT_birth_date_text, "昭和55年12月26日" },
	{ RESIDENT_sex, "男" },
	{ RESIDENT_relation, "世帯主" },
	{ RESIDENT_nationality, "日本" },
	{ RESIDENT_status, "住民" },
	{ RESIDENT_event, "転居" },
	{ RESIDENT_event_date, "令和2年4月1日" },
	{ RESIDENT_postal_code, "930-0001" },
	{ RESIDENT_address, "例示市中央町一丁目2番3号　サクラハイツ101" },
	{ RESIDENT_kana_checked, "確認済" },
	{ RESIDENT_furigana, "ヤマダ　【名空欄】" },
	{ RESIDENT_furigana_status, "氏のみ" },
	{ RESIDENT_former_surname, "田中" },
	{ RESIDENT_former_furigana, "タナカ" },
	{ RESIDENT_address_code, "16201001000" },
	{ RESIDENT_address_since, "令和2年4月1日" },
	{ RESIDENT_notified_on, "令和2年4月3日" },
	{ RESIDENT_previous_address, "石川県金沢市例示町5番地" },
	{ RESIDENT_honseki, "富山県富山市例示町12番地" },
	{ RESIDENT_koseki_head, "山田　一郎" },
	{ RESIDENT_resident_since, "平成10年4月1日" },
	{ RESIDENT_voter, "有" },
	{ RESIDENT_ward, "無" },
	{ RESIDENT_insurance_nhi, "無" },
	{ RESIDENT_insurance_old, "無" },
	{ RESIDENT_insurance_care, "無" },
	{ RESIDENT_pension, "第2号" },
	{ RESIDENT_child_allowance, "有" },
	{ RESIDENT_card_state, "交付済" },
	{ RESIDENT_cert_serial, "0123ABCD4567EF89" },
	{ RESIDENT_sort_no, "1" },
	{ RESIDENT_processed_on, "令和2年4月3日" },
	{ ITEM_head_name, "山田　太郎" },
	{ ITEM_resident_kind, "日本人住民" },
};

static const struct canned foreign[] = {
	{ RESIDENT_resident_no, "0000001007" },
	{ RESIDENT_household_no, "0000000502" },
	{ RESIDENT_name_kana, "グエン　ティ　アン" },
	{ RESIDENT_birth_date_text, "1990年2月28日" },
	{ RESIDENT_sex, "女" },
	{ RESIDENT_relation, "同居人" },
	{ RESIDENT_nationality, "ベトナム" },
	{ RESIDENT_status, "除票" },
	{ RESIDENT_event, "転出" },
	{ RESIDENT_event_date, "令和8年4月1日" },
	{ RESIDENT_postal_code, "930-0001" },
	{ RESIDENT_address, "例示市中央町一丁目2番3号　サクラハイツ102" },
	{ RESIDENT_name_kanji, "阮　氏安" },
	{ RESIDENT_alias, "安田　安" },
	{ RESIDENT_alias_kana, "ヤスダ　アン" },
	{ RESIDENT_alias_on, "令和3年5月6日" },
	{ RESIDENT_alias_on_city, "例示市" },
	{ RESIDENT_address_since, "令和2年4月1日" },
	{ RESIDENT_foreign_since, "令和2年4月1日" },
	{ RESIDENT_class_30_45, "中長期在留者" },
	{ RESIDENT_residence_status, "技術・人文知識・国際業務" },
	{ RESIDENT_residence_period, "3年" },
	{ RESIDENT_residence_until, "2027年3月31日" },
	{ RESIDENT_residence_card, "AB12345678CD" },
	{ RESIDENT_removed_reason, "転出" },
	{ RESIDENT_removed_on, "令和8年4月1日" },
	{ RESIDENT_moved_to_planned, "東京都世田谷区例示町3番地" },
	{ RESIDENT_moved_to, "東京都世田谷区例示町3番地4号" },
	{ RESIDENT_moved_out_on, "令和8年4月1日" },
	{ ITEM_resident_kind, "外国人住民" },
};

static void
add(struct list *l, unsigned item, const char *value, unsigned withheld)
{
	Mamori__RecordItem *r = &l->item[l->n];

	mamori__record_item__init(r);
	r->number = item_table()[item].number;
	r->withheld = withheld;
	if (withheld == 0)
		SET(r->value, value);
	l->at[l->n++] = r;
}

static void
fill(struct list *l, const struct canned *c, size_t n, bool hidden)
{
	size_t i;

	l->n = 0;
	for (i = 0; i < n; i++)
		add(l, c[i].item, c[i].value,
		    hidden && item_table()[c[i].item].place ? 1 : 0);
	add(l, RESIDENT_my_number, NULL, 3);
	add(l, RESIDENT_jumin_code, NULL, 3);
}

static void
answer(struct uifake *f, const struct list *l, const char *name,
    const char *kana, bool hidden, bool is_foreign)
{
	Mamori__PersonOpenAns a = MAMORI__PERSON_OPEN_ANS__INIT;

	SET(a.resident_no, "0000001007");
	SET(a.name, name);
	SET(a.kana, kana);
	SET(a.mark, hidden ? "支" : "");
	a.hidden = hidden;
	a.foreign = is_foreign;
	a.removed = is_foreign;
	a.items = (Mamori__RecordItem **)(uintptr_t)l->at;
	a.n_items = l->n;
	(void)uifake_answer(f, &a.base);
}

void
uifake_record(struct uifake *f, bool hidden)
{
	static struct list l;

	fill(&l, japanese, sizeof(japanese) / sizeof(japanese[0]), hidden);
	answer(f, &l, hidden ? "渡邉　花子" : "山田　太郎",
	    hidden ? "ワタナベ　ハナコ" : "ヤマダ　タロウ", hidden, false);
}

void
uifake_foreign(struct uifake *f)
{
	static struct list l;

	fill(&l, foreign, sizeof(foreign) / sizeof(foreign[0]), false);
	add(&l, RESIDENT_remarks, NULL, 2);
	answer(f, &l, "NGUYEN THI AN", "グエン　ティ　アン", false, true);
}

void
uifake_history(struct uifake *f)
{
	static struct list now;
	static struct list before;
	Mamori__PersonHistoryAns a = MAMORI__PERSON_HISTORY_ANS__INIT;
	Mamori__HistoryRow row[2] = { MAMORI__HISTORY_ROW__INIT,
		MAMORI__HISTORY_ROW__INIT };
	Mamori__HistoryRow *rows[2] = { &row[0], &row[1] };
	size_t i;

	fill(&now, japanese, sizeof(japanese) / sizeof(japanese[0]), false);
	fill(&before, japanese, sizeof(japanese) / sizeof(japanese[0]), false);
	for (i = 0; i < before.n; i++)
		if (before.item[i].number == 13)
			SET(before.item[i].value, "例示市本町5番地");
	for (i = 0; i < 2; i++) {
		row[i].history_no = (uint32_t)(2 - i);
		SET(row[i].event, i == 0 ? "転居" : "転入");
		SET(row[i].event_date,
		    i == 0 ? "令和2年4月1日" : "平成10年4月1日");
		SET(row[i].name, "山田　太郎");
		row[i].items = i == 0 ? now.at : before.at;
		row[i].n_items = i == 0 ? now.n : before.n;
	}
	SET(a.resident_no, "0000001007");
	a.rows = rows;
	a.n_rows = 2;
	(void)uifake_answer(f, &a.base);
}

void
uifake_house(struct uifake *f, bool hidden)
{
	static const char *const rows[][5] = {
		{ "0000001007", "世帯主", "山田　太郎", "昭和55年12月26日",
		    "住民" },
		{ "0000001015", "妻", "山田　花子", "昭和57年3月4日", "住民" },
		{ "0000001023", "子", "山田　桜", "平成23年5月6日", "住民" },
		{ "0000001031", "母", "山田　ハル", "昭和12年1月2日", "除票" },
	};
	Mamori__PersonHouseAns a = MAMORI__PERSON_HOUSE_ANS__INIT;
	Mamori__HouseMember m[4];
	Mamori__HouseMember *list[4];
	size_t i;

	SET(a.resident_no, "0000001007");
	SET(a.mark, hidden ? "支" : "");
	a.hidden = hidden;
	for (i = 0; i < 4 && !hidden; i++) {
		mamori__house_member__init(&m[i]);
		SET(m[i].resident_no, rows[i][0]);
		SET(m[i].relation, rows[i][1]);
		SET(m[i].name, rows[i][2]);
		SET(m[i].birth_text, rows[i][3]);
		SET(m[i].status, rows[i][4]);
		SET(m[i].kana, "ヤマダ　タロウ");
		SET(m[i].sex, i == 0 ? "男" : "女");
		SET(m[i].event, i == 3 ? "死亡" : "転居");
		SET(m[i].event_date, "令和2年4月1日");
		list[i] = &m[i];
	}
	if (!hidden) {
		SET(a.household_no, "0000000502");
		a.members = list;
		a.n_members = 4;
	}
	(void)uifake_answer(f, &a.base);
}

void
uifake_memos(struct uifake *f)
{
	Mamori__MemoListAns a = MAMORI__MEMO_LIST_ANS__INIT;
	Mamori__Memo m[2] = { MAMORI__MEMO__INIT, MAMORI__MEMO__INIT };
	Mamori__Memo *list[2] = { &m[0], &m[1] };
	size_t i;

	SET(a.resident_no, "0000001007");
	for (i = 0; i < 2; i++) {
		m[i].at_ms = f->wall - INT64_C(86400000) * (int64_t)i;
		SET(m[i].operator_id, "O001");
		SET(m[i].name, "山田花子");
		SET(m[i].dept, "住民課");
		SET(m[i].text,
		    i == 0
			? "窓口で本人が来庁。住所の番地について確認を求められた"
			  "ため、届出書の写しを示して説明した。"
			: "電話で照会あり。折り返し済み。");
	}
	a.memos = list;
	a.n_memos = 2;
	a.total = 2;
	(void)uifake_answer(f, &a.base);
}

void
uifake_number(struct uifake *f, const char *item, const char *digits)
{
	Mamori__PersonUnmaskAns a = MAMORI__PERSON_UNMASK_ANS__INIT;

	SET(a.resident_no, "0000001007");
	SET(a.item, item);
	SET(a.value, digits);
	(void)uifake_answer(f, &a.base);
}

void
uifake_any(struct uifake *f, bool hidden)
{
	const struct op_row *row = op_find((uint32_t)f->op);
	ProtobufCMessage *empty;

	if (f->op == OP_person_open) {
		uifake_record(f, hidden);
	} else if (f->op == OP_person_house) {
		uifake_house(f, hidden);
	} else if (f->op == OP_person_history) {
		uifake_history(f);
	} else if (f->op == OP_memo_list) {
		uifake_memos(f);
	} else if (f->op == OP_person_unmask) {
		uifake_number(f, "my_number", "123456789018");
	} else if (row != NULL) {
		empty = calloc(1, row->ans->sizeof_message);
		if (empty == NULL)
			abort();
		protobuf_c_message_init(row->ans, empty);
		(void)uifake_answer(f, empty);
		free(empty);
	}
}
