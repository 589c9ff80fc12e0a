/*
 * page: texts as markup, the ladder diagram of traces made by hand as marks and as SVG, and a trace
 * as a part of a page.
 */
#include "page/ladder.h"
#include "page/ladder_items.h"
#include "page/ladder_svg.h"
#include "page/ladder_text.h"
#include "page/markup.h"
#include "page/page.h"
#include "page/page_trace.h"
#include "pages.h"
#include "traces.h"

#include <netinet/tcp.h>

#define OUTCOMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char hostile[] = "# A <b>title</b> & \"quotes\", 'one' ]]> --> end\n"
			      "use tcp4\nclient connect = 0\nserver accept = 0\n"
			      "client write 6 = -1 EPIPE\n  wire > P. 6\n";

static void markup(void **state)
{
	struct print print;

	(void)state;
	print_open(&print);
	markup_text(print.out, "a<b>&\"'\x01\xC3\xA9\xC3");
	markup_part(print.out, "<abc", 2);
	markup_part(print.out, "\xC3\xA9", 1); /* half a character is none */
	markup_print(print.out, "%d<", 7);
	markup_id(print.out, "x y/<1.-_");
	char *text = print_take(&print);

	assert_string_equal(text, "a&lt;b&gt;&amp;&quot;&#39;\uFFFD\u00E9\uFFFD&lt;a\uFFFD7&lt;"
				  "x_y__1.-_");
	free(text);
}

static void broken_lines(void **state)
{
	char time[16];

	(void)state;
	assert_int_equal(ladder_break("short", 10), 5);
	assert_int_equal(ladder_break("one two three", 8), 8);
	assert_int_equal(ladder_break("one two three", 7), 8); /* the blank is behind it */
	assert_int_equal(ladder_break("one two three", 6), 4);
	assert_int_equal(ladder_break("unbreakable word", 5), 12);
	ladder_time_text(1234567, time, sizeof time);
	assert_string_equal(time, "1.23");
	ladder_time_text(12345678, time, sizeof time);
	assert_string_equal(time, "12.3");
	ladder_time_text(1234567890, time, sizeof time);
	assert_string_equal(time, "1235");
}

/* A packet of client's connection. */
static void see(struct trace *trace, bool from_client, uint8_t flags, uint32_t length, int64_t time)
{
	const struct captured_packet c = {
		.packet = {.from_client = from_client, .flags = flags, .length = length},
		.time = time,
		.seq = 1};

	assert_int_equal(trace_add_capture(trace, &c), 0);
}

/* Step i took from begin to end; the ends are in these states then. */
static void timed(struct trace *trace, int i, int64_t begin, int64_t end, int client, int server)
{
	trace->observation[i].outcome.begin = begin;
	trace->observation[i].outcome.end = end;
	trace->observation[i].state[CLIENT] = client;
	trace->observation[i].state[SERVER] = server;
}

static const int64_t MS = 1000000;

static const char closing[] =
	"use tcp4\nclient connect = 0\n  wire > S\nserver accept = 0\nserver close = 0\n"
	"  wire < F.\n  wire > R\nclient read 6 &\nclient join = 0\n"
	"client write 6 = -1 EPIPE\ncount TcpOutRsts = 1\n";

/* What happened, with 200 ms between the close and the FIN; the RST never came. */
static struct trace *closing_trace(void)
{
	struct trace *trace = trace_of(closing, OUTCOMES("0", "0", "0", "", "0", "6", "1"));

	trace->begin = MS;
	trace->wire = WIRE_FULL;
	timed(trace, 0, 10 * MS, 12 * MS, TCP_ESTABLISHED, TCP_ESTABLISHED);
	timed(trace, 1, 12 * MS, 12 * MS, TCP_ESTABLISHED, TCP_ESTABLISHED);
	timed(trace, 2, 13 * MS, 14 * MS, TCP_ESTABLISHED, TCP_FIN_WAIT1);
	timed(trace, 3, 215 * MS, 216 * MS, TCP_CLOSE_WAIT, TCP_FIN_WAIT1);
	timed(trace, 4, 217 * MS, 218 * MS, TCP_CLOSE_WAIT, TCP_FIN_WAIT1);
	timed(trace, 5, 219 * MS, 220 * MS, TCP_CLOSE_WAIT, TCP_FIN_WAIT1);
	timed(trace, 6, 221 * MS, 222 * MS, 0, 0);
	see(trace, true, TH_SYN, 0, 11 * MS);
	see(trace, false, TH_FIN | TH_ACK, 0, 214 * MS);
	trace_judge(trace);
	return trace;
}

