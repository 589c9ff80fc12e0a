/*
 * What explains the results of calls: of both ends, by every act that there is; what is said where
 * nothing does; and the page.
 */
#include "check.h"
#include "diagnose/diagnosis.h"
#include "diagnose/diagnosis_json.h"
#include "diagnose/reproduce.h"

static const struct version kernel = {6, 12, 0};

static struct seen seen;
static struct causes causes;

/* The calls read as on the command line. */
static void diagnose(const char *calls)
{
	struct experiment *e = seen_parse("calls", calls, stderr);

	assert_non_null(e);
	seen_take(&seen, e, kernel);
	assert_true(causes_find(&causes, &seen));
}

/* The acts of the cause's first way, but for those that are taken for granted. */
static void acts_text(const struct cause *cause, char text[256])
{
	text[0] = '\0';
	for (int i = 0; i < cause->way[0].count; i++) {
		const struct deed *deed = &cause->way[0].deed[i];
		size_t used = strlen(text);

		if (acts[deed->act].cost)
			snprintf(text + used, 256 - used, "%s%d@%d", used ? " " : "", deed->act,
				deed->at);
	}
}

struct expected {
	const char *calls;
	const char *signature; /* of the first cause; NULL: nothing explains */
	int act, at;           /* the first act that costs something; -1: none */
	int furthest;          /* the call that stays unexplained */
};

