/*
 * Packets beside calls: which candidates they contradict, which packet made which call return what,
 * and which connection of a capture it is that a log's calls were made on.
 */
#include "check.h"
#include "diagnose/diagram.h"
#include "diagnose/diagnosis.h"
#include "diagnose/match.h"
#include "diagnose/seen.h"
#include "diagnose/witness.h"
#include "packets.h"
#include "pages.h"

#define OPEN "> S 100+0 0; < S. 500+0 101; > . 101+0 501; "

/* What is written of calls beside the first connection of packets. */
static char *sheet_of(const char *calls, const char *packets, bool cut, bool html)
{
	static struct causes causes;
	struct conversations *all = conversations_new(NULL, NULL);
	struct version kernel = {6, 18, 0};
	struct witness witness;
	struct seen seen;
	struct print page;

	seen_take(&seen, seen_parse("calls", calls, stderr), kernel);
	sketch_feed(all, packets, 5000);
	conversations_sort(all);
	witness_begin(&witness, &seen, conversations_at(all, 0),
		seen.who == CLIENT ? CONNECTOR : ACCEPTOR, NULL, 0, cut);
	assert_true(causes_find_judged(&causes, &seen, witness_judge, &witness));
	causes.witness = &witness;
	print_open(&page);
	struct sheet sheet = {.out = page.out, .html = html};

	sheet_part_begin(&sheet, 1, true, "calls");
	diagnosis_print(&causes, &sheet);
	sheet_part_end(&sheet);
	assert_false(sheet.lacks_memory);
	causes.witness = NULL;
	seen_free(&seen);
	conversations_free(all);
	return print_take(&page);
}

static const struct {
	const char *calls, *packets;
	const char *says, *falls; /* parts of the page */
} decided[] = {
	/* The classic. */
	{"connect = 0; write 6 = 6; write 6 = -1 EPIPE",
		OPEN "< F. 501+0 101; > . 101+0 502; > P. 101+6 502; < R 502+0 0",
		"\n1. the peer has read everything and closes: FIN\n", NULL},
	{"connect = 0; write 6 = 6; write 6 = -1 EPIPE",
		OPEN "< F. 501+0 101; > . 101+0 502; > P. 101+6 502; < R 502+0 0",
		"   packets    packet 7, R from the peer, between call 2 and call 3: a RST "
		"came in CLOSE_WAIT, where",
		NULL},
	/* The same two calls, and no FIN before the first write's data. */
	{"connect = 0; write 6 = 6; write 6 = -1 EPIPE",
		OPEN "> P. 101+6 501; < F. 501+0 107; < R 502+0 0", NULL, "came after call 2"},
	{"connect = 0; write 6 = 6; write 6 = -1 ECONNRESET", OPEN "> P. 101+6 501; < R. 501+0 107",
		"\n1. the peer closes with data unread in its receive queue: RST", NULL},
	/* The RST is not of the peer's socket. */
	{"connect = 0; write 6 = 6; write 6 = -1 ECONNRESET", OPEN "> P. 101+6 501; < R 501+0 0",
		"\n1. a RST comes that the peer's socket did not send",
		"the peer closes with data unread in its receive queue: RST instead of"},
	/* End of file: a half close takes what is written, a close does not. */
	{"connect = 0; read 16 = 0; write 6 = 6",
		OPEN "< F. 501+0 101; > P. 101+6 502; < . 502+0 107",
		"\n1. the peer shuts its send side",
		"the peer has read everything and closes: FIN: no RST that answers a"},
	{"connect = 0; read 16 = 0; write 6 = 6",
		OPEN "< F. 501+0 101; > P. 101+6 502; < R 502+0 0",
		"\n1. the peer has read everything and closes: FIN\n", NULL},
	{"connect = 0; read 16 = 0", OPEN "< F. 501+0 101",
		"packet 4, F. from the peer, before call 2: tcp_fin() sets RCV_SHUTDOWN", NULL},
	{"connect = -1 ECONNREFUSED", "> S 100+0 0; < R. 0+0 101",
		"packet 2, R. from the peer, before call 1", NULL},
	/* Nothing is lost where all was answered. */
	{"connect = 0; write 6 = 6; read 16 = -1 ETIMEDOUT",
		OPEN "> P. 101+6 501; > P. 101+6 501; > P. 101+6 501",
		"nothing comes from the peer any more", NULL},
	{"connect = 0; write 6 = 6; read 16 = -1 ETIMEDOUT", OPEN "> P. 101+6 501; < . 501+0 107",
		NULL, "all that this end sent was answered"},
	/* Of the server's calls. */
	{"accept = 0; read 16 = 6; write 6 = -1 ECONNRESET", OPEN "> P. 101+6 501; > R. 107+0 501",
		"packet 5, R. from the peer", NULL},
	/* The socket was connected. */
	{"write 6 = -1 EPIPE", OPEN "> F. 101+0 501; < . 501+0 102",
		"\n1. this end's send side is shut", NULL},
};