/* In the order of time: a gap where nothing is seen for long, states where they change. */
static void items(void **state)
{
	static const struct ladder_item expected[] = {{ITEM_STEP, 0, 0, 0}, {ITEM_PACKET, 0, 0, 0},
		{ITEM_STATES, 0, 0, 0}, {ITEM_STEP, 1, 0, 0}, {ITEM_STEP, 2, 0, 0},
		{ITEM_MISSING, 2, 0, 0}, {ITEM_STATES, 2, 0, 0}, {ITEM_GAP, 200, 0, 0},
		{ITEM_PACKET, 1, 0, 0}, {ITEM_STEP, 3, 0, 0}, {ITEM_STATES, 3, 0, 0},
		{ITEM_STEP, 4, 0, 0}, {ITEM_STEP, 5, 0, 0}, {ITEM_STEP, 6, 0, 0}};
	struct trace *trace = closing_trace();
	struct ladder_items found;

	(void)state;
	assert_true(ladder_items_collect(&found, trace));
	assert_int_equal(found.count, COUNT(expected));
	for (int i = 0; i < found.count; i++) {
		assert_int_equal(found.item[i].kind, expected[i].kind);
		assert_int_equal(found.item[i].index, expected[i].index);
	}
	free(found.item);
	trace_end(trace);
}

/* The mark of a kind and role whose text is text; NULL when there is none. */
static const struct ladder_mark *find(
	const struct ladder *l, enum ladder_kind kind, enum ladder_role role, const char *text)
{
	for (int i = 0; i < l->count; i++)
		if (l->mark[i].kind == kind && l->mark[i].role == role &&
			(!text || (l->mark[i].text && !strcmp(l->mark[i].text, text))))
			return &l->mark[i];
	return NULL;
}

static int count_of(const struct ladder *l, enum ladder_kind kind)
{
	int count = 0;

	for (int i = 0; i < l->count; i++)
		count += l->mark[i].kind == kind;
	return count;
}

static void assert_inside(const struct ladder *l)
{
	for (int i = 0; i < l->count; i++) {
		const struct ladder_mark *m = &l->mark[i];

		assert_in_range(m->x1, 0, l->width);
		assert_in_range(m->y1, 0, l->height);
		if (m->kind == LADDER_LINE || m->kind == LADDER_WAIT)
			assert_in_range(m->y2, m->y1, l->height);
	}
}

static void layout(void **state)
{
	struct trace *trace = closing_trace();
	struct ladder *l = ladder_new(trace);

	(void)state;
	assert_non_null(l);
	assert_inside(l);
	assert_int_equal(l->end_count, 2);
	assert_int_equal(count_of(l, LADDER_DOT), 6); /* the count is nobody's */
	assert_int_equal(count_of(l, LADDER_ARROW), 3);
	assert_int_equal(count_of(l, LADDER_STATE), 4);
	assert_int_equal(count_of(l, LADDER_WAIT), 1);
	assert_int_equal(count_of(l, LADDER_BOX), 1);
	const struct ladder_mark *syn = find(l, LADDER_ARROW, LADDER_PACKET, NULL);
	const struct ladder_mark *missing = find(l, LADDER_ARROW, LADDER_MISSING, NULL);
	const struct ladder_mark *wait = find(l, LADDER_WAIT, LADDER_CALL, NULL);
	const struct ladder_mark *begins = find(l, LADDER_TEXT, LADDER_CALL, "read 6 &");
	const struct ladder_mark *joins = find(l, LADDER_TEXT, LADDER_CALL, "join");

	assert_true(syn->x1 < syn->x2 && missing->x1 < missing->x2);
	assert_non_null(find(l, LADDER_TEXT, LADDER_PACKET, "F."));
	assert_non_null(find(l, LADDER_TEXT, LADDER_MISSING, "R"));
	assert_non_null(find(l, LADDER_TEXT, LADDER_GAP, "\u22EE 200 ms pass"));
	assert_string_equal(find(l, LADDER_TEXT, LADDER_TIME, "204")->text, "204");
	assert_string_equal(joins->more, "= 0");
	assert_true(wait->y1 <= begins->y1 && wait->y2 >= begins->y1 && wait->y2 <= joins->y1);
	assert_non_null(find(l, LADDER_TEXT, LADDER_EXPECTED, "expected -1 EPIPE"));
	assert_non_null(find(l, LADDER_TEXT, LADDER_OBSERVED, "observed 6"));
	assert_non_null(find(l, LADDER_TEXT, LADDER_LOOK, "count TcpOutRsts"));
	ladder_free(l);
	trace_end(trace);
}