/* NOLINTNEXTLINE(readability-function-size): a table */
static void test_causes(void **state)
{
	static const struct expected cases[] = {
		{"write 6 = 6; write 6 = 6", "", -1, 0, 2},
		{"write 6 = 6; write 6 = -1 EPIPE", "FIN EPIPE", ACT_CLOSE, 0, 2},
		{"write 6 = 6; write 6 = -1 EPIPE SIGPIPE", "FIN EPIPE", ACT_CLOSE, 0, 2},
		{"write 6 = -1 ECONNRESET", "ECONNRESET", ACT_CLOSE_UNREAD, 0, 1},
		{"read 16 = 5; read 16 = 0", "FIN", ACT_CLOSE, 3, 2},
		{"write 6 = 6; read 16 = -1 ECONNRESET", "ECONNRESET", ACT_CLOSE_UNREAD, 3, 2},
		{"read 16 = 0; write 6 = 6; write 6 = 6", "FIN", ACT_SHUT_WR, 1, 3},
		{"connect = -1 ECONNREFUSED", "", ACT_LISTENER_CLOSE, 0, 1},
		{"connect = -1 ETIMEDOUT", "LINK_DOWN ETIMEDOUT", ACT_VANISH, 0, 1},
		{"write 6 = 6; read 16 = -1 ETIMEDOUT", "LINK_DOWN ETIMEDOUT", ACT_VANISH, 0, 2},
		{"read 16 = -1 EAGAIN; read 16 = 3", "", ACT_OWN_NONBLOCK, 0, 2},
		{"send 6 MSG_DONTWAIT = -1 EAGAIN", "", ACT_FULL, 0, 1},
		{"write 6 = -1 EBADF", "SHUT_WR SHUT_RD close", ACT_OWN_CLOSE, 0, 1},
		{"read 16 = -1 ENOTCONN", "", -1, 0, 1}, /* it was never connected */
		{"read 16 = -1 ECONNABORTED", "ECONNABORTED", ACT_OWN_DESTROY, 1, 1},
		{"poll = POLLIN|POLLOUT; read 16 = 5", "", -1, 0, 2},
		{"poll = POLLIN|POLLOUT|POLLERR|POLLHUP|POLLRDHUP; getsockopt SO_ERROR = "
		 "ECONNRESET",
			"ECONNRESET", ACT_CLOSE_UNREAD, 0, 2},
		{"accept = 0; read 16 = 6; write 100 = 100; write 100 = -1 EPIPE", "FIN EPIPE",
			ACT_CLOSE, 4, 4},
		{"accept = 0; read 16 = 6; write 100 = -1 ECONNRESET", "ECONNRESET",
			ACT_LINGER_ZERO, 4, 3},
		{"server write 6 = -1 EPIPE", "FIN EPIPE", ACT_CLOSE, 0, 1},
		/* AF_UNIX: no first write succeeds */
		{"use unix; connect = 0; write 6 = -1 EPIPE", "SHUT_WR SHUT_RD", ACT_UNIX_CLOSE, 2,
			2},
		{"use unix; connect = 0; write 6 = 6; read 16 = -1 ECONNRESET; read 16 = 0",
			"ECONNRESET SHUT_WR SHUT_RD", ACT_UNIX_CLOSE_UNREAD, 5, 4},
		{"use unix; connect = -1 ECONNREFUSED", "", ACT_UNIX_LISTENER_CLOSE, 0, 1},
		{"use unix; connect = 0; write 6 = -1 EPIPE; recv 16 MSG_DONTWAIT = -1 EAGAIN",
			"SHUT_WR", ACT_UNIX_SHUT_RD, 2, 3},
		{"use unix; connect = 0; read 16 = 0; write 6 = 6", "SHUT_RD", ACT_UNIX_SHUT_WR, 3,
			3},
		{"write 6 = 6; poll POLLPRI = POLLPRI", "", ACT_URGENT, 2, 2},
		{"connect = 0; read 6 &; write 6 = 6; write 6 = -1 EPIPE", "SHUT_WR",
			ACT_OWN_SHUT_WR, 6, 4},
		{"connect = 0; read 6 &; shutdown SHUT_WR = 0; write 6 = -1 EPIPE", "SHUT_WR", -1,
			0, 4},
		/* more than the queue takes: the peer reads meanwhile */
		{"write 9000 = 9000; write 9000 = 9000; write 9000 = 9000", "", -1, 0, 3},
		{"write 6 = 6; write 6 = 7", NULL, -1, 0, 1},
		{"write 6 = 6; read 16 = -1 ENOENT; read 16 = 0", NULL, -1, 0, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[256] = "", wanted[32] = "";

		diagnose(cases[i].calls);
		if (causes.count)
			acts_text(&causes.cause[0], text);
		if (cases[i].act >= 0)
			snprintf(wanted, sizeof wanted, "%d@%d", cases[i].act, cases[i].at);
		if (causes.furthest != cases[i].furthest || !causes.count != !cases[i].signature ||
			strncmp(text, wanted, strlen(wanted)) != 0 || (!*wanted && *text) ||
			(causes.count &&
				strcmp(causes.cause[0].signature, cases[i].signature) != 0))
			fail_msg("%s: %d causes, furthest %d, first [%s], acts %s instead of %s",
				cases[i].calls, causes.count, causes.furthest,
				causes.count ? causes.cause[0].signature : "", text, wanted);
		seen_free(&seen);
	}
}

/* The classic has three causes, the peer's close first, with the ways that come to the same. */
static void test_ranking(void **state)
{
	(void)state;
	diagnose("write 6 = 6; write 6 = -1 EPIPE");
	assert_int_equal(causes.count, 3);
	assert_string_equal(causes.cause[1].signature, "SHUT_WR");
	assert_string_equal(causes.cause[2].signature, "SHUT_WR SHUT_RD");
	for (int i = 1; i < causes.cause[0].count; i++)
		assert_true(causes.cause[0].way[i].cost >= causes.cause[0].way[i - 1].cost);
	assert_false(causes.gave_up);
	seen_free(&seen);
}

/* Every way that is told explains all calls, and not one act of it is idle. */
static void test_ways(void **state)
{
	char signature[SIGNATURE_SIZE];

	(void)state;
	diagnose("write 6 = 6; poll = POLLIN|POLLOUT|POLLRDHUP; read 16 = 0; write 6 = -1 EPIPE");
	assert_true(causes.count > 0);
	for (int i = 0; i < causes.count; i++)
		for (int j = 0; j < causes.cause[i].count; j++) {
			struct way way = causes.cause[i].way[j];

			assert_true(way_play(&seen, &way, NULL, NULL));
			way_signature(&seen, &way, signature);
			assert_string_equal(signature, causes.cause[i].signature);
			way.count--;
			way_signature(&seen, &way, signature);
			assert_false(way_play(&seen, &way, NULL, NULL) &&
				     !strcmp(signature, causes.cause[i].signature));
		}
	seen_free(&seen);
}

static void test_shown_by(void **state)
{
	static const struct {
		const char *calls, *name;
	} cases[] = {
		{"write 6 = 6; write 6 = -1 EPIPE", "write-after-close"},
		{"connect = -1 ECONNREFUSED; write 6 = -1 EPIPE", "connect-refused"},
		{"write 6 = 6; write 6 = -1 ECONNRESET; write 6 = -1 EPIPE",
			"write-after-close-unread"},
	};
	char name[SHOWN_NAME];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		diagnose(cases[i].calls);
		assert_true(causes.count > 0);
		reproduce_shown_by(&seen, &causes.cause[0].way[0], name);
		assert_string_equal(name, cases[i].name);
		seen_free(&seen);
	}
}

