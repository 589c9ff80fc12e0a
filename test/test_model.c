/*
 * The model against the rule book and the kernel's source: every row of model_conditions.h,
 * model_buffers.h, model_calls.h, model_ends.h, model_parties.h, model_waits.h, model_looks.h,
 * model_network.h, model_ports.h, model_sizes.h, model_texts.h, model_timers.h, model_urgent.h and
 * model_counts.h is a test of its own that holds the prediction of each step against the
 * expectation written beside it. Besides: predicting is pure, what is not modelled is "unknown"
 * from there on, and every rule has a text.
 */
#include "check.h"
#include "model/worlds.h"

#include <errno.h>
#include <netinet/tcp.h>

#include "model_buffers.h"
#include "model_calls.h"
#include "model_counts.h"
#include "model_ends.h"
#include "model_fastopen.h"
#include "model_looks.h"
#include "model_network.h"
#include "model_parties.h"
#include "model_ports.h"
#include "model_sizes.h"
#include "model_texts.h"
#include "model_timers.h"
#include "model_urgent.h"
#include "model_uring.h"
#include "model_waits.h"

#define KERNEL ((struct version){6, 18, 0})

static const struct {
	const char *name;
	const struct row *row;
	size_t count;
} tables[] = {
	{"the rule book's conditions", conditions, COUNT(conditions)},
	{"the rule book's calls", calls, COUNT(calls)},
	{"ends", ends, COUNT(ends)},
	{"parties", parties, COUNT(parties)},
	{"ports", ports, COUNT(ports)},
	{"waits", waits, COUNT(waits)},
	{"timers", timers, COUNT(timers)},
	{"looks", looks, COUNT(looks)},
	{"texts", texts, COUNT(texts)},
	{"nothing", nothing, COUNT(nothing)},
	{"counts", counts, COUNT(counts)},
	{"buffers", buffers, COUNT(buffers)},
	{"sizes", sizes, COUNT(sizes)},
	{"fastopen", fastopen, COUNT(fastopen)},
	{"uring", uring, COUNT(uring)},
	{"urgent", urgent, COUNT(urgent)},
	{"options", options, COUNT(options)},
	{"network", network, COUNT(network)},
};

/* What a row expects of a step; an await without a result is expected to arrive. */
static struct result expected_of(const struct script_step *entry)
{
	if (entry->expectation_count)
		return entry->expectation[0].result;
	return (struct result){
		.kind = step_form(&entry->step) == FORM_AWAIT ? RESULT_DONE : RESULT_NONE};
}

static void assert_prediction(const struct script_step *entry, struct prediction p)
{
	char step[LINE_LIMIT + 1], expected_text[RESULT_TEXT], predicted[RESULT_TEXT];
	struct result expected = expected_of(entry);
	bool unknown = p.result.kind == RESULT_UNKNOWN;

	step_text(&entry->step, step, sizeof step);
	result_text(&expected, expected_text, sizeof expected_text);
	result_text(&p.result, predicted, sizeof predicted);
	bool agree = expected.kind == RESULT_NONE ? p.result.kind == RESULT_NONE
						  : results_agree(&expected, &p.result);

	if (unknown ? expected.kind != RESULT_NONE : !agree)
		fail_msg("line %d: %s: expected '%s', predicted '%s'", entry->line, step,
			expected_text, predicted);
	assert_int_equal(p.rule == RULE_NONE, unknown);
}

static struct experiment *row_parse(const struct row *row)
{
	char text[FILE_LIMIT];

	snprintf(text, sizeof text, "%s%s", row->given, row->text);
	return parse_good(text);
}

static void test_row(void **state)
{
	struct experiment *e = row_parse(*state);
	struct worlds worlds;

	worlds_begin(&worlds, model_of(e, FAMILY_TCP4, KERNEL));
	for (int i = 0; i < e->step_count; i++)
		assert_prediction(&e->script[i], worlds_predict(&worlds, &e->script[i].step));
	experiment_free(e);
}

static bool predictions_equal(struct prediction a, struct prediction b)
{
	return a.rule == b.rule && a.result.kind == b.result.kind &&
	       a.result.relation == b.result.relation && a.result.value == b.result.value &&
	       a.result.second == b.result.second && a.result.signal == b.result.signal;
}

static void assert_pure(const struct row *row)
{
	struct experiment *e = row_parse(row);
	struct model a = model_new(FAMILY_TCP4, KERNEL), b = a;

	for (int i = 0; i < e->step_count; i++) {
		struct step copy = e->script[i].step;
		struct prediction p = model_predict(&a, &e->script[i].step);

		assert_true(predictions_equal(p, model_predict(&b, &copy)));
		assert_memory_equal(&copy, &e->script[i].step, sizeof copy);
	}
	experiment_free(e);
}

