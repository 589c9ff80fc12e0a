/*
 * strace's lines in all their forms; the connections of a log; and logs of real programs
 * (test/strace: made by strace 6.1 of curl 7.88 and of Python 3, their addresses replaced), with
 * the cause that is known, for their peers were scripts.
 */
#include "check.h"
#include "diagnose/diagnosis.h"
#include "strace/strace_line.h"
#include "strace/strace_log.h"

static const struct version kernel = {6, 12, 0};

static void test_lines(void **state)
{
	static const struct {
		const char *text;
		enum strace_kind kind;
		long pid;
		const char *name, *arguments, *result;
	} cases[] = {
		{"close(3) = 0", STRACE_CALL, 0, "close", "3", "0"},
		{"12 close(3)     = 0 <0.000010>", STRACE_CALL, 12, "close", "3", "0 <0.000010>"},
		{"[pid  12] close(3) = 0", STRACE_CALL, 12, "close", "3", "0"},
		{"10:11:12 close(3) = 0", STRACE_CALL, 0, "close", "3", "0"},
		{"10:11:12.123456 close(3) = 0", STRACE_CALL, 0, "close", "3", "0"},
		{"1795818609.433405 close(3) = 0", STRACE_CALL, 0, "close", "3", "0"},
		{"12 1795818609.433405 close(3) = 0", STRACE_CALL, 12, "close", "3", "0"},
		{"     0.000123 close(3) = 0", STRACE_CALL, 0, "close", "3", "0"},
		{"12 10:11:12 (+     0.000123) close(3) = 0", STRACE_CALL, 12, "close", "3", "0"},
		{"write(1, \"a) = 3\\\"(\", 9) = 9", STRACE_CALL, 0, "write",
			"1, \"a) = 3\\\"(\", 9", "9"},
		{"12 read(3,  <unfinished ...>", STRACE_UNFINISHED, 12, "read", "3,  ", NULL},
		{"12 <... read resumed>\"\", 5) = 0", STRACE_RESUMED, 12, "read", "\"\", 5", "0"},
		{"12 <... read resumed> \"\", 5) = 0", STRACE_RESUMED, 12, "read", " \"\", 5", "0"},
		{"--- SIGPIPE {si_signo=SIGPIPE} ---", STRACE_SIGNAL, 0, "", NULL, NULL},
		{"12 +++ exited with 0 +++", STRACE_EXIT, 12, "", NULL, NULL},
		{"12 +++ killed by SIGPIPE +++", STRACE_EXIT, 12, "", NULL, NULL},
		{"strace: Process 12 attached", STRACE_MESSAGE, 0, "", NULL, NULL},
		{"", STRACE_MESSAGE, 0, "", NULL, NULL},
		{"close(3", STRACE_CUT, 0, "close", NULL, NULL},
		{"12<curl> close(3) = 0", STRACE_CALL, 12, "close", "3", "0"},
		{"[pid 12<a b>] close(3) = 0", STRACE_CALL, 12, "close", "3", "0"},
		{"12 10:11:12 [00007f8a1234] close(3) = 0", STRACE_CALL, 12, "close", "3", "0"},
		{"[   3] close(3) = 0", STRACE_CALL, 0, "close", "3", "0"},
		{"read(3,  <detached ...>", STRACE_UNFINISHED, 0, "read", "3,  ", NULL},
		{" > /lib/libc.so.6(close+0x1) [0xf]", STRACE_MESSAGE, 0, "", NULL, NULL},
		{" <unfinished ...>", STRACE_MESSAGE, 0, "", NULL, NULL},
		{"close(3) 0", STRACE_UNKNOWN, 0, "close", NULL, NULL},
		{"write(1, \"abc", STRACE_CUT, 0, "write", NULL, NULL},
		{"hello", STRACE_UNKNOWN, 0, "", NULL, NULL},
		{"<... read", STRACE_UNKNOWN, 0, "", NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct strace_line line;

		strace_line_read(&line, cases[i].text);
		if (line.kind != cases[i].kind || line.pid != cases[i].pid ||
			strcmp(line.name, cases[i].name) != 0)
			fail_msg("%s: kind %d, pid %ld, name %s", cases[i].text, line.kind,
				line.pid, line.name);
		if (cases[i].arguments)
			assert_memory_equal(line.arguments, cases[i].arguments, line.length);
		if (cases[i].arguments)
			assert_int_equal(line.length, strlen(cases[i].arguments));
		if (cases[i].result)
			assert_string_equal(line.result, cases[i].result);
	}
	assert_true(strace_line_is("12 close(3) = 0"));
	assert_false(strace_line_is("client close = 0"));
	assert_false(strace_line_is("strace: Process 12 attached"));
}

static struct strace_log *log_of(const char *text)
{
	struct strace_log *log = strace_log_new();
	char line[1024];

	assert_non_null(log);
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
		assert_true(strace_log_feed(log, line));
	}
	return log;
}