static void test_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(decided); i++) {
		char *page = sheet_of(decided[i].calls, decided[i].packets, false, false);
		const char *fell = strstr(page, "What the packets contradict");

		if (decided[i].says && !strstr(page, decided[i].says))
			fail_msg("row %zu: expected %s in:\n%s", i, decided[i].says, page);
		if (decided[i].falls && (!fell || !strstr(fell, decided[i].falls)))
			fail_msg("row %zu: expected to fall out %s in:\n%s", i, decided[i].falls,
				page);
		free(page);
	}
}

/* What is missing in a capture contradicts nothing. */
static void test_cut(void **state)
{
	char *page = sheet_of("connect = 0; write 6 = 6; write 6 = -1 EPIPE", OPEN, true, false);

	(void)state;
	assert_non_null(strstr(page, "\n1. the peer has read everything and closes: FIN\n"));
	free(page);
}

/* What the packets of a diagram are, in their order, and the calls between them. */
static void assert_drawn(const char *page, const char *const *parts)
{
	char *text = text_of_element(page, "<pre", "</pre>");
	const char *at = text;

	assert_non_null(text);
	for (; at && *parts; parts++) {
		at = strstr(at, *parts);
		if (!at)
			fail_msg("no %s there in:\n%s", *parts, text);
	}
	free(text);
}

/* A page has the same words in elements, and a diagram: each packet beside the call that the bytes
 * put it to, and beside the act that sends it. */
static void test_page(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(decided); i++) {
		char *page = sheet_of(decided[i].calls, decided[i].packets, false, true);
		char *text = text_of_element(page, "<details", "</details>");

		assert_xml(page);
		assert_non_null(text);
		if (decided[i].falls && !strstr(text, decided[i].falls))
			fail_msg("row %zu: no %s in:\n%s", i, decided[i].falls, text);
		assert_int_equal(occurrences(page, "<svg class=\"ladder\""),
			strstr(text, "Nothing that is known explains") ? 0 : 1);
		free(text);
		free(page);
	}
	char *page = sheet_of(decided[0].calls, decided[0].packets, false, true);

	assert_drawn(
		page, (const char *const[]){"client connect", "# wire > S\n", "# wire < S.",
			      "server accept", "server close", "# wire < F.", "client write 6",
			      "# wire > . 6", "# wire < R\n", "client write 6", "EPIPE", NULL});
	assert_int_equal(occurrences(page, "<path class=\"arrow "), 5);
	assert_non_null(strstr(page, "class=\"state CLOSE_WAIT\""));
	free(page);
}

/* Of more calls than an experiment can have there is none. */
static void test_too_long(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	for (int i = 0; i < STEP_LIMIT; i++)
		fputs("outq = 0; ", out);
	fclose(out);
	char *page = sheet_of(text, OPEN, false, true);

	assert_xml(page);
	assert_non_null(strstr(page, "<p>There are too many calls for a diagram.</p>"));
	assert_null(strstr(page, "<svg"));
	free(page);
	free(text);
}

static struct tcp_address address(const char *text, uint16_t port)
{
	struct tcp_address a = {0};

	if (text)
		tcp_address_read(&a, text, strlen(text), port);
	return a;
}

static void test_match(void **state)
{
	struct conversations *all = conversations_new(NULL, NULL);
	struct matches matches = {0};
	struct match m;

	(void)state;
	sketch_feed(all, OPEN "> P. 101+6 501; < . 501+0 107; > F. 107+0 501", 5000);
	sketch_feed(all, OPEN "> P. 101+9 501; < R. 501+0 110", 5001);
	sketch_feed(all, OPEN "> P. 101+9 501; < P. 501+4 110", 5002);
	sketch_feed(all, OPEN "> P. 101+6 501; < P. 501+4 107", 5003);
	conversations_sort(all);
	/* By all four parts, whatever the bytes say. */
	m = match_take(&matches, all,
		&(struct match_request){
			.local = address("192.0.2.1", 5000), .remote = address("192.0.2.2", 80)});
	assert_true(m.c && m.c->way[CONNECTOR].address.port == 5000 && m.own == CONNECTOR);
	assert_true(m.by_address);
	/* Of those to the same server the one with the same bytes. */
	m = match_take(&matches, all,
		&(struct match_request){.remote = address("192.0.2.2", 80),
			.sent = 6,
			.received = 4,
			.whole = true});
	assert_non_null(m.c);
	assert_int_equal(m.c->way[CONNECTOR].address.port, 5003);
	assert_false(m.by_address);
	/* The server's end, which knows nothing but its bytes. */
	m = match_take(&matches, all,
		&(struct match_request){.accepted = true, .sent = 4, .received = 9, .whole = true});
	assert_true(m.c && m.c->way[CONNECTOR].address.port == 5002 && m.own == ACCEPTOR);
	/* Each is taken once; what is left is another's. */
	assert_null(match_take(&matches, all,
		&(struct match_request){
			.local = address("192.0.2.1", 5000), .remote = address("192.0.2.2", 80)})
			    .c);
	assert_null(match_take(
		&matches, all, &(struct match_request){.remote = address("192.0.2.3", 80)})
			    .c);
	m = match_take(&matches, all,
		&(struct match_request){.remote = address("192.0.2.2", 80), .either = true});
	assert_true(m.c && m.c->way[CONNECTOR].address.port == 5001);
	conversations_free(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decides),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