/* Two models side by side answer alike, after all others have run, and leave the steps alone. */
static void test_pure(void **state)
{
	(void)state;
	for (size_t t = 0; t < COUNT(tables); t++)
		for (size_t i = 0; i < tables[t].count; i++)
			assert_pure(&tables[t].row[i]);
}

/* Predicts every step of text on family; returns the last answer. */
static struct prediction last_prediction_on(enum family family, const char *text)
{
	struct experiment *e = parse_good(text);
	struct worlds worlds;
	struct prediction p = {0};

	worlds_begin(&worlds, model_of(e, family, KERNEL));
	for (int i = 0; i < e->step_count; i++)
		p = worlds_predict(&worlds, &e->script[i].step);
	experiment_free(e);
	return p;
}

static struct prediction last_prediction(const char *text)
{
	return last_prediction_on(FAMILY_TCP4, text);
}

/* Both ends send again what was lost, in an order that the kernel's timers decide: with the FIN
 * first the RST finds CLOSE_WAIT. What comes to the same either way is certain,
 * what does not has both answers. */
static void test_choices(void **state)
{
	static const char crossed[] = CONNECTED "link down = 0\n"
						"server close = 0\n"
						"client write 100 = 100\n"
						"link up = 0\n"
						"client await CLOSE\n";
	char text[1024];

	(void)state;
	snprintf(text, sizeof text, "%sclient read 100\n", crossed);
	struct prediction p = last_prediction(text);
	const struct result both[] = {
		{.kind = RESULT_NUMBER}, {.kind = RESULT_ERROR, .value = ECONNRESET}};

	assert_int_equal(result_count(&p.result), 2);
	assert_true(result_has(&p.result, &both[0]) && result_has(&p.result, &both[1]));
	snprintf(text, sizeof text, "%sclient read 100\nclient state\n", crossed);
	assert_int_equal(last_prediction(text).result.value, TCP_CLOSE);
	snprintf(text, sizeof text, "%sserver await CLOSE\nserver state\n", crossed);
	assert_int_equal(last_prediction(text).result.value, TCP_CLOSE);
	/* Was the FIN acknowledged before the link went down? If not, it comes again. */
	assert_int_equal(last_prediction(CONNECTED "server shutdown SHUT_WR = 0\n"
						   "link down = 0\n"
						   "client connect AF_UNSPEC = 0\n"
						   "link up = 0\n"
						   "server await CLOSE\n")
				 .result.kind,
		RESULT_UNKNOWN);
}

/* tcp_ioctl(): TCP_LISTEN. What the call beneath an await fails with, no experiment expects. */
static void test_await_that_fails(void **state)
{
	struct prediction p = last_prediction("server await outq=0\n");

	(void)state;
	assert_int_equal(p.result.kind, RESULT_ERROR);
	assert_int_equal(p.result.value, EINVAL);
}