static void test_reproduce(void **state)
{
	struct print print;

	(void)state;
	diagnose("write 6 = 6; write 6 = -1 EPIPE");
	print_open(&print);
	reproduce_print(&seen, &causes.cause[0].way[0], print.out);
	char *text = print_take(&print);

	assert_string_equal(text,
		"# Reproduced: what was seen, and what explains it.\n#\n"
		"# Before call 1: the peer has read everything and closes: FIN.\nuse tcp4\n\n"
		"client setsockopt TCP_NODELAY 1 = 0\n"
		"client connect           = 0\n"
		"client await ESTABLISHED\n"
		"server await POLLIN\n"
		"server accept            = 0\n"
		"server await ESTABLISHED\n"
		"server setsockopt TCP_NODELAY 1 = 0\n"
		"server close             = 0\n"
		"client await CLOSE_WAIT\n"
		"client write 6           = 6\n"
		"client await CLOSE\n"
		"client write 6           = -1 EPIPE\n");
	free(text);
	seen_free(&seen);
}

static char *page(const char *calls)
{
	struct print print;

	diagnose(calls);
	print_open(&print);
	diagnosis_print(&causes, &(struct sheet){.out = print.out});
	seen_free(&seen);
	return print_take(&print);
}

static void test_page(void **state)
{
	static const char *const parts[] = {
		"2 calls of the client, on tcp4; the connection was there before\n\n"
		"1. the peer has read everything and closes: FIN\n",
		"\n   call 2     client write 6 = -1 EPIPE: a RST came in CLOSE_WAIT, where "
		"tcp_reset() "
		"stores EPIPE;\n",
		"\n   shown by   write-after-close\n   arrived    FIN EPIPE\n",
		"\n   here       before call 2: TCP_INFO's state CLOSE, poll(2)\n",
		"\n   or         its process exits or is killed",
		"\n   facts      That a peer closes is not an error",
		"\n\n2. this end's send side is shut",
		"\nWhat tells them apart\n\n  1a arrives: FIN EPIPE; nstat at the two ends: "
		"TcpEstabResets 1",
		"\n  2a arrives: SHUT_WR; ",
	};
	char *text = page("write 6 = 6; write 6 = -1 EPIPE");

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++)
		if (!strstr(text, parts[i]))
			fail_msg("expected:\n%s\nin:\n%s", parts[i], text);
	free(text);
	text = page("write 6 = 6; write 6 = -1 ENOENT");
	assert_non_null(strstr(text, "\nNothing that is known explains call 2: client write 6 = -1 "
				     "ENOENT\n"));
	free(text);
	text = page("write 6 = 6");
	assert_non_null(strstr(text, "\n1. nothing of the peer's or the network's: on an open "
				     "connection these calls give these"));
	free(text);
	text = page("read 16 = -1 ENOTCONN");
	assert_non_null(strstr(text, "\n1. the socket was never connected\n"));
	free(text);
}

