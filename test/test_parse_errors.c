/*
 * What the parser says about bad experiments: for each kind of mistake and each limit the exact
 * message with its place; every error of a file is reported, a mistake once, and none follows from
 * another.
 */
#include "check.h"

struct mistake {
	const char *text, *message; /* the message without the experiment's name */
};

#define FIRST_WORD "expected use, client, server, count, sysctl, link, wire or '='"
#define OPERATION "expected an operation (closewait help format lists them)"
#define AWAITED "expected inq=N, outq=N, a TCP state or poll events"
#define LENGTH "expected a length in bytes from 0 to 1073741824"
#define PAYLOAD LENGTH ", or a text such as \"hello\\n\""
#define AMOUNT LENGTH ", or until"
#define QUOTED(least) \
	"expected " least " to 158 bytes in strace's quoting, such as \"hello\\n\": printable " \
	"ASCII, \\n \\r \\t \\v \\f \\\\ \\\" \\ooo \\xNN\n"
#define BYTES "expected the bytes in strace's quoting, such as \"hello\\n\"\n"
#define AS_MANY \
	"expected as many bytes as are counted before them, or \"...\"... for how they begin\n"
#define MESSAGES "expected a number of messages from 1 to 64"
#define PARTS "expected a number of parts from 1 to 1025, or 0 of LENGTH 0"
#define MAPPED "expected mapped=N, the bytes of the buffer that are there, such as mapped=0"
#define NEVER "'@': expected a guard that holds on some kernel, 3.2 or later"
#define NOTHING \
	" says nothing on a family without TCP's states and counters: expected no result, or a " \
	"family that has them, such as tcp4\n"
#define COUNTS "'count'" NOTHING
#define STATES "'state'" NOTHING
#define WHOLE "expected a whole number that fits an int, such as 1"
#define SYSCTL "expected a sysctl of net.ipv4, net.ipv6 or net.mptcp, or net.core.somaxconn"
#define NUMBER "expected a number, a relation such as >0, -1 and an errno, or timeout"
#define ERRNO "expected the name of an errno, such as EPIPE"
#define EARLIER \
	"expected the side and the operation of a step before this one, as in 'as client write'"
#define AFTER_RESULT "expected '@', 'in', a signal, or the end of the line"
#define ELAPSED "expected the time that the step may take, such as 20ms.. or 20ms..60ms"
#define FAMILY "expected a family: tcp4 tcp6 tcp4-mapped mptcp4 unix unix-seqpacket"
#define VERSION \
	"expected a kernel version, MAJOR.MINOR or MAJOR.MINOR.PATCH, such as 6.11 or 6.1.103"
#define TCPDUMP "expected tcpdump's flags in tcpdump's order, such as S. or P."
#define HOLD_AT_ONCE \
	"this expectation and one above it can hold at once: expected guards that exclude each " \
	"other"
#define NO_STEPS "no steps: expected at least one, such as 'client connect = 0'"

