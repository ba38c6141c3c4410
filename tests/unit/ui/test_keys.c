/*
 * Any keys in any order: nothing crashes, the cursor stays on the screen, and
 * a locked or unlinked terminal never shows a resident (TRM-08, TRM-11,
 * TRM-19).  Fixed seed; MAMORI_TORTURE makes it long.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/err.h"
#include "uifake.h"

static uint64_t seed;

static unsigned
below(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % n);
}

static void
random_key(struct uifake *f)
{
	static const int32_t chars[] = { 'a', 'k', 'n', 'y', '1', '2', '0', '9',
		's', 'r', 'm', 'j', 'Y', ' ', '?', 0x5c71, 0x30ab, 0x3099,
		0xe0100, 0xfffd, 0x1b, 0x202e, 0x20bb7, 0xff21, 0xff76 };
	struct key k;

	if (below(2) == 0)
		k = (struct key){ .id = (enum key_id)(1 + below(K_COUNT - 1)) };
	else
		k = KEY_CHAR(chars[below(sizeof(chars) / sizeof(chars[0]))]);
	ui_key(f->ui, &k);
}

static void
random_world(struct uifake *f)
{
	static const int errs[] = { ERR_DENIED, ERR_TIMEOUT, ERR_FORK, ERR_IO,
		ERR_AUTH, ERR_LOCKED };
	int err = errs[below(6)];

	switch (below(14)) {
	case 0:
	case 1:
		if (f->op == OP_person_search)
			uifake_find(f, below(200));
		else
			uifake_any(f, below(2) == 0);
		break;
	case 2:
		(void)uifake_fail(f, err, below(2) == 0, "purpose");
		break;
	case 3:
		uifake_notices(f);
		break;
	case 4:
		f->boot += (int64_t)below(200000);
		(void)ui_tick(f->ui);
		break;
	case 5:
		f->who.in = false;
		ui_link(f->ui, (enum ui_link)below(4), err);
		break;
	case 6:
		uifake_step(f, UI_LOGIN_FAILED, err, (int)below(4) - 1);
		break;
	case 7:
		uifake_step(f, (enum ui_login_step)below(5), 0, -1);
		break;
	case 8:
		uifake_step(f, UI_LOGIN_CHOOSE, 0, (int)below(3));
		break;
	case 9:
		ui_link(f->ui, UI_LINK_UP, 0);
		uifake_keys(f, "M001 Enter 12345678 Enter");
		uifake_step(f, UI_LOGIN_CHOOSE, 0, 1);
		uifake_step(f, UI_LOGIN_DONE, 0, -1);
		uifake_keys(f, "F2 yamada Tab S551226 Tab 1 F10");
		break;
	default:
		break;
	}
}

static void
check(struct uifake *f)
{
	static const char *const covers[] = { "離席ロック",
		"サーバー接続待ち" };
	size_t i;

	ui_draw(f->ui, &f->grid);
	assert_true(f->grid.cur_y >= 0 && f->grid.cur_y < f->grid.h);
	assert_true(f->grid.cur_x >= 0 && f->grid.cur_x < f->grid.w);
	for (i = 0; i < 2; i++) {
		struct buf b = BUF_INIT;

		grid_row(&f->grid, 0, &b);
		if (b.n > 0 &&
		    memmem(b.p, b.n, covers[i], strlen(covers[i])) != NULL) {
			assert_false(grid_has(&f->grid, STR("ヤマダ")));
			assert_false(grid_has(&f->grid, STR("渡邉")));
			assert_false(grid_has(&f->grid, STR("中央町")));
		}
		buf_release(&b);
	}
}

static void
any_keys_on_any_page_do_no_harm(void **state)
{
	static const int sizes[][2] = { { 80, 24 }, { 112, 30 }, { 20, 5 },
		{ 200, 60 } };
	unsigned rounds = getenv("MAMORI_TORTURE") != NULL ? 4000 : 60;
	struct uifake f;
	unsigned r;
	unsigned i;

	(void)state;
	for (r = 0; r < rounds; r++) {
		seed = UINT64_C(0x9e3779b97f4a7c15) * (r + 1);
		uifake_open(&f, "ja", sizes[r % 2][0], sizes[r % 2][1]);
		if (below(2) == 0)
			uifake_log_in(&f);
		for (i = 0; i < 300; i++) {
			if (below(5) == 0)
				random_world(&f);
			else
				random_key(&f);
			if (below(4) == 0)
				check(&f);
		}
		assert_int_equal(grid_resize(&f.grid, sizes[2 + r % 2][0],
				     sizes[2 + r % 2][1]),
		    0);
		ui_draw(f.ui, &f.grid);
		uifake_close(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_keys_on_any_page_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
