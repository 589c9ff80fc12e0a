/*
 * closewait diagnose: what the command says, its exit statuses, and that what it reproduces runs.
 */
#include "check.h"
#include "program.h"

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
			"9 close(3) = 0\n9 setsockopt(3, SOL_TCP, TCP_NODELAY, [1], 4) = 0\n",
			0,
			"# 4 lines, 1 call on 1 connection\n# not understood: 1 line: 2\n# every "
			"connection was closed without an error\n",
			NULL},
		{{"diagnose", "-"},
			"9 socket(AF_UNIX, SOCK_STREAM, 0) = 3\n"
			"9 write(3, \"x\", 1) = -1 EPIPE (Broken pipe)\n",
			0, "#   not of plain TCP: not modelled\n", NULL},
		{{"diagnose", "/nonexistent"}, NULL, 2, NULL,
			"closewait: /nonexistent: cannot open: No such file or directory\n"},
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
		{{"diagnose", "-"}, "use unix\nclient write 6 = 6\n", 2, NULL,
			"closewait: diagnose: unix is not modelled: expected a family of plain "
			"TCP\n"},
		{{"diagnose", "-"}, "link down\n", 2, NULL,
			"closewait: diagnose: expected calls of the client or of the server\n"},
		{{"diagnose", "--format=xml", "-"}, NULL, 2, NULL,
			"closewait: --format=xml: expected text or json\n"},
		{{"diagnose", "--help"}, NULL, 0, "usage: closewait diagnose ", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(calls); i++)
		check(&calls[i]);
}

/* What is reproduced gives the same on this kernel; and of a catalogue's trace, too. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_reproduce),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