static const struct mistake words[] = {
	{"clinet connect", "1:1: 'clinet': " FIRST_WORD "; did you mean 'client'?\n"},
	{"foo", "1:1: 'foo': " FIRST_WORD "\n"},
	{"client wrote 6", "1:8: 'wrote': " OPERATION "; did you mean 'write'?\n"},
	{"client frobnicate 6", "1:8: 'frobnicate': " OPERATION "\n"},
	{"client", "1:7: end of line: " OPERATION "\n"},
	{"client # connect", "1:7: end of line: " OPERATION "\n"},
	{"client write", "1:13: end of line: " PAYLOAD "\n"},
	{"client write six", "1:14: 'six': " PAYLOAD "\n"},
	{"client write 6x", "1:14: '6x': " PAYLOAD "\n"},
	{"client write -1", "1:14: '-1': " PAYLOAD "\n"},
	{"client write 1073741825", "1:14: '1073741825': " PAYLOAD "\n"},
	{"client write 4294967296", "1:14: '4294967296': " PAYLOAD "\n"},
	{"client read 4294967296", "1:13: '4294967296': " AMOUNT "\n"},
	{"client write 99999999999999999999", "1:14: '99999999999999999999': " PAYLOAD "\n"},
	{"client write = 6", "1:14: '=': " PAYLOAD "\n"},
	{"client write 6 7", "1:16: '7': " MAPPED "\n"},
	{"client write 6 mapped=", "1:16: 'mapped=': " MAPPED "\n"},
	{"client send 6 mapped=0", "1:15: 'mapped=0': expected MSG_ flags joined by |; 'mapped=0' "
				   "is none of them\n"},
	{"client writev 6 1026", "1:17: '1026': " PARTS "\n"},
	{"client sendmsg 6 0 0", "1:20: '0': " PARTS "\n"},
	{"client write", "1:13: end of line: " PAYLOAD "\n"},
	{"client write six", "1:14: 'six': " PAYLOAD "\n"},
	{"client write 6x", "1:14: '6x': " PAYLOAD "\n"},
	{"client write -1", "1:14: '-1': " PAYLOAD "\n"},
	{"client write 1073741825", "1:14: '1073741825': " PAYLOAD "\n"},
	{"client write 4294967296", "1:14: '4294967296': " PAYLOAD "\n"},
	{"client read 4294967296", "1:13: '4294967296': " AMOUNT "\n"},
	{"client write 99999999999999999999", "1:14: '99999999999999999999': " PAYLOAD "\n"},
	{"client write = 6", "1:14: '=': " PAYLOAD "\n"},
	{"client write \"", "1:14: '\"': " QUOTED("0")},
	{"client write \"abc # no comment", "1:14: '\"abc # no comment': " QUOTED("0")},
	{"client write \"abc\\\"", "1:14: '\"abc\\\"': " QUOTED("0")},
	{"client write \"abc\"d", "1:14: '\"abc\"d': " QUOTED("0")},
	{"client write \"abc\"...", "1:14: '\"abc\"...': " QUOTED("0")},
	{"client write \"\\q\"", "1:14: '\"\\q\"': " QUOTED("0")},
	{"client write \"\\400\"", "1:14: '\"\\400\"': " QUOTED("0")},
	{"client write \"\\x4\"", "1:14: '\"\\x4\"': " QUOTED("0")},
	{"client write \"\\x 4\"", "1:14: '\"\\x 4\"': " QUOTED("0")},
	{"client write \"\xc3\xa9\"", "1:14: '\"\xc3\xa9\"': " QUOTED("0")},
	{"client read \"abc\"", "1:13: '\"abc\"': " AMOUNT "\n"},
	{"client read until", "1:18: end of line: " QUOTED("1")},
	{"client read until = 6", "1:19: '=': " QUOTED("1")},
	{"client read until \"\"", "1:19: '\"\"': " QUOTED("1")},
	{"client read until abc", "1:19: 'abc': " QUOTED("1")},
	{"client read 6 \"abc\"", "1:15: '\"abc\"': expected mapped=N, the bytes of the buffer "
				  "that are there, such as mapped=0\n"},
	{"client readv until \"abc\"", "1:14: 'until': " LENGTH "\n"},
	{"client accept 0", "1:15: '0': expected the end of the line\n"},
	{"client connect 0", "1:16: '0': expected an end such as client2, or AF_UNSPEC\n"},
	{"client connect client9",
		"1:16: 'client9': expected an end such as client2, or AF_UNSPEC\n"},
	{"client5 connect", "1:1: 'client5': " FIRST_WORD "; did you mean 'client'?\n"},
	{"listener accept", "1:10: 'accept': expected another operation: who accepts is the "
			    "connection then: server accept\n"},
	{"client connect @ tcp4", "1:16: '@': expected the end of the line\n"},
	{"client send 6 MSG_FOO", "1:15: 'MSG_FOO': expected MSG_ flags joined by |; 'MSG_FOO' is "
				  "none of them; did you mean 'MSG_OOB'?\n"},
	{"client poll POLLIN|FOO", "1:13: 'POLLIN|FOO': expected poll events joined by |; 'FOO' is "
				   "none of them\n"},
	{"use tcp4\nclient connect = 0 @ tcp6",
		"2:20: '@': expected a guard that has a family of the experiment (its use line; "
		"tcp4 tcp6 without one)\n"},
	{"client connect\nwire > S @ unix",
		"2:10: '@': expected a guard that has a family of the experiment (its use line; "
		"tcp4 tcp6 without one)\n"},
	{"client connect = 0 @ before 2.6", "1:20: " NEVER "\n"},
	{"client connect = 0 @ since 6.13 before 6.13", "1:20: " NEVER "\n"},
	{"client connect = 0 @ tcp4 since 6.11 before 6.1", "1:20: " NEVER "\n"},
	{"use unix\nclient connect\ncount TcpOutRsts = 1", "3:18: " COUNTS},
	{"use mptcp4 unix\nclient connect\nclient state = ESTABLISHED", "3:14: " STATES},
	{"use tcp4 unix\nclient connect\nclient state = ESTABLISHED @ unix", "3:14: " STATES},
	{"use unix-seqpacket\nclient connect\nwire > S",
		"3:1: 'wire': expected a family in 'use' that has packets, such as tcp4\n"},
	{"client dup\nclient dup\nclient dup\nclient dup\nserver dup\nclient dup",
		"6:8: 'dup': more than 4 duplicates of a descriptor at once\n"},
	{"client dup\nclient dup\nclient dup\nclient dup\nclient close\nclient dup\nclient dup",
		"7:8: 'dup': more than 4 duplicates of a descriptor at once\n"},
	{"client connect == 0", "1:16: '==': expected a single '=' and the result\n"},
	{"\xef\xbb\xbf"
	 "client connect",
		"1:1: a byte-order mark, EF BB BF: expected UTF-8 without one\n"},
	{"client await CLOSED", "1:14: 'CLOSED': expected inq=N, outq=N, a TCP state or poll "
				"events; did you mean 'CLOSE'?\n"},
	{"client state = TIMEWAIT", "1:16: 'TIMEWAIT': expected the kernel's name of a TCP state, "
				    "such as CLOSE_WAIT; did you mean 'TIME_WAIT'?\n"},
	{"client connect\nserver exit\nserver kill", "3:8: 'kill': expected another operation: the "
						     "server's process has ended in line 2\n"},
	{"client connect\nserver kill\n\nserver exit",
		"4:8: 'exit': expected another operation: the server's process has ended in line "
		"2\n"},
	{"client shutdown", "1:16: end of line: expected one of SHUT_RD SHUT_WR SHUT_RDWR\n"},
	{"client sigpipe maybe", "1:16: 'maybe': expected one of ignore default handler\n"},
	{"client await NOWHERE", "1:14: 'NOWHERE': expected inq=N, outq=N, a TCP state or poll "
				 "events joined by |; 'NOWHERE' is none of them\n"},
	{"client await inq=", "1:14: 'inq=': " AWAITED "\n"},
	{"client await outq=1073741825", "1:14: 'outq=1073741825': " AWAITED "\n"},
	{"client await queue=6", "1:14: 'queue=6': " AWAITED "\n"},
	{"client getsockopt", "1:18: end of line: expected a socket option\n"},
	{"client getsockopt SO_FOO", "1:19: 'SO_FOO': expected a socket option\n"},
	{"client setsockopt SO_ERROR 1",
		"1:19: 'SO_ERROR': expected a socket option that can be set\n"},
	{"client setsockopt SO_LINGER 1", "1:29: '1': expected l_onoff,l_linger such as 1,0\n"},
	{"client setsockopt SO_LINGER 1,4294967296",
		"1:29: '1,4294967296': expected l_onoff,l_linger such as 1,0\n"},
	{"client setsockopt SO_SNDBUF 2147483648", "1:29: '2147483648': " WHOLE "\n"},
	{"client setsockopt SO_SNDBUF 4294967296", "1:29: '4294967296': " WHOLE "\n"},
	{"client setsockopt SO_SNDBUF -4294967296", "1:29: '-4294967296': " WHOLE "\n"},
	{"client setsockopt SO_RCVTIMEO 20",
		"1:31: '20': expected tv_sec,tv_usec such as 0,20000\n"},
	{"client setsockopt SO_SNDTIMEO 0,-1",
		"1:31: '0,-1': expected tv_sec,tv_usec such as 0,20000\n"},
	{"client sendmmsg 6", "1:18: end of line: " MESSAGES "\n"},
	{"client sendmmsg 6 0", "1:19: '0': " MESSAGES "\n"},
	{"client sendmmsg 6 65", "1:19: '65': " MESSAGES "\n"},
	{"client epoll_ctl EPOLLIN",
		"1:18: 'EPOLLIN': expected one of EPOLL_CTL_ADD EPOLL_CTL_MOD EPOLL_CTL_DEL\n"},
	{"client epoll_ctl EPOLL_CTL_ADD POLLIN",
		"1:32: 'POLLIN': expected epoll events joined by "
		"|; 'POLLIN' is none of them; did you mean 'EPOLLIN'?\n"},
	{"client fcntl F_GETFL", "1:14: 'F_GETFL': expected F_SETFL; did you mean 'F_SETFL'?\n"},
	{"client fcntl F_SETFL", "1:21: end of line: expected one of O_NONBLOCK 0\n"},
	{"client exit", "1:8: 'exit': expected another operation: only the server's process can "
			"end\n"},
	{"client count TcpOutRsts", "1:8: 'count': " OPERATION "\n"},
	{"sysctl kernel.core_pattern |/bin/sh", "1:8: 'kernel.core_pattern': " SYSCTL "\n"},
	{"sysctl vm.overcommit_memory 1", "1:8: 'vm.overcommit_memory': " SYSCTL "\n"},
	{"client bind x", "1:13: 'x': expected 0, or the end whose port it is, such as listener\n"},
	{"client bind 0 x", "1:15: 'x': expected one of any nonlocal\n"},
	{"client sendto 6 0 AF_UNSPEC", "1:19: 'AF_UNSPEC': expected an end such as client2\n"},
	{"server listen -2", "1:15: '-2': expected a backlog from 0 to 2147483647, or -1 for the "
			     "most there is\n"},
	{"sysctl net.core.rmem_max 1", "1:8: 'net.core.rmem_max': " SYSCTL "\n"},
	{"sysctl ../../../etc/passwd 1", "1:8: '../../../etc/passwd': " SYSCTL "\n"},
	{"sysctl net.ipv4.../../../x 1", "1:8: 'net.ipv4.../../../x': " SYSCTL "\n"},
	{"sysctl net.ipv4....kernel.x 1", "1:8: 'net.ipv4....kernel.x': " SYSCTL "\n"},
	{"sysctl net/ipv4/tcp_fin_timeout 1", "1:8: 'net/ipv4/tcp_fin_timeout': " SYSCTL "\n"},
	{"count ../../etc/passwd = 1",
		"1:7: '../../etc/passwd': expected the name of a counter as nstat prints it, such "
		"as TcpOutRsts\n"},
	{"link sideways", "1:6: 'sideways': expected one of down up\n"},
	{"client setsockopt TCP_NODELAY", "1:30: end of line: " WHOLE "\n"},
	{"use", "1:4: end of line: " FAMILY "\n"},
	{"use tcp4 tcp7", "1:10: 'tcp7': " FAMILY "; did you mean 'tcp4'?\n"},
	{"use tcp4\nuse tcp6", "2:1: 'use': expected only one use line: an experiment is of one "
			       "connection; of several traces in a file, run each by itself\n"},
	{"client connect\nuse tcp4", "2:1: 'use': expected use before the first step\n"},
	{"# nothing", "1:1: " NO_STEPS "\n"},
	{"", "1:1: " NO_STEPS "\n"},
	{"wire < R\n\n", "2:1: " NO_STEPS "\n"},
};

