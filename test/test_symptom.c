/*
 * What gives an errno, an event or a signal, from small experiments; and which experiments speak of
 * a word.
 */
#include "check.h"
#include "explain/search.h"
#include "explain/symptom.h"

static const struct version kernel = {6, 12, 0};

#define CLOSED \
	"client connect = 0\nserver accept = 0\nserver close = 0\nclient await CLOSE_WAIT\n" \
	"client write 6 = 6\nclient await CLOSE\n"

static char *page_of(const char *name, const char *const *experiments)
{
	struct symptom_origins origins = {0};
	struct print print;

	assert_true(symptom_find(name, &origins.symptom));
	for (; *experiments; experiments++) {
		struct experiment *e = parse_good(*experiments);

		symptom_offer(&origins, e, kernel);
		experiment_free(e);
	}
	print_open(&print);
	symptom_print(&origins, print.out);
	return print_take(&print);
}

static void test_find(void **state)
{
	static const struct symptom known[] = {
		{SYMPTOM_ERRNO, "EPIPE", EPIPE},
		{SYMPTOM_ERRNO, "EAGAIN", EAGAIN},
		{SYMPTOM_SIGNAL, "SIGPIPE", 13},
		{SYMPTOM_POLL, "POLLHUP", 16},
		{SYMPTOM_EPOLL, "EPOLLHUP", 16},
	};
	struct symptom s;

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		assert_true(symptom_find(known[i].name, &s));
		assert_int_equal(s.kind, known[i].kind);
		assert_string_equal(s.name, known[i].name);
		assert_int_equal(s.value, known[i].value);
	}
	assert_true(symptom_find("EWOULDBLOCK", &s));
	assert_string_equal(s.name, "EAGAIN");
	assert_false(symptom_find("EPIP", &s));
	assert_false(symptom_find("write-after-close", &s));
	assert_true(symptom_find("EPIPE", &s));
	assert_string_equal(symptom_description(&s), "Broken pipe");
	assert_true(symptom_find("POLLIN", &s));
	assert_string_equal(symptom_description(&s), "");
}

/* The calls, the state of the caller before them, and the rule; on TCP the model is asked, whatever
 * is expected. */
static void test_error(void **state)
{
	char *page = page_of("EPIPE",
		(const char *[]){"use tcp4\n" CLOSED "client write 6\nclient send 6\n", NULL});

	(void)state;
	assert_string_equal(page,
		"EPIPE: Broken pipe\n\n"
		"What gives it on plain TCP, by the model's rules over the catalogue\n\n"
		"  a RST came in CLOSE_WAIT, where tcp_reset() stores EPIPE; the stored error is "
		"taken\n"
		"    kernel    sk_stream_error(): sock_error()\n"
		"    calls     write\n"
		"    state     CLOSE\n"
		"    shown by  good\n\n"
		"  the state is neither ESTABLISHED nor CLOSE_WAIT, and no error is stored\n"
		"    kernel    sk_stream_wait_connect(), sk_stream_error()\n"
		"    calls     send\n"
		"    state     CLOSE\n"
		"    shown by  good\n\n"
		"closewait explain NAME runs one of these experiments, and tells what its packets "
		"mean.\n");
	free(page);
}

/* What a join gives comes from the call that was started. */
static void test_background(void **state)
{
	char *page = page_of("ECONNRESET",
		(const char *[]){
			"use tcp4\nclient connect = 0\nserver accept = 0\nclient read 6 &\n"
			"server setsockopt SO_LINGER 1,0 = 0\nserver close = 0\n"
			"client join\n",
			NULL});

	(void)state;
	assert_non_null(strstr(page, "\n    calls     read\n"));
	free(page);
}

/* What the kernel, or chance, decides has both answers; and of a network between the ends, and of
 * ends beside client and server, the model knows. */
