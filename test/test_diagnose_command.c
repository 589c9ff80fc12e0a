/*
 * closewait diagnose: what the command says, its exit statuses, and that what it reproduces runs.
 */
#include "check.h"
#include "pages.h"
#include "process.h"
#include "program.h"

/* NOLINTNEXTLINE(readability-function-size): a table */
static void test_command(void **state)
{
	static const struct call calls[] = {
		{{"diagnose", "write 6 = 6; write 6 = -1 EPIPE"}, NULL, 0,
			"\n   shown by   write-after-close\n", NULL},
		{{"diagnose", "--format=json", "write 6 = 6; write 6 = -1 EPIPE"}, NULL, 0,
			"{\"end\":\"client\",\"family\":\"tcp4\",", NULL},
		{{"diagnose", "--format=text", "read 6 = 0"}, NULL, 0, "1 call of the client",
			NULL},
		{{"diagnose", "-"}, "client connect = 0\nclient write 6 = -1 ECONNRESET\n", 0,
			"2 calls of the client, on tcp4\n", NULL},
		{{"diagnose", LOGS "/py-close.strace"}, NULL, 0,
			"\n#   line 6: client send 5 = -1 EPIPE\n6 calls of the client, on "
			"tcp4\n\n1. "
			"the peer has read everything and closes: FIN\n",
			NULL},
		{{"diagnose", "-"},
			"strace: Process 9 attached\n\n9 socket(AF_INET, SOCK_STREAM, 0) = 3\nx\n"
			"9 close(3) = 0\n9 shutdown(3, SHUT_WR) = -1 EBADF (Bad file)\n",
			0,
			"# 6 lines, 1 call on 1 connection\n# not understood: 1 line: 4\n# every "
			"connection was closed without an error\n",
			NULL},
		/* a paste: what kind of socket it was is not in it */
		{{"diagnose", "-"},
			"$ strace -p 9\nwrite(5, \"x\", 1) = 1\nwrite(5, \"x\", 1) = -1 EPIPE "
			"(Broken pipe)\n+++ killed by SIGPIPE +++\n",
			0,
			"#   line 3: client write 1 = -1 EPIPE\n#   it was there before the log "
			"began\n#   what kind of socket it is the log does not say (strace -yy "
			"does): "
			"taken for TCP\n#   SIGPIPE killed its process: it was neither ignored nor "
			"handled\n2 calls of the client, on tcp4; the connection was there "
			"before\n\n"
			"1. the peer has read everything and closes: FIN\n",
			NULL},
		{{"diagnose", "--format=json", "-"},
			"9 socket(AF_INET6, SOCK_STREAM, 0) = 3\n9 x\n"
			"9 write(3, \"x\", 1) = -1 EPIPE (Broken pipe)\n"
			"9 io_uring_setup(8, {}) = 4\n",
			0,
			"{\"log\":{\"lines\":4,\"calls\":1,\"connections\":1,\"not_understood\":1,"
			"\"first_not_understood\":[2],",
			NULL},
		{{"diagnose", "--format=json", LOGS "/py-close.strace"}, NULL, 0,
			"\"error\":{\"line\":6,\"call\":\"client send 5 = -1 EPIPE\"},"
			"\"diagnosis\":{\"end\":\"client\",\"family\":\"tcp4\",",
			NULL},
		{{"diagnose", "--reproduce", LOGS "/py-close.strace"}, NULL, 0,
			"#   line 6: client send 5 = -1 EPIPE\n# Reproduced: ", NULL},
		{{"diagnose", "-"}, "9 io_uring_setup(8, {}) = 4\n", 0,
			"# line 1: io_uring_setup: what is called through io_uring does not show "
			"in a "
			"log\n",
			NULL},
		{{"diagnose", "-"}, "\n\nclient write 6 = 6\nclient wirte 6 = 7\n", 2, NULL,
			"-:4:8: 'wirte': expected an operation (closewait help format lists them); "
			"did you mean 'write'?\n"},
		{{"diagnose", "/dev/zero"}, NULL, 2, NULL,
			"closewait: /dev/zero: expected a regular file or a FIFO; '-' reads "
			"standard "
			"input\n"},
		{{"diagnose", "-"},
			"9 socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP) = 3\n"
			"9 write(3, \"x\", 1) = -1 EPIPE (Broken pipe)\n",
			0, "#   mptcp4 is not modelled\n", NULL},
		{{"diagnose", "--pcap=/dev/zero"}, NULL, 2, NULL,
			"closewait: /dev/zero: expected a regular file or a FIFO; '-' reads "
			"standard input\n"},
		{{"diagnose", "--reproduce", "--pcap=x"}, NULL, 2, NULL,
			"closewait: diagnose: --reproduce needs calls, or a log, beside the "
			"packets\n"},
		{{"diagnose", "--reproduce", LOGS "/../captures/close.pcap"}, NULL, 2, NULL,
			"closewait: diagnose: --reproduce needs calls, or a log, beside the "
			"packets\n"},
		{{"diagnose", "--format=json", "--pcap=" LOGS "/../captures/linger.pcap"}, NULL, 0,
			"{\"capture\":{\"numbers\":\"packet\",\"packets\":", NULL},
		{{"diagnose", "--format=json", "-"},
			"IP 192.0.2.1.9 > 192.0.2.2.80: Flags [S], seq 7, win 1, length 0\n"
			"IP 192.0.2.2.80 > 192.0.2.1.9: Flags [R.], seq 0, ack 8, win 0, length "
			"0\n"
			"IP 192.0.2.2.80 > 192.0.2.1.9: tcp 5\n",
			0,
			"{\"number\":2,\"text\":\"< R.\",\"again\":false,\"probe\":false}],"
			"\"trouble\":{\"by\":\"server\",\"packet\":2,\"what\":\"answered the SYN "
			"with RST\",",
			NULL},
		{{"diagnose", "/nonexistent"}, NULL, 2, NULL,
			"closewait: /nonexistent: no such experiment or file; closewait list shows "
			"the "
			"experiments\n"},
		{{"diagnose", "write 6 = 7"}, NULL, 1,
			"\nNothing that is known explains call 1: client write 6 = 7\n", NULL},
		{{"diagnose", "--reproduce", "write 6 = 7"}, NULL, 1, NULL,
			"closewait: diagnose: nothing explains call 1, so there is nothing to "
			"reproduce\n"},
		{{"diagnose", "wirte 6 = 7"}, NULL, 2, NULL,
			"calls:1:8: 'wirte': expected an operation (closewait help format lists "
			"them); did you mean 'write'?\n"},
		{{"diagnose", "-"},
			"tcpdump: listening on lo\n"
			"IP 192.0.2.1.9 > 192.0.2.2.80: Flags [S], seq 7, win 1, length 0\n"
			"IP 192.0.2.2.80 > 192.0.2.1.9: Flags [R.], seq 0, ack 8, win 0, length "
			"0\n"
			"IP 192.0.2.2.80 > 192.0.2.1.9: tcp 5\n",
			0,
			"# 4 lines: 2 of TCP, on 1 connection\n# not understood: 1 line: 4\n"
			"# connection 1: 192.0.2.1:9 > 192.0.2.2:80, lines 2 to 3, 2 of it, 0 "
			"bytes > and 0 <\nline 3: the server answered the SYN with RST\n",
			NULL},
		{{"diagnose", "--pcap=/nonexistent"}, NULL, 2, NULL,
			"closewait: /nonexistent: cannot open: No such file or directory\n"},
		{{"diagnose", "--pcap=-"}, "write 6 = 6\n", 2, NULL,
			"closewait: -: expected a capture (pcap or pcapng), or lines that tcpdump "
			"printed\n"},
		{{"diagnose"}, NULL, 2, NULL,
			"closewait: diagnose: expected calls with their results, as in 'write 6 = "
			"6; write 6 = -1 EPIPE', a file or '-'\n"},
		{{"diagnose", "a = 1", "b"}, NULL, 2, NULL,
			"closewait: diagnose: unexpected 'b'\n"},
		{{"diagnose", "-"}, "use mptcp4\nclient write 6 = 6\n", 2, NULL,
			"closewait: diagnose: mptcp4 is not modelled: expected a family of plain "
			"TCP, or unix\n"},
		{{"diagnose", "-"}, "link down\n", 2, NULL,
			"closewait: diagnose: expected calls of the client or of the server\n"},
		{{"diagnose", "--format=xml", "-"}, NULL, 2, NULL,
			"closewait: --format=xml: expected text, json or html\n"},
		{{"diagnose", "--help"}, NULL, 0, "usage: closewait diagnose ", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(calls); i++)
		check(&calls[i]);
}

/* What has no lines, and a log of more processes than a table of fixed size has. */
static void test_sizes(void **state)
{
	struct print print;

	(void)state;
	print_open(&print);
	for (int i = 0; i < 3 << 20; i++)
		fputc('x', print.out);
	char *text = print_take(&print);

	check(&(struct call){{"diagnose", "-"}, text, 2, NULL,
		"-:1:1: more than 1048576 bytes in an experiment\n"});
	free(text);
	print_open(&print);
	fputs("1 socket(AF_INET, SOCK_STREAM, 0) = 3\n1 connect(3, {sa_family=AF_INET}, 16) = 0\n",
		print.out);
	for (int i = 2; i < 5000; i++)
		fprintf(print.out, "1 clone(flags=SIGCHLD) = %d\n%d close(3) = 0\n", i, i);
	fputs("1 write(3, \"x\", 1) = -1 ECONNRESET (Connection reset by peer)\n", print.out);
	text = print_take(&print);
	check(&(struct call){{"diagnose", "-"}, text, 0,
		"# 9999 lines, 5000 calls on 1 connection\n# connection 1: pid 1, descriptor 3, "
		"lines "
		"1 to the end, 2 calls",
		NULL});
	free(text);
}

/* Real logs beside real captures, of the same client (python3) whose server left in some way:
 * tcpdump on lo, and on any as cooked v1 and v2; with -yy and without. */
static void test_captures(void **state)
{
	static const struct {
		const char *log, *capture, *says[3];
	} rows[] = {
		{LOGS "/../captures/close.strace", "--pcap=" LOGS "/../captures/close.pcap",
			{"matched by its addresses",
				"\n1. the peer has read everything and closes: FIN\n",
				"packet 29, R from the peer, between call 3 and call 4: a RST "
				"came in "}},
		{LOGS "/../captures/v1-close.strace", "--pcap=" LOGS "/../captures/v1-close.pcap",
			{"Linux cooked v1", "\n1. the peer has read everything and closes: FIN\n",
				"packet 29, R from the peer, between call 3 and call 4"}},
		{LOGS "/../captures/v2-unread.strace", "--pcap=" LOGS "/../captures/v2-unread.pcap",
			{"Linux cooked v2",
				"\n1. the peer closes with data unread in its receive queue: RST",
				"packet 26, R. from the peer, between call 2 and call 3"}},
		{LOGS "/../captures/linger.strace", "--pcap=" LOGS "/../captures/linger.pcap",
			{"what is known of its addresses, and by bytes",
				"the peer aborts: SO_LINGER with a time",
				"packet 26, R. from the peer, between call 2 and call 3"}},
		{LOGS "/../captures/half.strace", "--pcap=" LOGS "/../captures/half.pcap",
			{"matched by its addresses", "the peer shuts its send side",
				"closes: FIN: no RST that answers a segment (R) of the peer's is"}},
		{"connect = 0; send 7 = 7; send 5 = -1 ECONNRESET",
			"--pcap=" LOGS "/../captures/unread.pcap",
			{"# 26 packets on Ethernet: 26 of TCP, on 3 connections\n",
				"\n1. the peer closes with data unread in its receive queue: RST",
				"packet 26, R. from the peer, between call 2 and call 3"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *page = output_of(
			&(struct call){.arguments = {"diagnose", rows[i].capture, rows[i].log}});

		for (int j = 0; j < 3; j++)
			if (!strstr(page, rows[i].says[j]))
				fail_msg("row %zu: expected %s in:\n%s", i, rows[i].says[j], page);
		free(page);
	}
}

/* As such logs come: attached to what runs, cut at both ends, with other processes' lines; the
 * addresses are invented. Each has the cause that is known first. */
static void test_excerpts(void **state)
{
	static const struct {
		const char *file, *says;
	} rows[] = {
		{"keepalive-reused.strace", "\n1. the peer has read everything and closes: FIN\n"},
		{"upload-413.strace", "\n1. the peer closes with data unread in its receive queue: "
				      "RST instead of "
				      "FIN\n"},
		{"pool-epipe.strace", "\n1. the peer has read everything and closes: FIN\n"},
		{"sigpipe.strace", "\n1. the peer has read everything and closes: FIN\n"},
		{"refused-poll.strace", "\n1. nobody listens there any more: "},
		{"nat-timeout.strace",
			"\n1. nothing comes from the peer any more: its machine or the path is "
			"gone\n"},
		{"server-accept-reset.strace",
			"\n1. the peer aborts: SO_LINGER with a time of 0, then close: RST\n"},
		{"half-close.strace",
			"\n1. the peer shuts its send side and may go on reading: FIN, a half "
			"close\n"},
		{"reset.tcpdump", "   how        the peer closes with data unread in its receive "},
		{"fin-then-rst.tcpdump", "   how        the peer has read everything and closes"},
		{"syn-unanswered.tcpdump", "   how        nothing comes from the peer any more: "},
		{"node-close.strace", "\n1. the peer has read everything and closes: FIN\n"},
		{"node-linger.strace", /* it may have been either */
			"\n   or         before call 3: the peer accepts; before call 8: the peer "
			"aborts: SO_LINGER with a time\n"},
		{"ncat-unread.strace", /* fcntl(2) was not traced */
			"\n1. the socket is non-blocking; the peer closes with data unread in its "
			"receive queue: RST instead of\n"},
		{"nginx-client-linger.strace",
			"\n1. the peer aborts: SO_LINGER with a time of 0, then close: RST\n"},
		{"unix-restart.strace", "\n1. the peer closes with data unread in its receive "
					"queue: ECONNRESET is stored here\n"},
		{"threads-shutdown.strace",
			"\n1. nothing of the peer's or the network's: on an open connection "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char path[512];

		snprintf(path, sizeof path, "%s/../excerpts/%s", LOGS, rows[i].file);
		check(&(struct call){{"diagnose", path}, NULL, 0, rows[i].says, NULL});
	}
}

/* What is reproduced gives the same on this kernel; and of a catalogue's trace, too. */
/* Logs and captures of real programs whose peers left as the name says (test/logs/make.py). */
static void test_logs(void **state)
{
	static const char
		close[] = "\n1. the peer has read everything and closes: FIN\n",
		unread[] = "\n1. the peer closes with data unread in its receive queue: "
			   "RST instead of FIN\n",
		linger[] = "\n1. the peer aborts: SO_LINGER with a time of 0, then close: RST\n",
		refused[] = "\n1. nobody listens there any more: ",
		gone[] = "\n1. nothing comes from the peer any more: ";
	static const struct {
		const char *name, *says;
	} rows[] = {
		{"bash-lost-answer", unread}, /* the error stands 60 calls before the end */
		{"bash-vanishes-before", gone},
		{"curl-close", close},
		{"curl-half-answer-reset",
			unread}, /* with a capture or without: it may have been */
		{"curl-refused", refused},
		{"http.server-client-half-request-close", close},
		{"ncat-close", close},
		{"ncat-killed", unread},
		{"nginx-client-request-close", close},
		{"nginx-client-reset", linger},
		{"node-l-client-close-unread", unread},
		{"node-refused", refused},
		{"node-reset", unread}, /* its request was unread, too */
		{"python-close-unread", unread},
		{"python-half-close", close},
		{"python-lost-answer", unread},
		{"socat-half-answer-close", close},
		{"socat-l-client-half-request-close", unread},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char log[512], capture[512];

		snprintf(log, sizeof log, "%s/../logs/%s.strace", LOGS, rows[i].name);
		snprintf(capture, sizeof capture, "--pcap=%s/../logs/%s.pcap", LOGS, rows[i].name);
		check(&(struct call){{"diagnose", log}, NULL, 0, rows[i].says, NULL});
		check(&(struct call){{"diagnose", capture, log}, NULL, 0, rows[i].says, NULL});
	}
}

static void test_reproduce(void **state)
{
	static const char *const seen[] = {
		"write 6 = 6; write 6 = -1 EPIPE",
		"write 6 = -1 ECONNRESET; write 6 = -1 EPIPE",
		"connect = -1 ECONNREFUSED",
		"write 6 = 6; read 16 = -1 ETIMEDOUT",
		"accept = 0; read 16 = 6; write 6 = -1 ECONNRESET",
		"read 16 = 5; read 16 = 0; write 6 = 6; write 6 = -1 EPIPE SIGPIPE",
		"write-after-reset",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(seen); i++) {
		char *text = output_of(
			&(struct call){.arguments = {"diagnose", "--reproduce", seen[i]}});

		check(&(struct call){{"run", "-"}, text, 0, " 0 deviations", NULL});
		free(text);
	}
}

/* Every word of the text stands in the page. */
static void assert_has_words(const char *page, const char *text)
{
	char *shown = text_of_element(page, "<body", "</body>");
	char *copy = strdup(text), *rest = copy;

	for (char *word; (word = strsep(&rest, " \n"));)
		if (*word && *word != '#' && !strstr(shown, word))
			fail_msg("%s is not in the page:\n%s", word, shown);
	free(copy);
	free(shown);
}

/* The page is one file, has all that is said otherwise, and a diagram of what failed first. */
static void test_pages(void **state)
{
	static const struct {
		const char *subject, *capture;
		int status, diagrams, arrows;
	} rows[] = {
		{"write 6 = 7", NULL, 1, 0, 0},
		{LOGS "/../captures/unread.strace", "--pcap=" LOGS "/../captures/unread.pcap", 0, 1,
			4},
		{NULL, "--pcap=" LOGS "/../captures/unread.pcap", 0, 1, 4},
		{LOGS "/../excerpts/reset.tcpdump", NULL, 0, 1, 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *arguments[] = {rows[i].capture ? rows[i].capture : rows[i].subject,
			rows[i].capture ? rows[i].subject : NULL};
		struct said page = say(&(struct call){
			.arguments = {"diagnose", "--format=html", arguments[0], arguments[1]}});
		struct said text =
			say(&(struct call){.arguments = {"diagnose", arguments[0], arguments[1]}});

		assert_int_equal(page.status, rows[i].status);
		assert_string_equal(page.error, "");
		assert_self_contained(page.output);
		assert_int_equal(
			occurrences(page.output, "<svg class=\"ladder\""), rows[i].diagrams);
		assert_in_range(
			occurrences(page.output, "<path class=\"arrow "), rows[i].arrows, 9);
		assert_has_words(page.output, text.output);
		forget(&page);
		forget(&text);
	}
	struct said local = say(&(struct call){.arguments = {"diagnose", "--format=html", "-"},
		.input = "use unix\nclient write 6 = -1 EPIPE\n"});

	assert_non_null(strstr(local.output, "<svg class=\"ladder\""));
	assert_null(strstr(local.output, "class=\"state ")); /* AF_UNIX has none of TCP's */
	forget(&local);
	/* Of what cannot be diagnosed there is none. */
	check(&(struct call){{"diagnose", "--format=html", "-"}, "use mptcp4\nclient write 6 = 6\n",
		2, NULL,
		"closewait: diagnose: mptcp4 is not modelled: expected a family of plain TCP, or "
		"unix\n"});
	check(&(struct call){{"diagnose", "--format=html", "--reproduce", "-"},
		"client write 6 = -1 EPIPE\n", 0, "# Reproduced: ", NULL});
	check(&(struct call){{"diagnose", "--format=html", "-"}, "client write 6 = 7\n", 1,
		"<h1>Diagnosis: standard input</h1>", NULL});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_excerpts),
		cmocka_unit_test(test_logs),
		cmocka_unit_test(test_reproduce),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