static const struct mistake results[] = {
	{"client read 9 = 3 \"ab\"", "1:19: '\"ab\"': " AS_MANY},
	{"client read 9 = <2 \"ab\"", "1:20: '\"ab\"': " AS_MANY},
	{"client read 9 = 2 \"ab", "1:19: '\"ab': " BYTES},
	{"client read 9 = -1 EPIPE \"ab\"", "1:26: '\"ab\"': " AFTER_RESULT "\n"},
	{"client write 2 = 2 \"ab\"", "1:20: '\"ab\"': " AFTER_RESULT "\n"},
	{"client write 2 = -1 EPIPE|ECONRESET",
		"1:21: 'EPIPE|ECONRESET': " ERRNO "; did you mean 'ECONNRESET'?\n"},
	{"client write 2 = 2 | -1 ECONRESET",
		"1:25: 'ECONRESET': " ERRNO "; did you mean 'ECONNRESET'?\n"},
	{"client write 2 = 2 |", "1:21: end of line: " NUMBER "\n"},
	{"client write 2 = 2 | 2",
		"1:22: '2': expected another result than those before it, and no more than 4 in "
		"all\n"},
	{"client poll = POLLIN | POLOUT", "1:24: 'POLOUT': expected 0 or poll events joined by |, "
					  "such as POLLIN|POLLRDHUP; did you mean 'POLLOUT'?\n"},
	{"client connect =", "1:17: end of line: " NUMBER "\n"},
	{"client connect = x", "1:18: 'x': " NUMBER "\n"},
	{"client connect = unknown", "1:18: 'unknown': " NUMBER "\n"},
	{"client connect = -1", "1:20: end of line: " ERRNO "\n"},
	{"client connect = -1 EFOO", "1:21: 'EFOO': " ERRNO "; did you mean 'EIO'?\n"},
	{"client write 6 = as client write", "1:28: 'write': " EARLIER "\n"},
	{"client write 6\nclient write 6 = as server write", "2:28: 'write': " EARLIER "\n"},
	{"client write 6\nclient write 6 = as client", "2:27: end of line: " EARLIER "\n"},
	{"client write 6\nclient write 6 = as client write | 6", "2:34: '|': " AFTER_RESULT "\n"},
	{"client write 6\nclient poll = as client write",
		"2:25: 'write': expected an operation with results of this kind\n"},
	{"client write 6 = 6 in", "1:22: end of line: " ELAPSED "\n"},
	{"client write 6 = 6 in 20", "1:23: '20': " ELAPSED "\n"},
	{"client write 6 = 6 in 20ms", "1:23: '20ms': " ELAPSED "\n"},
	{"client write 6 = 6 in ..20ms", "1:23: '..20ms': " ELAPSED "\n"},
	{"client write 6 = 6 in 20ms..x", "1:23: '20ms..x': " ELAPSED "\n"},
	{"client write 6 = 6 in 20ms..20msx", "1:23: '20ms..20msx': " ELAPSED "\n"},
	{"client write 6 = 6 in 20ms..19ms", "1:23: '20ms..19ms': " ELAPSED "\n"},
	{"client write 6 = 6 in -1ms..", "1:23: '-1ms..': " ELAPSED "\n"},
	{"client write 6 = 6 in 3600001ms..", "1:23: '3600001ms..': " ELAPSED "\n"},
	{"client connect = -1 EPIPE foo", "1:27: 'foo': " AFTER_RESULT "\n"},
	{"client connect = -1 EPIPE SIGFOO", "1:27: 'SIGFOO': " AFTER_RESULT "\n"},
	{"client connect = 0 = 0", "1:20: '=': " AFTER_RESULT "\n"},
	{"client connect = timeout in NOWHERE", "1:29: 'NOWHERE': expected the kernel's name of a "
						"TCP state, such as ESTABLISHED\n"},
	{"client state = 7",
		"1:16: '7': expected the kernel's name of a TCP state, such as CLOSE_WAIT\n"},
	{"client poll = POLLIN|", "1:15: 'POLLIN|': expected 0 or poll events joined by |, such as "
				  "POLLIN|POLLRDHUP\n"},
	{"client getsockopt SO_ERROR = EFOO", "1:30: 'EFOO': expected 0, the name of an errno, -1 "
					      "and an errno, or timeout; did you mean 'EIO'?\n"},
	{"client getsockopt SO_LINGER = 1",
		"1:31: '1': expected two numbers such as 1,0, or -1 and an errno\n"},
	{"client select = readfds|POLLIN",
		"1:17: 'readfds|POLLIN': expected 0, sets joined by |, such as readfds|writefds, "
		"or -1 and an errno\n"},
	{"client epoll_wait = POLLIN",
		"1:21: 'POLLIN': expected 0, epoll events joined by |, such "
		"as EPOLLIN|EPOLLRDHUP, or -1 and an errno; did you mean 'EPOLLIN'?\n"},
	{"client await CLOSE = 0",
		"1:22: '0': expected timeout, optionally with the state that it ends in\n"},
};