/* Arrows go to whoever took the connection; each end has a lifeline. */
static void further_ends(void **state)
{
	struct trace *trace = trace_of("use tcp4\nserver2 accept &\nclient connect = 0\n"
				       "server2 join = 0\nclient2 connect = 0\nserver accept = 0\n",
		OUTCOMES("", "0", "0", "0", "0"));
	const struct captured_packet second = {
		.packet = {.end = CLIENT2, .from_client = false, .flags = TH_ACK}, .time = 2};

	(void)state;
	trace->wire = WIRE_BRIEF;
	see(trace, false, TH_ACK, 0, 1);
	assert_int_equal(trace_add_capture(trace, &second), 0);
	trace_judge(trace);
	struct ladder *l = ladder_new(trace);
	const struct ladder_mark *arrow[2];
	int arrows = 0;

	assert_inside(l);
	assert_int_equal(l->end_count, 4);
	for (int i = 0; i < l->count; i++)
		if (l->mark[i].kind == LADDER_ARROW && arrows < 2)
			arrow[arrows++] = &l->mark[i];
	const struct ladder_mark *server = find(l, LADDER_TEXT, LADDER_NAME, "server");
	const struct ladder_mark *server2 = find(l, LADDER_TEXT, LADDER_NAME, "server2");

	assert_int_equal(arrows, 2);
	if (arrows < 2) /* clang's analyzer does not know that the assertion ends the test */
		return;
	assert_in_range(arrow[0]->x1, server2->x1 - 5, server2->x1);
	assert_in_range(arrow[1]->x1, server->x1 - 5, server->x1);
	ladder_free(l);
	trace_end(trace);
}

/* What the kernel said of a socket stands beside its end's lifeline. */
static void events(void **state)
{
	struct trace *trace = closing_trace();

	(void)state;
	trace->event = calloc(1, sizeof *trace->event);
	assert_non_null(trace->event);
	trace->event_count = 1;
	*trace->event =
		(struct event){.time = 214 * MS, .client = true, .text = "tcp_receive_reset"};
	struct ladder *l = ladder_new(trace);
	const struct ladder_mark *event = find(l, LADDER_TEXT, LADDER_EVENT, "tcp_receive_reset");

	assert_inside(l);
	assert_non_null(event);
	if (event) /* clang's analyzer does not know that the assertion ends the test */
		assert_in_range(event->x1, find(l, LADDER_TEXT, LADDER_NAME, "client")->x1,
			find(l, LADDER_TEXT, LADDER_NAME, "client")->x1 + 20);
	ladder_free(l);
	trace_end(trace);
}

static void svg(void **state)
{
	struct trace *trace = trace_of(hostile, OUTCOMES("0", "0", "6"));
	struct print print;

	(void)state;
	print_open(&print);
	assert_true(ladder_svg_document(trace, "<script>alert(1)</script>", print.out));
	char *text = print_take(&print);

	assert_self_contained(text);
	assert_null(strstr(text, "<script"));
	assert_non_null(strstr(text, "prefers-color-scheme: dark"));
	assert_non_null(strstr(text, "<title id=\"title\">&lt;script&gt;"));
	char *description = text_of_element(text, "<desc", "</desc>");

	assert_non_null(strstr(description, "\n+client write 6           = 6"));
	free(description);
	free(text);
	trace_end(trace);
}

/* Everything that the trace says as text stands in the page, whatever it is. */
static void part(void **state)
{
	struct trace *trace = trace_of(hostile, OUTCOMES("0", "0", "6"));
	struct print print;

	(void)state;
	print_open(&print);
	page_begin(hostile, print.out);
	page_main(print.out);
	const struct page_trace shown = {.trace = trace,
		.summary = "<i>",
		.folded = true,
		.diagram = true,
		.introduction = true};

	assert_true(page_trace_begin(&shown, print.out));
	page_trace_end(&shown, print.out);
	page_end(print.out);
	char *text = print_take(&print), *inside;

	assert_self_contained(text);
	assert_null(strstr(text, "<b>"));
	assert_null(strstr(text, "<i>"));
	assert_non_null(strstr(text, " id=\"good.tcp4\" data-verdict=\"deviates\""));
	assert_non_null(strstr(text, "data-words=\" 1 epipe broken pipe\""));
	print_open(&print);
	trace_print_again(trace, false, print.out);
	char *expected = print_take(&print);

	inside = text_of_element(text, "<pre", "</pre>");
	assert_string_equal(inside, expected);
	free(inside);
	inside = text_of_element(text, "<details", "</details>");
	assert_non_null(strstr(inside, "A <b>title</b> & \"quotes\", 'one' ]]> --> end"));
	free(inside);
	free(expected);
	free(text);
	trace_end(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup),
		cmocka_unit_test(broken_lines),
		cmocka_unit_test(items),
		cmocka_unit_test(layout),
		cmocka_unit_test(further_ends),
		cmocka_unit_test(events),
		cmocka_unit_test(svg),
		cmocka_unit_test(part),
	};

	return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