static void test_json(void **state)
{
	json_t *object, *cause;

	(void)state;
	diagnose("write 6 = 6; write 6 = -1 EPIPE");
	object = diagnosis_json(&causes);

	assert_non_null(object);
	assert_string_equal(json_string_value(json_object_get(object, "end")), "client");
	assert_int_equal(json_array_size(json_object_get(object, "calls")), 2);
	assert_int_equal(json_array_size(json_object_get(object, "causes")), 3);
	cause = json_array_get(json_object_get(object, "causes"), 0);
	assert_string_equal(json_string_value(json_object_get(cause, "arrived")), "FIN EPIPE");
	json_decref(object);
	seen_free(&seen);
}

/* Was there a connection before? The first call tells that needs one, or makes one. */
static void test_connected(void)
{
	static const struct {
		const char *calls;
		bool connected;
	} cases[] = {
		{"poll = POLLOUT", true},
		{"write 6 = -1 EPIPE", true},
		{"connect = 0; write 6 = 6", false},
		{"uring_connect = 0", false},
		{"sendto 6 MSG_FASTOPEN = 6; read 16 = 0", false},
		{"server uring_accept = 0; server write 6 = 6", false},
		{"poll = POLLOUT|POLLHUP; connect = -1 ECONNREFUSED", false},
		{"connect = -1 EISCONN; write 6 = -1 EPIPE", true},
		{"write 6 = 6; connect AF_UNSPEC = 0; connect = 0", true},
		{"connect AF_UNSPEC = 0", true},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct experiment *e = seen_parse("calls", cases[i].calls, stderr);

		assert_non_null(e);
		seen_take(&seen, e, kernel);
		if (seen.connected != cases[i].connected)
			fail_msg("%s: connected %d", cases[i].calls, seen.connected);
		seen_free(&seen);
	}
}

/* As many calls as an experiment has room for, one deeper in the search than the other. */
static void test_long(void **state)
{
	struct print print;

	(void)state;
	print_open(&print);
	for (int i = 0; i < STEP_LIMIT - 1; i++)
		fputs("write 1 = 1;", print.out);
	fputs("write 1 = -1 ECONNRESET", print.out);
	char *calls = print_take(&print);

	diagnose(calls);
	assert_true(causes.count > 0);
	assert_string_equal(causes.cause[0].signature, "ECONNRESET");
	seen_free(&seen);
	free(calls);
}

/* Whose calls they are; a trace of both ends gives the client's. */
static void test_seen(void **state)
{
	(void)state;
	diagnose("use tcp6\nclient connect = 0\nserver accept = 0\nserver close = 0\n"
		 "client await CLOSE_WAIT\nclient read 6 = 0\n");
	assert_int_equal(seen.who, CLIENT);
	assert_int_equal(seen.family, FAMILY_TCP6);
	assert_int_equal(seen.count, 3);
	assert_false(seen.connected);
	assert_int_equal(causes.count > 0, true);
	seen_free(&seen);
	diagnose("accept = 0; close = 0");
	assert_int_equal(seen.who, SERVER);
	seen_free(&seen);
	test_connected();
	diagnose("read 16 = 5; read 16 = 6; recv 16 MSG_PEEK = 3; inq = 4");
	assert_int_equal(seen_to_arrive(&seen, 0), 15);
	assert_int_equal(seen_to_arrive(&seen, 1), 10);
	seen_free(&seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_causes),
		cmocka_unit_test(test_ranking),
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_shown_by),
		cmocka_unit_test(test_reproduce),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_seen),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