/* Whether it ends while one waits depends on how long one does. */
static void test_timers_that_are_uncertain(void **state)
{
	static const char *const cases[] = {
		CONNECTED "client setsockopt TCP_USER_TIMEOUT 30000 = 0\n"
			  "link down = 0\nclient write 6 = 6\nclient await CLOSE\n",
		CONNECTED "client setsockopt SO_KEEPALIVE 1 = 0\n"
			  "client setsockopt TCP_KEEPIDLE 3 = 0\n"
			  "client setsockopt TCP_KEEPINTVL 3 = 0\n"
			  "link down = 0\nclient read 6 &\nclient join\n",
		CONNECTED "client setsockopt TCP_LINGER2 30 = 0\n"
			  "client shutdown SHUT_WR = 0\nclient await FIN_WAIT2\n"
			  "client close = 0\nclient await CLOSE\n",
		"sysctl net.ipv4.tcp_syn_retries 1 = 0\nlink down = 0\n"
		"client connect &\nclient join\n",
		CONNECTED "sysctl net.ipv4.tcp_rto_max_ms 1000 = 0\nlink down = 0\n"
			  "client write 6 = 6\nclient await CLOSE\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(last_prediction(cases[i]).result.kind, RESULT_UNKNOWN);
}

/* Every way that three questions can be answered, once; the last two are asked after a yes. */
static void test_every_choice(void **state)
{
	struct choices choices = {0};
	char seen[64] = "", *end = seen;

	(void)state;
	do {
		end += sprintf(end, " ");
		for (int i = choices_ask(&choices) ? 2 : 0; i; i--)
			end += sprintf(end, "%d", choices_ask(&choices));
	} while (choices_next(&choices));
	assert_string_equal(seen, "  00 01 10 11");
}

/* inet6_csk_xmit() stores in sk_err_soft why it finds no route; IPv4 uses the one that it has. */
static void test_no_route(void **state)
{
	static const char *const cases[] = {
		CONNECTED "link down\nclient write 6\nclient getsockopt SO_ERROR\n",
		CONNECTED "link down\nserver shutdown SHUT_WR\nserver getsockopt SO_ERROR\n",
		CONNECTED "link down\nserver destroy\nserver getsockopt SO_ERROR\n"
			  "server getsockopt SO_ERROR\n",
		CONNECTED "link down\nclient connect AF_UNSPEC\nclient getsockopt SO_ERROR\n"
			  "client getsockopt SO_ERROR\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct prediction tcp4 = last_prediction_on(FAMILY_TCP4, cases[i]),
				  mapped = last_prediction_on(FAMILY_TCP4_MAPPED, cases[i]),
				  tcp6 = last_prediction_on(FAMILY_TCP6, cases[i]);

		assert_int_equal(tcp4.result.kind, RESULT_ERRNO);
		assert_int_equal(tcp4.result.value, 0);
		assert_int_equal(mapped.result.value, 0);
		assert_int_equal(tcp6.result.value, ENETUNREACH);
	}
}

/* The link that goes down in a network is none of the ends' own. */
static void test_route_into_network(void **state)
{
	struct prediction p = last_prediction_on(FAMILY_TCP6,
		"delay 0ms\n" CONNECTED "link down\nclient write 6\nclient getsockopt SO_ERROR\n");

	(void)state;
	assert_int_equal(p.result.kind, RESULT_ERRNO);
	assert_int_equal(p.result.value, 0);
}

/* Once lost, the model says nothing, even where every outcome is the same. */
static void test_lost(void **state)
{
	static const char *const texts_lost[] = {
		/* what is urgent behind so much, and where it is lost */
		CONNECTED "client send 100000 MSG_OOB\nclient getsockopt SO_ERROR\n",
		CONNECTED "link down\nclient send 6 MSG_OOB\nclient getsockopt SO_ERROR\n",
		CONNECTED "server poll POLLIN|POLLPRI &\nclient send 6 MSG_OOB\nserver join\n",
		CONNECTED "client write 1048576\nclient poll\n",
		"sysctl net.ipv4.tcp_rfc1337 1\nclient poll\n",
		CONNECTED "link down\nclient write 6\nlink up\nserver poll\n",
		/* where a page fragment ends, and how the receive queue is cut into segments */
		CONNECTED "client write 33 mapped=1\nserver inq\n",
		CONNECTED
		"server write 6\nclient await inq=6\nclient read 6 mapped=3\nclient inq\n",
		/* io_uring lets go of its files some time after the process */
		"server uring_accept &\nserver kill\nclient connect\n",
		/* what it does not end by the socket's timeouts, or below SO_RCVLOWAT */
		CONNECTED
		"client setsockopt SO_RCVTIMEO 0,20000\nclient uring_recv 6\nclient inq\n",
		CONNECTED
		"client setsockopt SO_SNDTIMEO 0,20000\nclient uring_send 6\nclient inq\n",
		CONNECTED "client setsockopt SO_RCVLOWAT 4\nclient uring_read 6\nclient inq\n",
		/* is there a cookie of a connection before? */
		"client sendto 6 MSG_FASTOPEN|MSG_DONTWAIT\nclient state\n",
		"client setsockopt TCP_FASTOPEN_CONNECT 1\nclient connect\nclient state\n",
		DEFERRED "client sendfile 6\nclient state\n",
		DEFERRED "client fill\nclient state\n",
		FASTOPEN "client sendto 6 MSG_FASTOPEN|MSG_MORE\nclient state\n",
		/* the data does not wake the reader, but the FIN's acknowledgement with it, if it
		 * had not come before */
		CONNECTED "server shutdown SHUT_WR\nserver setsockopt SO_RCVLOWAT 10\n"
			  "server read 3 &\nclient write 6\nserver join\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts_lost); i++) {
		struct prediction p = last_prediction(texts_lost[i]);

		assert_int_equal(p.result.kind, RESULT_UNKNOWN);
		assert_int_equal(p.rule, RULE_NONE);
	}
}

/* An answer that is not known need not end the modelling. */
static void test_unknown_goes_on(void **state)
{
	static const char *const unknown[] = {
		CONNECTED "client getsockopt SO_SNDBUF\n",
		/* a timeout is rounded up to the kernel's ticks */
		"client setsockopt SO_RCVTIMEO 0,1\nclient getsockopt SO_RCVTIMEO\n",
		/* an orphan, or a time-wait entry already? */
		PEER_CLOSED "client write 6\nclient await CLOSE\ncount TCPAbortOnData\n",
		CONNECTED "client shutdown SHUT_WR\nclient state\n",
		CONNECTED "client write 6\nclient outq\n",
		/* a fresh socket has what the sysctl says: tcp_sock's keepalive_time is 0 */
		"sysctl net.ipv4.tcp_keepalive_time 5\nclient getsockopt TCP_KEEPIDLE\n",
		/* more than some kernels take, or no number */
		"sysctl net.ipv4.tcp_retries2 300\n",
		"sysctl net.ipv4.tcp_fin_timeout 7x\n",
		"sysctl net.ipv4.tcp_syn_retries 3 4\n",
		/* the port that it is given may be client2's: a connection to itself */
		"client connect client2\n",
		/* both waiters woke, and go on waiting in any order */
		("server2 accept &\nserver accept &\nlistener shutdown SHUT_WR\n"
		 "client connect\nserver join\n"),
		/* how much is sent before the RST that answers it comes? */
		CONNECTED "forget reset\nclient fill\nclient poll\n",
		/* whose segment is the next, of several connections? */
		"client2 connect\ndrop > P.\nclient2 write 6\n",
		"client connect\nclient2 connect\nforget drop\nclient2 state\n",
		/* the SYN that met a full queue is sent again, within a second */
		"listener listen 0\nclient connect\nclient2 connect &\nserver accept\nclient2 "
		"state\n",
		/* which of two is? */
		("listener listen 0\nclient connect\nclient2 connect &\nclient3 connect &\n"
		 "server accept\nclient2 join\n"),
		/* with a cookie nothing is deferred */
		"server setsockopt TCP_DEFER_ACCEPT 1\nserver listen 0\nclient connect\n",
		/* a connection of an earlier socket waits to be accepted: its RST was lost */
		("client connect\nlink down\nclient connect AF_UNSPEC\nclient connect &\n"
		 "server accept\n"),
	};
	struct prediction p = last_prediction(
		CONNECTED "client getsockopt SO_SNDBUF\nclient close\nserver await CLOSE_WAIT\n");

	(void)state;
	assert_int_equal(p.result.kind, RESULT_DONE);
	for (size_t i = 0; i < COUNT(unknown); i++)
		assert_int_equal(last_prediction(unknown[i]).result.kind, RESULT_UNKNOWN);
}

/* What the trace says beside a prediction. */
static void test_rules(void **state)
{
	static const struct {
		enum rule rule;
		const char *text;
	} cases[] = {
		{RULE_SEND_QUEUED, CONNECTED "client write 6\n"},
		{RULE_SEND_ANSWERED_RST, PEER_CLOSED "client write 6\n"},
		{RULE_SEND_STORED_ERROR, RESET_AFTER_FIN "client write 6\n"},
		{RULE_SEND_NOT_CONNECTED, "client write 6\n"},
		{RULE_RECEIVE_DONE, PEER_CLOSED "client read 6\n"},
		{RULE_RECEIVE_SHUT, SHUT_BOTH "client read 6\n"},
		{RULE_CLOSE_FIN, CONNECTED "client close\n"},
		{RULE_CLOSE_AGAIN, SHUT_BOTH "client close\n"},
		{RULE_CLOSE_UNREAD, CONNECTED "client write 6\nserver close\n"},
		{RULE_CLOSE_LINGER, "client setsockopt SO_LINGER 1,0\n" CONNECTED "client close\n"},
		{RULE_CLOSE_LISTEN, "server close\n"},
		{RULE_CLOSE_CLOSED, RESET "client close\n"},
		{RULE_BAD_DESCRIPTOR, "client close\nclient close\n"},
		{RULE_POLL_CLOSED, "client close\nclient poll\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(last_prediction(cases[i].text).rule, cases[i].rule);
}

static void test_rule_texts(void **state)
{
	(void)state;
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		assert_non_null(rule_texts[rule].says);
		assert_non_null(rule_texts[rule].kernel);
		if (rule != RULE_NONE)
			assert_true(rule_texts[rule].says[0]);
	}
}

/* Every row of a table is a test; returns how many failed. */
static int run_table(size_t t)
{
	struct CMUnitTest *tests = calloc(tables[t].count, sizeof *tests);

	if (!tables[t].count || !tests)
		return 1;
	for (size_t i = 0; i < tables[t].count; i++)
		tests[i] = (struct CMUnitTest){.name = tables[t].row[i].name,
			.test_func = test_row,
			.initial_state = (void *)(uintptr_t)&tables[t].row[i]};
	int failed = _cmocka_run_group_tests(tables[t].name, tests, tables[t].count, NULL, NULL);

	free(tests);
	return failed;
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_pure),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_await_that_fails),
		cmocka_unit_test(test_timers_that_are_uncertain),
		cmocka_unit_test(test_every_choice),
		cmocka_unit_test(test_no_route),
		cmocka_unit_test(test_route_into_network),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_unknown_goes_on),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_rule_texts),
	};
	int failed = cmocka_run_group_tests_name("model", others, NULL, NULL);

	for (size_t t = 0; t < COUNT(tables); t++)
		failed += run_table(t);
	return failed;
}