static const struct mistake guards[] = {
	{"client connect = 0 @", "1:21: end of line: expected a family, since or before\n"},
	{"client connect = 0 @ udp", "1:22: 'udp': " FAMILY "\n"},
	{"client connect = 0 @ since", "1:27: end of line: " VERSION "\n"},
	{"client connect = 0 @ since six", "1:28: 'six': " VERSION "\n"},
	{"client connect = 0 @ before 6.1 tcp6", "1:33: 'tcp6': " VERSION "\n"},
	{"client connect = 0 @ since 1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 9.0",
		"1:60: '9.0': more than 8 versions of a change\n"},
	{"client connect = 0\n = 1", "2:2: " HOLD_AT_ONCE "\n"},
	{"client connect = 0 @ tcp4\n = 1 @ since 6.1", "2:2: " HOLD_AT_ONCE "\n"},
	{"client connect\n = 0 @ since 6.11 6.1.103\n = 1 @ before 6.11",
		"3:2: " HOLD_AT_ONCE "\n"},
};

static const struct mistake wires[] = {
	{"wire", "1:5: end of line: expected '>' (from the client) or '<' (to the client)\n"},
	{"wire client2 S", "1:14: 'S': expected '>' (from the client) or '<' (to the client)\n"},
	{"wire S", "1:6: 'S': expected '>' (from the client) or '<' (to the client)\n"},
	{"wire >", "1:7: end of line: " TCPDUMP "\n"},
	{"wire > X", "1:8: 'X': " TCPDUMP "\n"},
	{"wire > .P", "1:8: '.P': " TCPDUMP "\n"},
	{"wire > P. 0",
		"1:11: '0': expected a payload length of 1 or more, '@', or the end of the line\n"},
	{"wire > P. 6 7", "1:13: '7': expected the end of the line\n"},
	{"wire > P. @ udp", "1:13: 'udp': " FAMILY "\n"},
};

