/*
 * closewait try --as=server: what test/server does with the connection that it accepts is what the
 * trace says.
 */
#include "trials.h"

/* The deadline of those that wait for it, milliseconds. */
#define WAITS "2000"

static const struct row rows[] = {
	{"request-close", "plain", "20000", 0,
		{"server listen            = 0", "client connect           = 0",
			"server accept            = 0", "client write *= 35",
			"client close             = 0", "server await CLOSE_WAIT",
			"server read 16           = 16  # \"GET / HTTP/1.1\\r\\n\"",
			"server write \"hello\\n\" = 6", "  wire > R", "server await CLOSE",
			"server write \"world\\n\" = -1 EPIPE", "# The program: exit status 0."}},
	{"close", "dies", "20000", 0,
		{"server sigpipe default   = 0", "server write \"hello\\n\" = 6",
			"server write \"world\\n\" = -1 EPIPE SIGPIPE",
			"# The program: killed by SIGPIPE."}},
	{"killed", "reads", "20000", 0,
		{"client close             = 0  # client kill: the end of the process closes it",
			"server await CLOSE_WAIT", "server read 16           = 0"}},
	{"reset", "reads", "20000", 0,
		{"client setsockopt SO_LINGER 1,0 = 0", "  wire > R.", "server await CLOSE",
			"server read 16           = -1 ECONNRESET"}},
	{"reset-queued", "reads", "20000", 0,
		{"client close             = 0", "server accept            = 0",
			"server await CLOSE", "server read 16           = -1 ECONNRESET"}},
	{"close-queued", "reads", "20000", 0,
		{"client close             = 0", "server accept            = 0",
			"server await CLOSE_WAIT", "server read 16           = 0"}},
	{"destroyed", "reads", "20000", 0,
		{"client destroy           = 0", "server await CLOSE",
			"server read 16           = -1 ECONNRESET"}},
	{"half-close", "plain", "20000", 0,
		{"client shutdown SHUT_WR  = 0", "server read 16           = 16",
			"server write \"world\\n\" = 6", "server close             = 0"}},
	{"silent", "reads", WAITS, 0,
		{"server read 16           = timeout in ESTABLISHED",
			"# The program: waits in read, for * ms at the deadline.*"}},
	{"vanishes-during", "plain", "20000", 0,
		{"client await outq=0", "link down                = 0",
			"server write \"world\\n\" = 6"}},
	{"request-close", "forks", "20000", 0,
		{"server accept            = 0", "server write \"world\\n\" = -1 EPIPE",
			"server close             = 0", "# The program: closed, serves on."}},
	{"request-close", "acceptors", "20000", 0,
		{"server accept            = 0", "server write \"world\\n\" = -1 EPIPE",
			"server close             = 0", "# The program: closed, serves on."}},
	{"request-close", "epoll", "20000", 0,
		{"  # server epoll_wait(*) = 1", "server accept            = 0",
			"server fcntl F_SETFL O_NONBLOCK = 0  # accept4(2) was asked for *",
			"server epoll_ctl EPOLL_CTL_ADD EPOLLIN = 0",
			"server epoll_wait        = EPOLLIN", "server read 16           = 16",
			"server close             = 0", "# The program: closed, serves on."}},
	{"request-close", "addresses", "20000", 0,
		{"client connect           = 0", "server accept            = 0",
			"server write \"world\\n\" = -1 EPIPE",
			"# The program: closed, serves on."}},
	{"request-close", "dual", "20000", 0,
		{"client connect           = 0", "server write \"world\\n\" = -1 EPIPE"}},
	{"request-close", "two-sockets", "20000", 0,
		{"client connect           = 0", "server write \"world\\n\" = -1 EPIPE"}},
	{"request-close", "two-ports", "20000", 0,
		{"client connect           = 0", "server accept            = 0",
			"server write \"world\\n\" = -1 EPIPE", "# The program: exit status 0."}},
	{"request-close", "daemonises", "20000", 0,
		{"client connect           = 0", "server read 16           = 16",
			"server close             = 0  # the end of the process closes it",
			"# It made 1 further process."}},
	{"silent", "daemonises", WAITS, 0,
		{"server read 16           = timeout in ESTABLISHED",
			"# It left 1 process behind, which waited at the deadline."}},
	{"request-close", "workers", "20000", 0,
		{"server setsockopt SO_REUSEPORT 1 = 0", "client connect           = 0",
			"server write \"world\\n\" = -1 EPIPE", "server close             = 0",
			"# The program: closed, serves on."}},
	{"request-close", "again", "20000", 0,
		{"server write \"world\\n\" = -1 EPIPE", "server close             = 0",
			"# The program: closed, serves on."}},
	{"request-close", "edge", "20000", 0,
		{"server epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLRDHUP|EPOLLET = 0",
			"server epoll_wait        = EPOLLIN|EPOLLRDHUP",
			"server read 16           = 16", "server read 16           = 16",
			"server read 16           = 3", "server read 16           = 0"}},
	{"reset", "edge", "20000", 0,
		{"server epoll_wait        = EPOLLIN|EPOLLERR|EPOLLHUP|EPOLLRDHUP",
			"server read 16           = -1 ECONNRESET"}},
	{"close", "udp", "20000", 0, {"# It did not listen on port 8080."}},
	{"request-close", "itself", "20000", 0,
		{"client connect           = 0", "server accept            = 0",
			"server read 16           = 16", "server write \"world\\n\" = -1 EPIPE",
			"# The program: exit status 0."}},
	{"request-close", "inherits", "20000", 0,
		{"server setsockopt TCP_NODELAY 1 = 0", "server accept            = 0",
			"server getsockopt TCP_NODELAY = 1"}},
	{"close", "closes", "20000", 0,
		{"client connect           = 0", "server close             = 0",
			"# The program: does not accept."}},
	{"close", "never-accepts", WAITS, 0,
		{"client connect           = 0", "# It did not accept the connection."}},
	{"close", "never-listens", "20000", 0, {"# It did not listen on port 8080."}},
	{"close", "elsewhere", "20000", 0,
		{"# It did not listen on port 8080.",
			"# It listened where its peer does not connect to: on port 9998."}},
};