static char *steps_of(const struct strace_log *log, int i)
{
	const struct log_connection *c = strace_log_connection(log, i);
	struct print print;

	assert_non_null(c);
	print_open(&print);
	log_connection_print(c, print.out);
	return print_take(&print);
}

#define SOCKET "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n"

/* Every call's arguments and its answer. */
/* NOLINTNEXTLINE(readability-function-size): a table */
static void test_calls(void **state)
{
	static const struct {
		const char *line, *step;
	} cases[] = {
		{"connect(3, {sa_family=AF_INET, sin_port=htons(80)}, 16) = -1 ECONNREFUSED "
		 "(Connection refused)",
			"client connect = -1 ECONNREFUSED"},
		{"connect(3, {sa_family=AF_UNSPEC, sa_data=\"\"}, 16) = 0",
			"client connect AF_UNSPEC = 0"},
		{"write(3, \"hello\"..., 6) = 6", "client write 6 = 6"},
		{"write(3<TCP:[192.0.2.1:1->192.0.2.2:2]>, \"a, b\", 4) = -1 EPIPE (Broken pipe)",
			"client write 4 = -1 EPIPE"},
		{"writev(3, [{iov_base=\"ab\", iov_len=2}, {iov_base=\"c\", iov_len=1}], 2) = 3",
			"client writev 3 = 3"},
		{"sendto(3, \"x\", 1, MSG_NOSIGNAL, NULL, 0) = 1",
			"client send 1 MSG_NOSIGNAL = 1"},
		{"sendmsg(3, {msg_name=NULL, msg_iov=[{iov_base=\"ab\", iov_len=2}], "
		 "msg_iovlen=1}, "
		 "MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable)",
			"client sendmsg 2 MSG_DONTWAIT = -1 EAGAIN"},
		{"sendfile(3, 5, NULL, 6) = 6", "client sendfile 6 = 6"},
		{"read(3, \"abc\", 100) = 3", "client read 100 = 3"},
		{"recvfrom(3, \"\", 16, MSG_PEEK|MSG_CMSG_CLOEXEC, NULL, NULL) = 0",
			"client recv 16 MSG_PEEK = 0"},
		{"shutdown(3, SHUT_WR) = 0", "client shutdown SHUT_WR = 0"},
		{"shutdown(3, 1 /* send */) = 0", "client shutdown SHUT_WR = 0"},
		{"poll([{fd=1, events=POLLIN}, {fd=3, events=POLLIN|POLLRDNORM}], 2, 5) = 1 "
		 "([{fd=3, "
		 "revents=POLLIN|POLLHUP}])",
			"client poll POLLIN = POLLIN|POLLHUP"},
		{"poll([{fd=3, events=POLLIN}], 1, 0) = 0 (Timeout)", "client poll POLLIN = 0"},
		{"select(6, [1 3<TCP:[192.0.2.1:1->192.0.2.2:2]> 5], [3], NULL, NULL) = 2 (in [1 "
		 "3<TCP:[192.0.2.1:1->192.0.2.2:2]>], left {tv_sec=3, tv_usec=5})",
			"client select readfds|writefds = readfds"},
		{"pselect6(4, NULL, [5], [3], {tv_sec=0, tv_nsec=3}, NULL) = 0 (Timeout)",
			"client select exceptfds = 0"},
		{"select(4, [3], [3], [3], NULL) = 3 (in [3], out [3], except [3])",
			"client select = readfds|writefds|exceptfds"},
		{"sendto(3, \"x\", 1, MSG_FASTOPEN, {sa_family=AF_INET, sin_port=htons(80)}, 16) = "
		 "1",
			"client sendto 1 MSG_FASTOPEN = 1"},
		{"epoll_ctl(4, EPOLL_CTL_ADD, 3, {events=EPOLLIN|EPOLLET, data={u32=3, u64=3}}) = "
		 "0",
			"client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLET = 0"},
		{"epoll_wait(4, [{events=EPOLLIN|EPOLLHUP, data={u32=3, u64=3}}], 8, -1) = 1",
			"client poll POLLIN = POLLIN|POLLHUP"},
		{"getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0",
			"client getsockopt SO_ERROR = ECONNRESET"},
		{"getsockopt(3, SOL_SOCKET, SO_ERROR, [104], [4]) = 0",
			"client getsockopt SO_ERROR = ECONNRESET"},
		{"setsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=0}, 8) = 0",
			"client setsockopt SO_LINGER 1,0 = 0"},
		{"setsockopt(3, SOL_SOCKET, SO_RCVTIMEO_OLD, \"\\1\", 16) = 0",
			"client setsockopt SO_RCVTIMEO 0,0 = 0"},
		{"fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0", "client fcntl F_SETFL O_NONBLOCK = 0"},
		{"ioctl(3, FIONREAD, [5]) = 0", "client inq = 5"},
		{"ioctl(3, FIONBIO, [1]) = 0", "client fcntl F_SETFL O_NONBLOCK = 0"},
		{"getpeername(3, 0x7ffd, [16]) = -1 ENOTCONN (Transport endpoint)",
			"client getpeername = -1 ENOTCONN"},
		/* none: interrupted, another file, an option that the vocabulary lacks */
		{"read(3, 0x7ffd, 100) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)", ""},
		{"read(3, 0x7ffd, 100) = -1 EINTR (Interrupted system call)", ""},
		{"read(5, \"\", 100) = 0", ""},
		{"setsockopt(3, SOL_IP, IP_TOS, [8], 4) = 0", ""},
		{"brk(NULL) = 0x55", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[1024], wanted[128];

		snprintf(text, sizeof text, SOCKET "getpeername(3, 0, 0) = 0\n%s\n", cases[i].line);
		struct strace_log *log = log_of(text);
		char *steps = steps_of(log, 0);

		snprintf(wanted, sizeof wanted, "client getpeername = 0\n%s%s", cases[i].step,
			*cases[i].step ? "\n" : "");
		assert_string_equal(steps, wanted);
		assert_int_equal(strace_log_totals(log)->unknown, 0);
		free(steps);
		strace_log_free(log);
	}
}

/* A descriptor is a connection's in whatever process it is; the last close(2) alone closes. */
static void test_descriptors(void **state)
{
	struct strace_log *log = log_of(
		"9 " SOCKET "9 connect(3, {sa_family=AF_INET}, 16) = 0\n"
		"9 dup(3) = 4\n9 close(3) = 0\n"
		"9 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>\n"
		"10 write(4, \"x\", 1) = 1\n"
		"9 <... clone resumed>) = 10\n"
		"9 close(4) = 0\n"
		"10 read(4,  <unfinished ...>\n9 nanosleep({}, NULL) = 0\n"
		"10 <... read resumed>\"\", 16) = -1 ECONNRESET (Connection reset by peer)\n"
		"10 +++ exited with 0 +++\n9 +++ exited with 0 +++\n");
	const struct log_connection *c = strace_log_connection(log, 0);
	char *steps = steps_of(log, 0);

	(void)state;
	assert_string_equal(
		steps, "client connect = 0\nclient write 1 = 1\nclient read 16 = -1 ECONNRESET\n");
	assert_int_equal(c->error_line, 11);
	assert_int_equal(c->end_line, 12);
	assert_null(strace_log_connection(log, 1));
	free(steps);
	strace_log_free(log);
	/* a thread shares them */
	log = log_of("9 " SOCKET "9 clone(flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = 10\n"
		     "10 close(3) = 0\n9 write(3, \"x\", 1) = -1 EBADF (Bad file descriptor)\n");
	assert_null(strace_log_connection(log, 0)); /* closed without an error */
	assert_int_equal(strace_log_totals(log)->connections, 1);
	strace_log_free(log);
}

/* What accepts is the server; a listening socket is no connection; one that was there shows by -yy.
 */
static void test_beginnings(void **state)
{
	struct strace_log *log = log_of(SOCKET
		"listen(3, 5) = 0\n"
		"accept4(3, {sa_family=AF_INET}, [16], SOCK_CLOEXEC) = 5\n"
		"read(5, \"\", 6) = 0\n"
		"write(7<TCP:[192.0.2.1:1->192.0.2.2:2]>, \"x\", 1) = -1 EPIPE (Broken pipe)\n"
		"garbage\n");
	const struct log_connection *c;
	char *steps = steps_of(log, 0);

	(void)state;
	assert_string_equal(steps, "server accept = 0\nserver read 6 = 0\n");
	free(steps);
	c = strace_log_connection(log, 1);
	assert_non_null(c);
	assert_false(c->whole);
	assert_string_equal(c->about, "TCP:[192.0.2.1:1->192.0.2.2:2]");
	assert_null(strace_log_connection(log, 2));
	assert_int_equal(strace_log_totals(log)->unknown, 1);
	assert_int_equal(strace_log_totals(log)->unknown_line[0], 6);
	strace_log_free(log);
}

/* On a terminal processes are named only while there is more than one, and what strace says of
 * them, and the program writes, stands within lines. As strace 6.1 printed it. */
static void test_terminal(void **state)
{
	struct strace_log *log = log_of(SOCKET
		"connect(3, {sa_family=AF_INET}, 16) = 0\n"
		"clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLDstrace: Process 25 "
		"attached\n"
		", child_tidptr=0x7f81e7e2de50) = 25\n"
		"[pid    25] sendto(3, \"hi\", 2, 0, NULL, 0 <unfinished ...>\n"
		"[pid    20] clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD}strace: Process 26 "
		"attached\n"
		" <unfinished ...>\n"
		"[pid    25] <... sendto resumed>)       = 2\n"
		"[pid    20] <... clone3 resumed> => {parent_tid=[26]}, 88) = 26\n"
		"[pid    25] +++ exited with 0 +++\n"
		"[pid    26] recvfrom(3, \"hi\", 10, 0, NULL, NULL) = 2\n"
		"[pid    20] getpeername(3 <unfinished ...>\n"
		"[pid    26] +++ exited with 0 +++\n"
		"<... getpeername resumed>, 0x7f, [16]) = 0\n"
		"write(1, \"broken\", 6broken) = 6\n"
		"write(1, \"\\n\", 1\n"
		")                       = 1\n"
		"sendto(3, \"y\", 1, 0, NULL, 0) = -1 EPIPE (Broken pipe)\n"
		"+++ killed by SIGPIPE +++\n");
	char *steps = steps_of(log, 0);

	(void)state;
	assert_string_equal(steps, "client connect = 0\nclient send 2 = 2\nclient recv 10 = 2\n"
				   "client getpeername = 0\nclient send 1 = -1 EPIPE\n");
	assert_int_equal(strace_log_totals(log)->unknown, 0);
	assert_int_equal(strace_log_totals(log)->connections, 1);
	assert_true(strace_log_connection(log, 0)->killed);
	assert_int_equal(strace_log_connection(log, 0)->pid, 20);
	free(steps);
	strace_log_free(log);
	log = log_of("write(1, \"a\nclose(3) = 0\nread(3, \"\n");
	strace_log_end(log);
	assert_int_equal(strace_log_totals(log)->unknown, 2);
	assert_int_equal(strace_log_totals(log)->unknown_line[0], 1);
	assert_int_equal(strace_log_totals(log)->unknown_line[1], 3);
	strace_log_free(log);
}

/* On a terminal the rest of a call may stand without its process: whose call was cut? */
static void test_nameless_rest(void **state)
{
	struct strace_log *log = log_of(
		"[pid     9] " SOCKET "[pid     9] clone(flags=SIGCHLD) = 10\n"
		"[pid    10] read(3,  <unfinished ...>\n[pid     9] nanosleep({}, NULL) = 0\n"
		"<... read resumed>\"\", 16) = -1 ECONNRESET (Connection reset by peer)\n");
	char *steps = steps_of(log, 0);

	(void)state;
	assert_string_equal(steps, "client read 16 = -1 ECONNRESET\n");
	free(steps);
	strace_log_free(log);
}

/* Forks that are not in the log: a descriptor is that of the only other process that has one. */
static void test_orphans(void **state)
{
	struct strace_log *log =
		log_of("9 " SOCKET "10 write(3, \"x\", 1) = 1\n10 write(4, \"x\", 1) = 1\n"
		       "9 close(3) = 0\n10 write(3, \"x\", 1) = -1 EPIPE (Broken pipe)\n");
	const struct log_connection *c = strace_log_connection(log, 0);
	char *steps = steps_of(log, 0);

	(void)state;
	assert_string_equal(steps, "client write 1 = 1\nclient write 1 = -1 EPIPE\n");
	assert_true(c->shared);
	assert_int_equal(strace_log_totals(log)->orphans, 1);
	assert_null(strace_log_connection(log, 1));
	free(steps);
	strace_log_free(log);
}

/* What a descriptor was before the log began shows by calls and errors of sockets; what is opened
 * is none. */
static void test_proof(void **state)
{
	static const struct {
		const char *log;
		int connections;
		enum log_proof proof;
	} cases[] = {
		{"write(5, \"x\", 1) = 1\n", 0, PROOF_NONE},
		{"write(5, \"x\", 1) = 1\nsendto(5, \"x\", 1, 0, NULL, 0) = 1\n", 1, PROOF_CALL},
		{"read(5, 0x7f, 1) = -1 ECONNRESET (Connection reset by peer)\n", 1, PROOF_CALL},
		{"write(1, \"x\", 1) = -1 EPIPE (Broken pipe)\n", 0, PROOF_NONE},
		{"getsockopt(5, SOL_SOCKET, SO_ERROR, 0, 0) = -1 ENOTSOCK (Socket)\n", 0,
			PROOF_NONE},
		{"openat(AT_FDCWD, \"/x\", O_RDWR) = 5\nwrite(5, \"x\", 1) = -1 EPIPE (Broken)\n",
			0, PROOF_NONE},
		{"pipe2([5, 6], 0) = 0\nwrite(6, \"x\", 1) = -1 EPIPE (Broken pipe)\n", 0,
			PROOF_NONE},
		{"socket(AF_INET, SOCK_DGRAM, 0) = 5\nsendto(5, \"x\", 1, 0, NULL, 0) = 1\n", 0,
			PROOF_NONE},
		{"write(5<TCPv6:[[::1]:1->[::1]:2]>, \"x\", 1) = 1\n", 1, PROOF_LOG},
		{"write(5</tmp/x>, \"x\", 1) = -1 EPIPE (Broken pipe)\n", 0, PROOF_NONE},
		{"write(5<socket:[12]>, \"x\", 1) = -1 EPIPE (Broken pipe)\n", 1, PROOF_CALL},
		{"socketpair(AF_UNIX, SOCK_STREAM, 0, [5, 6]) = 0\n", 2, PROOF_LOG},
		{SOCKET "close_range(3, 4294967295, 0) = 0\n", 0, PROOF_NONE},
		{SOCKET "close_range(3, 9, CLOSE_RANGE_CLOEXEC) = 0\ngetpeername(3, 0, 0) = 0\n", 1,
			PROOF_LOG},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct strace_log *log = log_of(cases[i].log);
		int count = 0;

		while (strace_log_connection(log, count))
			count++;
		if (count != cases[i].connections ||
			(count && strace_log_connection(log, 0)->proof != cases[i].proof))
			fail_msg("%s: %d connections", cases[i].log, count);
		strace_log_free(log);
	}
}

/* An event is of the descriptor that was added with its data. */
static void test_epoll(void **state)
{
	struct strace_log *log = log_of(SOCKET
		"epoll_create1(0) = 4\n"
		"epoll_ctl(4, EPOLL_CTL_ADD, 3, {events=EPOLLIN, data={u32=4096, "
		"u64=140000000004096}}) = 0\n"
		"epoll_wait(4, [{events=EPOLLIN, data={u32=4096, u64=140000000004096}}], 8, -1) = "
		"1\n"
		"epoll_wait(4, [{events=EPOLLIN, data={u32=3, u64=3}}], 8, -1) = 1\n"
		"epoll_wait(7, [{events=EPOLLIN, data={u32=4096, u64=140000000004096}}], 8, -1) = "
		"1\n");
	char *steps = steps_of(log, 0);

	(void)state;
	assert_string_equal(
		steps, "client epoll_ctl EPOLL_CTL_ADD EPOLLIN = 0\nclient epoll_wait = EPOLLIN\n");
	assert_int_equal(strace_log_totals(log)->unlike, 2);
	free(steps);
	strace_log_free(log);
}

/* The families, and what accept4(2) makes of a socket. */
/* A call of a thread that waits stands in the background of what others do meanwhile. */
static void test_threads(void **state)
{
	static const struct {
		const char *lines, *steps;
	} cases[] = {
		/* nothing was done meanwhile */
		{"9 read(3,  <unfinished ...>\n8 brk(NULL) = 0x5\n9 <... read resumed>\"\", 9) = "
		 "0\n",
			"client read 9 = 0\n"},
		{"9 read(3,  <unfinished ...>\n8 shutdown(3, SHUT_RD) = 0\n"
		 "9 <... read resumed>\"\", 9) = 0\n8 read(3, \"\", 9) = 0\n",
			"client read 9 &\nclient shutdown SHUT_RD = 0\nclient join = 0\n"
			"client read 9 = 0\n"},
		{"9 poll([{fd=3, events=POLLIN}], 1, -1 <unfinished ...>\n8 write(3, \"x\", 1) = "
		 "1\n"
		 "9 <... poll resumed>) = 1 ([{fd=3, revents=POLLIN}])\n",
			"client poll POLLIN &\nclient write 1 = 1\nclient join = POLLIN\n"},
		/* two wait at once: the second stands behind the first one's end */
		{"9 recvfrom(3,  <unfinished ...>\n7 recvfrom(3,  <unfinished ...>\n"
		 "8 write(3, \"x\", 1) = 1\n9 <... recvfrom resumed>\"\", 9, 0, NULL, NULL) = 4\n"
		 "8 write(3, \"x\", 1) = 1\n7 <... recvfrom resumed>\"\", 9, 0, NULL, NULL) = 5\n",
			"client recv 9 &\nclient write 1 = 1\nclient join = 4\nclient recv 9 &\n"
			"client write 1 = 1\nclient join = 5\n"},
		/* the descriptor is closed, and its number given away, while a call is under way */
		{"9 read(3,  <unfinished ...>\n8 close(3) = 0\n"
		 "8 openat(AT_FDCWD, \"x\", O_RDONLY) = 3\n"
		 "9 <... read resumed>\"\", 9) = -1 ECONNRESET (Connection reset)\n",
			"client read 9 &\nclient close = 0\nclient join = -1 ECONNRESET\n"},
		/* it never returns */
		{"9 write(3, \"x\", 9 <unfinished ...>\n8 getpeername(3, 0x7, [16]) = 0\n",
			"client write 9 &\nclient getpeername = 0\n"},
		{"8 getpeername(3, 0x7, [16]) = 0\n9 recvfrom(3,  <unfinished ...>\n",
			"client getpeername = 0\nclient recv 1 &\n"},
		/* nor does its thread */
		{"9 read(3,  <unfinished ...>\n8 getpeername(3, 0x7, [16]) = 0\n"
		 "9 <... read resumed> <unfinished ...>) = ?\n9 +++ killed by SIGKILL +++\n",
			"client getpeername = 0\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[1024];

		snprintf(text, sizeof text,
			"8 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n"
			"8 clone(flags=CLONE_VM|CLONE_FILES) = 9\n"
			"8 clone(flags=CLONE_VM|CLONE_FILES) = 7\n%s",
			cases[i].lines);
		struct strace_log *log = log_of(text);

		strace_log_end(log);
		char *steps = steps_of(log, 0);

		assert_string_equal(steps, cases[i].steps);
		free(steps);
		strace_log_free(log);
	}
}

static void test_families(void **state)
{
	struct strace_log *log = log_of("socket(AF_INET6, SOCK_STREAM, 0) = 3\nlisten(3, 5) = 0\n"
					"accept4(3, NULL, NULL, SOCK_CLOEXEC|SOCK_NONBLOCK) = 4\n"
					"socket(AF_UNIX, SOCK_STREAM, 0) = 5\n"
					"connect(5, {sa_family=AF_UNIX}, 16) = 0\n"
					"socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP) = 6\n"
					"getpeername(6, 0, 0) = -1 ENOTCONN (Not connected)\n");
	static const enum family families[] = {FAMILY_TCP6, FAMILY_UNIX, FAMILY_MPTCP4};
	char *steps = steps_of(log, 0);

	(void)state;
	assert_string_equal(steps, "server accept = 0\nserver fcntl F_SETFL O_NONBLOCK = 0\n");
	for (size_t i = 0; i < COUNT(families); i++)
		assert_int_equal(strace_log_connection(log, (int)i)->family, families[i]);
	free(steps);
	strace_log_free(log);
}

/* The last calls are kept; what is longer than the model's queues stands shorter. */
static void test_limits(void **state)
{
	struct strace_log *log = log_of(SOCKET "connect(3, {sa_family=AF_INET}, 16) = 0\n");
	char *steps;

	(void)state;
	for (int i = 0; i < LOG_CALLS; i++)
		assert_true(strace_log_feed(log, "write(3, \"...\", 100000) = 65536"));
	assert_true(strace_log_feed(log, "read(3, \"...\", 100000) = 65536"));
	assert_int_equal(strace_log_connection(log, 0)->count, LOG_CALLS + 2);
	assert_true(strace_log_connection(log, 0)->shortened);
	steps = steps_of(log, 0);
	assert_memory_equal(steps, "client write 256 = 256\n", 23);
	assert_non_null(strstr(steps, "client read 512 = 256\n"));
	free(steps);
	strace_log_free(log);
}

static char *content_of(const char *name)
{
	char path[512], *text = calloc(1, 1 << 20);

	snprintf(path, sizeof path, "%s/%s.strace", LOGS, name);
	FILE *file = fopen(path, "re");

	assert_non_null(file);
	assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
	fclose(file);
	return text;
}

/* The first cause of the first connection, in which act is. */
static void test_real(void **state)
{
	static const struct {
		const char *name, *arrived;
		enum act_id act;
	} cases[] = {
		{"py-close", "FIN EPIPE close", ACT_CLOSE},
		{"py-unread", "ECONNRESET close", ACT_CLOSE_UNREAD},
		{"py-linger", "ECONNRESET close", ACT_LINGER_ZERO},
		{"py-refuse", "close", ACT_LISTENER_CLOSE},
		{"curl-close", "FIN close", ACT_CLOSE},
		{"curl-unread", "ECONNRESET close", ACT_CLOSE_UNREAD},
		{"curl-linger", "ECONNRESET close", ACT_LINGER_ZERO},
		{"curl-reply-linger", "ECONNRESET close", ACT_LINGER_ZERO},
		{"curl-refuse", "ECONNREFUSED close", ACT_LISTENER_CLOSE},
	};
	static struct causes causes;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *text = content_of(cases[i].name);
		struct strace_log *log = log_of(text);
		char *steps = steps_of(log, 0);
		struct seen seen;
		bool found = false;

		seen_take(&seen, parse_good(steps), kernel);
		seen.connected = false;
		assert_true(causes_find(&causes, &seen));
		if (!causes.count)
			fail_msg("%s: nothing explains call %d of:\n%s", cases[i].name,
				causes.furthest + 1, steps);
		assert_string_equal(causes.cause[0].signature, cases[i].arrived);
		for (int j = 0; j < causes.cause[0].count; j++)
			for (int k = 0; k < causes.cause[0].way[j].count; k++)
				found |= causes.cause[0].way[j].deed[k].act == cases[i].act;
		if (!found)
			fail_msg("%s: the act is not in the first cause", cases[i].name);
		assert_int_equal(strace_log_totals(log)->unknown, 0);
		seen_free(&seen);
		strace_log_free(log);
		free(steps);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_beginnings),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_nameless_rest),
		cmocka_unit_test(test_orphans),
		cmocka_unit_test(test_proof),
		cmocka_unit_test(test_epoll),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_real),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