/* Steps in the background. */
static const struct mistake backgrounds[] = {
	{"client fill &",
		"1:13: '&': expected the end of the line: this operation does not block\n"},
	{"client read 6 & = 6", "1:17: '=': expected the end of the line\n"},
	{"client join", "1:8: 'join': expected a step of this side above, started with '&'\n"},
	{"client read 6 &\nserver join",
		"2:8: 'join': expected a step of this side above, started with '&'\n"},
	{"client read 6 &\nclient join\nclient join",
		"3:8: 'join': expected a step of this side above, started with '&'\n"},
	{"client read 6 &\nclient write 6 &",
		"2:16: '&': expected this side's step in the background to be joined before\n"},
	{"client read 6 &\nclient read 6 = as client read",
		"2:27: 'read': expected join, which has the result of the call in the "
		"background\n"},
	{"client poll &\nclient join = 0 1", "2:17: '1': " AFTER_RESULT "\n"},
	{"client poll &\nclient join = 6",
		"2:15: '6': expected 0 or poll events joined by |, such as "
		"POLLIN|POLLRDHUP\n"},
};

/* Further expectations, and what does not follow from an error. */
static const struct mistake continuations[] = {
	{" = 1", "1:2: '=': expected a step on the line above a further expectation\n"},
	{"client connect\nwire > S\n = 1",
		"3:2: '=': expected a step on the line above a further expectation\n"},
	{"client wrote 6\n = 1\n = 2\nclient close = 0",
		"1:8: 'wrote': " OPERATION "; did you mean 'write'?\n"},
	{"client write 6 = x\n# a comment\n\n = 1 @ tcp4\n = 2 @ tcp4", "1:18: 'x': " NUMBER "\n"},
	{"client write 6 = 1 @ since 6.1 since 6.2",
		"1:32: 'since': expected since and before once each\n"},
	{"client write 6 = 1 @ before 6.1 tcp4",
		"1:33: 'tcp4': expected a kernel version, MAJOR.MINOR or MAJOR.MINOR.PATCH, such "
		"as 6.11 or 6.1.103\n"},
	{"client write 6 = 1 @ since 6.1 before",
		"1:38: end of line: expected a kernel version, MAJOR.MINOR or MAJOR.MINOR.PATCH, "
		"such as 6.11 or 6.1.103\n"},
	{"client write 6 = 1 @ tcp4\n = x @ tcp6\n = 2 @ tcp6", "2:4: 'x': " NUMBER "\n"},
	{"client write 6 = 6\nclient \001 7\n = 7", "2:8: byte 0x01: expected text\n"},
};