enum { ROWS = sizeof rows / sizeof *rows };

/* All run side by side, each in a network of its own: those first that wait for their deadline. */
static struct running runs[ROWS], table;

static bool waits(const struct row *row)
{
	return strcmp(row->deadline, WAITS) == 0;
}

static struct running record(const struct row *row)
{
	char deadline[32];
	bool told = strcmp(row->mode, "built-in") != 0;

	snprintf(deadline, sizeof deadline, "--deadline=%s", row->deadline);
	const struct call call = {
		.arguments = {"try", "--as=server", deadline, "--output=-", row->peer, "--",
			SERVER_PROGRAM, row->mode, told ? "{port}" : NULL}};

	return begin(&call);
}

static int begin_all(void **state)
{
	static const struct call all = {.arguments = {"try", "--as=server", "--all", "--output=-",
						"--", SERVER_PROGRAM, "timed", "{port}"}};

	(void)state;
	for (int i = 0; i < ROWS; i++)
		if (waits(&rows[i]))
			runs[i] = record(&rows[i]);
	for (int i = 0; i < ROWS; i++)
		if (!waits(&rows[i]))
			runs[i] = record(&rows[i]);
	table = begin(&all);
	return 0;
}

/* run gives the same, without the program: unless a wait ended with a deadline, which is another
 * there. */
static struct running replay(const struct row *row, const char *trace)
{
	const struct call call = {.arguments = {"run", "-"}, .input = trace};

	if (waits(row) || !strstr(trace, "\nclient connect"))
		return (struct running){0};
	return begin(&call);
}

static void end_replay(const struct row *row, const struct running *r)
{
	if (!r->pid)
		return;
	struct said said = end(r);

	if (said.status || !strstr(said.output, "client connect           = 0") || said.error[0])
		fail_msg("%s, %s: run gives exit status %d\n%s%s", row->peer, row->mode,
			said.status, said.output, said.error);
	forget(&said);
}

static void records_what_a_server_does(void **state)
{
	struct running replays[ROWS];

	(void)state;
	for (int i = 0; i < ROWS; i++) {
		struct said said = end(&runs[i]);

		if (said.status != rows[i].status)
			fail_msg("%s, %s: exit status %d\n%s%s", rows[i].peer, rows[i].mode,
				said.status, said.output, said.error);
		replays[i] = replay(&rows[i], said.output);
		assert_lines(&rows[i], said.output);
		forget(&said);
	}
	for (int i = 0; i < ROWS; i++)
		end_replay(&rows[i], &replays[i]);
}

/* Where it listens is found out, where it was not told. */
static void finds_a_port_that_is_built_in(void **state)
{
	static const struct row row = {.peer = "close",
		.mode = "built-in",
		.deadline = "20000",
		.line = {"client connect           = 0", "server accept            = 0"}};
	static const struct call named = {.arguments = {"try", "--as=server", "--port=9999",
						  "close", "--", SERVER_PROGRAM, "built-in"},
		.output = "server accept            = 0"};
	const struct running run = record(&row);
	struct said said = end(&run);

	(void)state;
	assert_int_equal(said.status, 0);
	assert_lines(&row, said.output);
	forget(&said);
	check(&named);
}

static void peers_stand_in_a_table(void **state)
{
	static const struct row row = {.peer = "--all",
		.mode = "timed",
		.line = {"peer *calls*first error*fate",
			"peer-client-close 6 write EPIPE exit status 0",
			"peer-client-close-unread 6 write ECONNRESET exit status 0",
			"peer-client-killed 6 write EPIPE exit status 0",
			"peer-client-silent 6 - exit status 0"}};
	struct said said = end(&table);

	(void)state;
	assert_int_equal(said.status, 0);
	assert_int_equal(occurrences(said.output, "\npeer-client-"), 17);
	assert_lines(&row, said.output);
	forget(&said);
}

static void misuse(void **state)
{
	static const struct call calls[] = {
		{.arguments = {"try", "--as=both", "close", "--", "true"},
			.status = 2,
			.error = "closewait: --as=both: expected client or server\n"},
		{.arguments = {"try", "--as=server", "peer-close", "--", "true"},
			.status = 2,
			.error = "closewait: peer-close:9:1: 'server close': the program is the "
				 "server: a peer's script has steps of the client and of the "
				 "namespace alone, one after the other, and 'server accept' where "
				 "it waits until the program has accepted it\n"},
		{.arguments = {"try", "client-close", "--", "true"},
			.status = 2,
			.error = "closewait: peer-client-close:7:1: 'client connect': the program "
				 "is "
				 "the client: a peer's script has steps of the server and of the "
				 "namespace alone, one after the other\n"},
		{.arguments = {"run", "peer-client-close"},
			.status = 2,
			.error = "closewait: peer-client-close: the peer of a program: closewait "
				 "try --as=server peer-client-close -- PROGRAM\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(&calls[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_port_that_is_built_in),
		cmocka_unit_test(peers_stand_in_a_table),
		cmocka_unit_test(misuse),
		cmocka_unit_test(records_what_a_server_does),
	};

	return cmocka_run_group_tests(tests, begin_all, NULL);
}
