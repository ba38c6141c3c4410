/* Messages between session and store, and the store's streams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <sys/socket.h>
#include <unistd.h>

#include "core/err.h"
#include "net/proc.h"
#include "server/chan.h"
#include "server/peers.h"

static void
a_message_comes_out_as_it_went_in(void **state)
{
	struct chan_msg in = { .type = CHAN_ANSWER,
		.conn = 7,
		.op = 20,
		.call = 0xfffffffe,
		.err = ERR_MISSING,
		.state = STATE_OPERATOR,
		.rights = UINT64_MAX - 1,
		.close = true,
		.text = STR("cause"),
		.payload = STR("bytes") };
	struct chan_msg out;
	struct buf b = BUF_INIT;
	size_t used;

	(void)state;
	chan_put(&b, &in);
	assert_int_equal(b.n, CHAN_HEAD + 5 + 5);
	assert_int_equal(chan_get(buf_str(&b), &out, &used), 1);
	assert_int_equal(used, b.n);
	assert_int_equal(out.type, in.type);
	assert_int_equal(out.conn, in.conn);
	assert_int_equal(out.op, in.op);
	assert_int_equal(out.call, in.call);
	assert_int_equal(out.err, in.err);
	assert_int_equal(out.state, in.state);
	assert_true(out.rights == in.rights);
	assert_true(out.close);
	assert_true(str_eq(out.text, in.text));
	assert_true(str_eq(out.payload, in.payload));
	buf_release(&b);
}

static void
every_truncation_asks_for_more(void **state)
{
	struct chan_msg in = { .type = CHAN_EVENT,
		.text = STR("PROTO_ERR"),
		.payload = STR("op 9") };
	struct chan_msg out;
	struct buf b = BUF_INIT;
	size_t used, n;

	(void)state;
	chan_put(&b, &in);
	for (n = 0; n < b.n; n++)
		assert_int_equal(chan_get(str_n(b.p, n), &out, &used), 0);
	buf_release(&b);
}

static void
what_chan_put_does_not_make_is_refused(void **state)
{
	/* offset, value */
	static const uint8_t bad[][2] = {
		{ 0, 0xff },
		{ 4, 0 },
		{ 4, CHAN_TYPES },
		{ 5, STATE_COUNT },
		{ 6, 2 },
		{ 7, CHAN_TEXT_MAX + 1 },
		{ 7, 30 },
		{ 10, 1 },
	};
	struct chan_msg in = { .type = CHAN_CLOSE, .text = STR("end") };
	struct chan_msg out;
	struct buf b = BUF_INIT;
	size_t used, i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		buf_clear(&b);
		chan_put(&b, &in);
		b.p[bad[i][0]] = bad[i][1];
		assert_int_equal(chan_get(buf_str(&b), &out, &used), ERR_PEER);
	}
	buf_release(&b);
}

static void
a_long_text_is_cut(void **state)
{
	static char text[CHAN_TEXT_MAX + 50];
	struct chan_msg in = { .type = CHAN_CLOSE };
	struct chan_msg out;
	struct buf b = BUF_INIT;
	size_t used;

	(void)state;
	memset(text, 'x', sizeof(text));
	in.text = str_n(text, sizeof(text));
	chan_put(&b, &in);
	assert_int_equal(chan_get(buf_str(&b), &out, &used), 1);
	assert_int_equal(out.text.n, CHAN_TEXT_MAX);
	buf_release(&b);
}

static void
a_serial_is_never_used_again(void **state)
{
	static struct peers ps;
	struct peer *p;
	uint32_t old;
	int fds[2];
	int i;

	(void)state;
	assert_int_equal(proc_pair(SOCK_STREAM, fds), 0);
	p = peer_add(&ps, fds[0], false);
	assert_non_null(p);
	old = p->serial;
	assert_ptr_equal(peer_find(&ps, old), p);
	peer_remove(&ps, p);
	assert_null(peer_find(&ps, old));
	for (i = 0; i < PEERS_MAX; i++) {
		p = peer_add(&ps, dup(fds[1]), false);
		assert_non_null(p);
		assert_int_not_equal(p->serial, old);
		peer_remove(&ps, p);
	}
	assert_int_equal(ps.count, 0);
	close(fds[1]);
}

static void
connections_and_the_list_of_waiting_answers_survive_removal(void **state)
{
	static struct peers ps;
	struct peer *a, *b;
	int one[2], two[2];
	uint32_t i;

	(void)state;
	assert_int_equal(proc_pair(SOCK_STREAM, one), 0);
	assert_int_equal(proc_pair(SOCK_STREAM, two), 0);
	a = peer_add(&ps, one[0], false);
	b = peer_add(&ps, two[0], true);
	for (i = 1; i < 20; i++)
		assert_true(peer_conn_add(a, i));
	assert_false(peer_conn_add(a, 7));
	peer_conn_remove(a, 7);
	assert_false(peer_conn_has(a, 7));
	assert_true(peer_conn_has(a, 19));
	assert_int_equal(PEER_SERIAL(peer_conn(a, 19)), a->serial);
	assert_int_equal(PEER_LOCAL(peer_conn(a, 19)), 19);
	peer_dirty(&ps, a);
	peer_dirty(&ps, b);
	peer_dirty(&ps, a);
	peer_remove(&ps, b);
	assert_ptr_equal(peer_next_dirty(&ps), a);
	assert_null(peer_next_dirty(&ps));
	buf_puts(&a->out, "hello");
	assert_int_equal(peer_write(a), 0);
	assert_int_equal(write(one[1], "back", 4), 4);
	assert_int_equal(peer_read(a, 100), 1);
	assert_true(str_eqz(buf_str(&a->in), "back"));
	close(one[1]);
	assert_int_equal(peer_read(a, 100), ERR_IO);
	assert_true(a->eof);
	peer_remove(&ps, a);
	close(two[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_comes_out_as_it_went_in),
		cmocka_unit_test(every_truncation_asks_for_more),
		cmocka_unit_test(what_chan_put_does_not_make_is_refused),
		cmocka_unit_test(a_long_text_is_cut),
		cmocka_unit_test(a_serial_is_never_used_again),
		cmocka_unit_test(
		    connections_and_the_list_of_waiting_answers_survive_removal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