/* The messages of a text are those of expected, each with the name before it. */
static void assert_messages(const char *text, size_t size, const char *expected)
{
	char *messages = parse_bad(text, size);
	struct print named;

	print_open(&named);
	for (const char *at = expected; *at; at += strcspn(at, "\n") + 1)
		fprintf(named.out, "bad:%.*s\n", (int)strcspn(at, "\n"), at);
	char *wanted = print_take(&named);

	assert_string_equal(messages, wanted);
	free(messages);
	free(wanted);
}

static void assert_mistakes(const struct mistake *mistakes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_messages(mistakes[i].text, strlen(mistakes[i].text), mistakes[i].message);
}

static void test_words(void **state)
{
	(void)state;
	assert_mistakes(words, COUNT(words));
}

static void test_results(void **state)
{
	(void)state;
	assert_mistakes(results, COUNT(results));
}

static void test_guards(void **state)
{
	(void)state;
	assert_mistakes(guards, COUNT(guards));
}

static void test_wires(void **state)
{
	(void)state;
	assert_mistakes(wires, COUNT(wires));
}

static void test_backgrounds(void **state)
{
	(void)state;
	assert_mistakes(backgrounds, COUNT(backgrounds));
}

static void test_continuations(void **state)
{
	(void)state;
	assert_mistakes(continuations, COUNT(continuations));
}

