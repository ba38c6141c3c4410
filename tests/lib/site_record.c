/*
 * A small town with full records: a family with a name before 婚姻, one who
 * left, one who is protected, and a foreign resident.
 */
#include "site_record.h"

#include <stdio.h>

#include "core/codes.h"
#include "site_turn.h"

const struct site_record site_records[] = {
	{ 1, 1, 1,
	    "田中　花子,タナカ　ハナコ,1980-12-26,昭和55年12月26日,女,"
	    "100-0001,例示市神明1番,世帯主,日本,住民,転入,令和2年4月1日,,,,"
	    "タナカ,氏のみ,例示県例示市1番,田中　一郎,令和2年4月1日,"
	    "令和2年4月1日,例示市前町9番,有,,,,,,,,," },
	{ 1, 2, 1,
	    "山田　花子,ヤマダ　ハナコ,1980-12-26,昭和55年12月26日,女,"
	    "100-0002,例示市本町2番,世帯主,日本,住民,婚姻,令和4年5月6日,,,"
	    "田中,ヤマダ　ハナコ,公証済,例示県例示市2番,山田　太郎,"
	    "令和2年4月1日,令和4年5月6日,例示市前町9番,有,,,,,,,,," },
	{ 2, 1, 1,
	    "山田　桜,ヤマダ　サクラ,2011-05-06,平成23年5月6日,女,100-0002,"
	    "例示市本町2番,子,日本,住民,出生,平成23年5月6日,,,,,未公証,"
	    "例示県例示市2番,山田　太郎,平成23年5月6日,令和4年5月6日,,無,,,"
	    ",,,,,," },
	{ 3, 1, 1,
	    "山田　太郎,ヤマダ　タロウ,1978-01-02,昭和53年1月2日,男,"
	    "100-0002,例示市本町2番,夫,日本,除票,転出,令和8年3月1日,,,,,,"
	    "例示県例示市2番,山田　太郎,令和2年4月1日,令和4年5月6日,,有,"
	    "転出,令和8年3月1日,例示県遠町5番,,,,,," },
	{ 4, 1, 1,
	    "山田　夏,ヤマダ　ナツ,1955-01-02,昭和30年1月2日,女,100-0002,"
	    "例示市本町2番,母,日本,住民,転入,令和4年5月6日,支,,,,,"
	    "例示県秘密市3番,山田　秘,令和4年5月6日,令和4年5月6日,"
	    "例示市秘前町4番,有,,,,,,,,," },
	{ 5, 1, 2,
	    "NGUYEN THI AN,グエン　ティ　アン,1990-02-28,1990年2月28日,女,"
	    "100-0003,例示市旭町3番,同居人,ベトナム,住民,転入,"
	    "令和2年4月1日,,安田　安,,,,,,,令和2年4月1日,,,,,,"
	    "令和2年4月1日,中長期在留者,留学,2年,2027-03-31,AB12345678CD" },
};

const size_t site_records_n = sizeof(site_records) / sizeof(site_records[0]);

void
site_record_put(struct buf *csv, unsigned n, unsigned history,
    unsigned household, const char *rest)
{
	char no[17];
	char house[17];
	char jumin[16];
	char my[16];

	site_number(no, n);
	site_number(house, household);
	(void)snprintf(jumin, sizeof(jumin), "%010u", 1000000000u + n);
	(void)snprintf(my, sizeof(my), "%011u", 2000000000u + n);
	buf_printf(csv, "%s,%u,%s,%s%d,%s%d,%s\r\n", no, history, house, jumin,
	    code_jumin_digit(str_of(jumin)), my,
	    code_my_number_digit(str_of(my)), rest);
}