static void test_beginning(void **state)
{
	static const struct {
		const char *name, *experiment;
	} cases[] = {
		{"ETIMEDOUT", "use tcp4\nclient connect\nserver accept\n"
			      "client setsockopt TCP_USER_TIMEOUT 1000\nclient write 6\n"
			      "client shutdown SHUT_WR\nlink down\nclient await CLOSE\n"
			      "client getsockopt SO_ERROR\n"},
		{"ETIMEDOUT", /* on the loopback interface it is ENETUNREACH */
			"use tcp6\nclient connect\nserver accept\n"
			"client setsockopt TCP_USER_TIMEOUT 1000\nclient write 6\nlink down\n"
			"client await CLOSE\nclient write 6\nforget drop\n"},
		{"ECONNREFUSED", "use tcp4\nlistener close\nclient2 connect\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *page = page_of(cases[i].name, (const char *[]){cases[i].experiment, NULL});

		if (!strstr(page, "on plain TCP"))
			fail_msg("%s: no origin:\n%s", cases[i].name, page);
		free(page);
	}
}

/* Where there is no model, what is expected counts; and the event's own text stands on top. */
static void test_expected(void **state)
{
	char *page = page_of("POLLHUP", (const char *[]){"use unix\nclient poll = POLLHUP\n",
						"use unix\nclient poll = POLLIN\n", NULL});

	(void)state;
	assert_non_null(strstr(page, "POLLHUP\n\n  both shutdown bits are set"));
	assert_null(strstr(page, "on plain TCP"));
	assert_non_null(strstr(page, "\n  unix\n    shown by  good\n"));
	free(page);
	page = page_of(
		"SIGPIPE", (const char *[]){"use unix\nclient write 6 = -1 EPIPE SIGPIPE\n", NULL});
	assert_non_null(strstr(page, "\n  unix\n    shown by  good\n"));
	free(page);
}

static void test_nothing(void **state)
{
	char *page = page_of("EXDEV", (const char *[]){"use tcp4\n" CLOSED, NULL});

	(void)state;
	assert_non_null(
		strstr(page, "EXDEV: Invalid cross-device link\n\nNo call of the vocabulary"));
	free(page);
}

/* The shortest experiments are named, the others counted. */
static void test_shortest(void **state)
{
	struct symptom_origins origins = {0};
	const struct showing *showing = &origins.origin[0].showing;

	(void)state;
	assert_true(symptom_find("EBADF", &origins.symptom));
	for (int i = 9; i > 0; i--) {
		char text[1024];
		int at = snprintf(text, sizeof text, "use tcp4\nclient close\n");

		for (int j = 0; j < i; j++)
			at += snprintf(text + at, sizeof text - (size_t)at, "client write 6\n");
		struct experiment *e = parse_good(text);

		snprintf(e->name, sizeof e->name, "of-%d", i);
		symptom_offer(&origins, e, kernel);
		experiment_free(e);
	}
	assert_int_equal(origins.count, 1);
	assert_int_equal(showing->count, 9);
	assert_int_equal(showing->kept, SYMPTOM_SHOWN);
	assert_string_equal(showing->name[0], "of-1");
	assert_string_equal(showing->name[SYMPTOM_SHOWN - 1], "of-5");
}

static void test_set(void **state)
{
	struct symptom_set set = {0};
	struct experiment *e = parse_good("use tcp4 unix\n" CLOSED "client write 6\n"
					  "client poll\nclient epoll_wait = EPOLLIN @ unix\n"
					  "client write 6 = -1 EPIPE SIGPIPE @ unix\n");
	struct print print;

	(void)state;
	symptom_set_add(&set, e, kernel);
	experiment_free(e);
	print_open(&print);
	symptom_set_print(&set, print.out);
	char *names = print_take(&print);

	assert_string_equal(
		names, "EBADF\nEPIPE\nPOLLIN\nPOLLOUT\nPOLLHUP\nPOLLRDHUP\nEPOLLIN\nSIGPIPE\n");
	free(names);
}

static void test_search(void **state)
{
	static const struct {
		const char *word;
		bool found;
	} cases[] = {
		{"write", true},
		{"rite", false}, /* words are found by their beginning */
		{"Reload", true},
		{"keep-alive", true},
		{"keepalive", true},
		{"keep_alive", true},
		{"half-close", true},
		{"broken", true}, /* EPIPE */
		{"reset", false},
		{"413", true},
		{"?", false},
		{"", false},
	};
	struct experiment *e = parse_good("# A server is reloaded: 413, half close.\n"
					  "client setsockopt SO_KEEPALIVE 1 = 0\n"
					  "client write 6 = -1 EPIPE\n");
	char *text = search_text(e);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(search_has(text, cases[i].word), cases[i].found);
	free(text);
	experiment_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_background),
		cmocka_unit_test(test_beginning),
		cmocka_unit_test(test_expected),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_shortest),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