static void test_all_errors(void **state)
{
	static const char text[] = "use udp\n"
				   "client conect\n"
				   "client write 6 = 6\n"
				   "server read = 6\n"
				   "wire > P. 6\n"
				   "wire P. 6\n"
				   "client close = -1 EFOO # with a comment\n";

	(void)state;
	assert_messages(text, strlen(text),
		"1:5: 'udp': " FAMILY "\n"
		"2:8: 'conect': " OPERATION "; did you mean 'connect'?\n"
		"4:13: '=': " AMOUNT "\n"
		"6:6: 'P.': expected '>' (from the client) or '<' (to the client)\n"
		"7:19: 'EFOO': " ERRNO "; did you mean 'EIO'?\n");
}

static void test_control_bytes(void **state)
{
	static const char nul[] = "client connect\0= 0\n", carriage[] = "client connect = 0\r\n";

	(void)state;
	assert_messages(nul, sizeof nul - 1, "1:15: byte 0x00: expected text\n");
	assert_messages(carriage, sizeof carriage - 1,
		"1:19: a Windows line end, CR LF: expected LF alone (dos2unix FILE makes it so)\n");
	assert_messages("# \033[31m\n", 7, "1:3: byte 0x1b: expected text\n");
}

/* Further lines of what is no text, or too much of it, would only say so again. */
static void test_hopeless(void **state)
{
	(void)state;
	assert_messages("client \001\nclient \001\nfoo\n", 21, "1:8: byte 0x01: expected text\n");
}

/* head, then body count times, then tail: good up to the limit, with a message beyond it. */
static char *repeated(const char *head, const char *body, int count, const char *tail)
{
	struct print print;

	print_open(&print);
	fputs(head, print.out);
	while (count--)
		fputs(body, print.out);
	fputs(tail, print.out);
	return print_take(&print);
}

static void test_limits(void **state)
{
	static const struct {
		const char *head, *body;
		int limit;
		const char *tail, *message;
	} cases[] = {
		{"client connect", " ", LINE_LIMIT - 14, "# a comment of any length\n",
			"1:321: more than 320 bytes in a line\n"},
		{"", "client connect\n", STEP_LIMIT, "",
			"257:1: more than 256 steps in an experiment\n"},
		{"client connect\n", "wire > S\n", WIRE_LIMIT, "",
			"258:1: more than 256 wire lines in an experiment\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *good = repeated(cases[i].head, cases[i].body, cases[i].limit, cases[i].tail);
		char *bad =
			repeated(cases[i].head, cases[i].body, cases[i].limit + 1, cases[i].tail);
		char *worse =
			repeated(cases[i].head, cases[i].body, cases[i].limit + 9, cases[i].tail);

		experiment_free(parse_good(good));
		assert_messages(bad, strlen(bad), cases[i].message);
		assert_messages(worse, strlen(worse), cases[i].message);
		free(worse);
		free(good);
		free(bad);
	}
}

/* Within these limits the words still mean nothing, so there is a message on both sides. */
static void test_word_limits(void **state)
{
	char *word = repeated("client ", "x", WORD_LIMIT + 1, "\n");
	char *line = repeated("client connect", " x", WORDS_LIMIT - 1, "\n");

	(void)state;
	assert_messages(word, strlen(word), "1:8: more than 160 characters in a word\n");
	assert_messages(line, strlen(line), "1:76: more than 32 words in a line\n");
	memmove(word + 7, word + 8, strlen(word + 7));
	memmove(line + 14, line + 16, strlen(line + 15));
	char *messages = parse_bad(word, strlen(word));

	assert_non_null(strstr(messages, "': " OPERATION "\n"));
	free(messages);
	assert_messages(
		line, strlen(line), "1:16: 'x': expected an end such as client2, or AF_UNSPEC\n");
	free(word);
	free(line);
}

static void test_expectation_limit(void **state)
{
	/* "before 0.0 6.1.5" holds nowhere but in 6.1.0 to 6.1.4. */
	static const char text[] = "client connect = 0 @ before 0.0 6.1.5\n"
				   " = 0 @ before 0.0 6.2.5\n = 0 @ before 0.0 6.3.5\n"
				   " = 0 @ before 0.0 6.4.5\n = 0 @ before 0.0 6.5.5\n"
				   " = 0 @ before 0.0 6.6.5\n = 0 @ before 0.0 6.7.5\n"
				   " = 0 @ before 0.0 6.8.5\n";
	char *more = repeated(text, " = 0 @ before 0.0 6.9.5\n", 1, "");

	(void)state;
	experiment_free(parse_good(text));
	assert_messages(more, strlen(more), "9:2: more than 8 expectations of one step\n");
	free(more);
}

static void test_error_limit(void **state)
{
	char *text = repeated("", "foo\n", ERROR_LIMIT + 5, "");
	char *messages = parse_bad(text, strlen(text));
	int lines = 0;

	(void)state;
	for (const char *at = messages; *at; at++)
		lines += *at == '\n';
	assert_int_equal(lines, ERROR_LIMIT + 1);
	assert_non_null(strstr(messages, "\nbad:100:1: 'foo': "));
	assert_non_null(
		strstr(messages, "\nbad:101:1: more than 100 errors; the rest is not reported\n"));
	free(messages);
	free(text);
}

static void test_file_limit(void **state)
{
	char *text = repeated("client connect\n", "\n", FILE_LIMIT - 15, "");

	(void)state;
	experiment_free(parse_good(text));
	free(text);
	text = repeated("client connect\n", "\n", FILE_LIMIT - 14, "");
	assert_messages(text, strlen(text), "1:1: more than 1048576 bytes in an experiment\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_guards),
		cmocka_unit_test(test_wires),
		cmocka_unit_test(test_backgrounds),
		cmocka_unit_test(test_continuations),
		cmocka_unit_test(test_all_errors),
		cmocka_unit_test(test_control_bytes),
		cmocka_unit_test(test_hopeless),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_word_limits),
		cmocka_unit_test(test_expectation_limit),
		cmocka_unit_test(test_error_limit),
		cmocka_unit_test(test_file_limit),
	};

	return cmocka_run_group_tests_name("parse errors", tests, NULL, NULL);
}
