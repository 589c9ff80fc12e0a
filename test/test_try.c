/*
 * closewait try: what test/client does with a connection is what the trace says.
 */
#include "trials.h"

/* The deadlines, milliseconds: of those that wait for it, and of those that end by themselves. */
#define WAITS "4000"
#define LONG "60000"

static bool leave_root(void)
{
	return getuid() || (!setgid(65534) && !setuid(65534));
}

static const struct row rows[] = {
	{"close", "killed", LONG, 0,
		{"client connect           = 0", "server close             = 0",
			"client await CLOSE_WAIT", "server await FIN_WAIT2",
			"client sigpipe default   = 0", "client write \"hello\\n\" = 6",
			"  wire > P. 6", "  wire < R",
			"client write \"world\\n\" = -1 EPIPE SIGPIPE",
			"# The program: killed by SIGPIPE."}},
	{"close", "handled", LONG, 0,
		{"client sigpipe handler   = 0", "client write \"world\\n\" = -1 EPIPE SIGPIPE",
			"# The program: exit status 0."}},
	{"close", "duplicates", LONG, 0,
		{"client dup               = 0", "client dup               = 0",
			"client close             = 0", "client dup               = 0",
			"client close             = 0", "client close             = 0",
			"client write \"hello\\n\" = 6", "client close             = 0"}},
	{"close", "reused", LONG, 0,
		{"client write \"hello\\n\" = 6", "client close             = 0",
			"# The program: exit status 0."}},
	{"close", "forks", LONG, 0,
		{"  # client close(3) = 0", "client write \"hello\\n\" = 6",
			"client close             = 0  # the end of the process closes it"}},
	{"close", "executes", LONG, 0,
		{"client write \"hello\\n\" = 6",
			"client close             = 0  # the end of the process closes it"}},
	{"close", "close-on-exec", LONG, 0,
		{"client await CLOSE_WAIT", "client close             = 0  # execve(2) closes it"}},
	{"close", "passes", LONG, 0,
		{"  # close: one descriptor of it is left", "client write \"hello\\n\" = 6",
			"client close             = 0  # the end of the process closes it"}},
	{"close", "threads", LONG, 0, {"client write \"hello\\n\" = 6", "  wire < R"}},
	{"close", "calls", LONG, 0,
		{"client setsockopt TCP_NODELAY 1 = 0", "client poll POLLIN       = POLLIN",
			"client select readfds    = readfds",
			"client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLRDHUP = 0",
			"client epoll_wait        = EPOLLIN|EPOLLRDHUP",
			"client inq               = 0", "client recv 6 MSG_PEEK   = 0",
			"client readv 6           = 0", "client writev \"hehell\" = 6",
			"client sendmsg \"hehell\" MSG_NOSIGNAL = -1 EPIPE",
			"client setsockopt SO_LINGER 1,0 = 0",
			"client shutdown SHUT_RDWR = -1 ENOTCONN"}},
	{"silent", "reads", WAITS, 0,
		{"client read 16           = timeout in ESTABLISHED",
			"# The program: waits in read, for * ms at the deadline.*"}},
	{"silent", "interrupted", LONG, 0,
		{"  # client read 16 = -1 EINTR: a signal ended it",
			"client write \"hello\\n\" = 6"}},
	{"silent", "restarted", WAITS, 0, {"client read 16           = timeout in ESTABLISHED"}},
	{"close", "twice", LONG, 0,
		{"client connect           = 0", "server close             = 0",
			"client write \"hello\\n\" = 6", "client close             = 0",
			"client connect           = 0", "server close             = 0",
			"client write \"hello\\n\" = 6", "client close             = 0",
			"# It reconnected 1 time."}},
	{"close", "elsewhere", LONG, 0,
		{"# The program: exit status 1.", "# It did not connect to port *.",
			"# It connected elsewhere 1 time, which is not recorded."}},
	{"close", "daemonises", LONG, 0,
		{"client write \"hello\\n\" = 6", "# The program: exit status 0."}},
	{"close", "stops", WAITS, 0, {"# The program: stopped by SIGSTOP at the deadline."}},
	{"close", "leaks", WAITS, 0,
		{"client read 1            = 0", "# The program: runs on at the deadline.",
			"# It never closed its descriptor: *"}},
	{"close", "insists", LONG, 0,
		{"client write \"hello\\n\" = -1 EPIPE",
			"# It went on writing 3 times after a write had failed.",
			"# It did not look at 3 errors: it made the same kind of call again."}},
	{"close", "many", LONG, 0,
		{"client write \"x\"         = 1", "  wire < R",
			"client write \"last\"      = -1 EPIPE SIGPIPE",
			"client close             = 0  # the end of the process closes it",
			"# The program: exit status 0.", "# It made 130 further processes."}},
	{"close", "resumes", WAITS, 0,
		{"client write \"hello\\n\" = 6", "# The program: runs on at the deadline."}},
	{"refused", "nonblocking", LONG, 0,
		{"server close             = 0", "client connect           = -1 EINPROGRESS",
			"client poll POLLOUT      = POLLOUT|POLLERR|POLLHUP",
			"client getsockopt SO_ERROR = ECONNREFUSED", "client close             = 0",
			"client connect           = -1 EINPROGRESS",
			"client getsockopt SO_ERROR = ECONNREFUSED",
			"# The program: exit status 0.", "# It reconnected 1 time."}},
	{"silent", "shuts-down-under-write", LONG, 0,
		{"client send 65536 MSG_DONTWAIT = -1 EAGAIN", "client write \"x\"         &",
			"client shutdown SHUT_WR  = 0",
			"client join              = -1 EPIPE SIGPIPE",
			"# The program: killed by SIGPIPE."}},
	{"refused", "reads", LONG, 0,
		{"server close             = 0", "client connect           = -1 ECONNREFUSED"}},
	{"close-unread", "killed", LONG, 0,
		{"client write \"hello\\n\" = 6", "server await POLLIN",
			"server close             = 0", "  wire < R.", "client await CLOSE",
			"client write \"world\\n\" = -1 ECONNRESET"}},
	{"reset", "reads", LONG, 0,
		{"server setsockopt SO_LINGER 1,0 = 0", "  wire < R.", "client await CLOSE",
			"client read 16           = -1 ECONNRESET"}},
	{"killed", "reads", LONG, 0,
		{"server kill", "client await CLOSE_WAIT", "client read 16           = 0"}},
	{"destroyed", "reads", LONG, 0,
		{"server destroy           = 0", "client await CLOSE",
			"client read 16           = -1 ECONNRESET"}},
	{"vanishes-before", "reads", WAITS, 0,
		{"server accept            = 0", "link down                = 0",
			"client read 16           = timeout in ESTABLISHED",
			"# *: the peer's machine is gone: *"}},
};

static bool waits(const struct row *row)
{
	return strcmp(row->deadline, WAITS) == 0;
}

static struct running begin_row(const struct row *row)
{
	char deadline[32];

	snprintf(deadline, sizeof deadline, "--deadline=%s", row->deadline);
	const struct call call = {.arguments = {"try", deadline, "--output=-", row->peer, "--",
					  CLIENT_PROGRAM, row->mode, "{port}"}};

	return begin(&call);
}

static void end_row(const struct row *row, const struct running *r)
{
	struct said said = end(r);

	if (said.status != row->status)
		fail_msg("%s, %s: exit status %d\n%s%s", row->peer, row->mode, said.status,
			said.output, said.error);
	assert_lines(row, said.output);
	forget(&said);
}

/* Those that wait until their deadline do so side by side, while the others take turns. */
static void try_rows(void)
{
	struct running waiting[sizeof rows / sizeof *rows];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (waits(&rows[i]))
			waiting[i] = begin_row(&rows[i]);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!waits(&rows[i])) {
			struct running r = begin_row(&rows[i]);

			end_row(&rows[i], &r);
		}
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (waits(&rows[i]))
			end_row(&rows[i], &waiting[i]);
}

static void records_what_a_program_does(void **state)
{
	(void)state;
	try_rows();
}

static void records_it_for_an_ordinary_user(void **state)
{
	(void)state;
	prepare = leave_root;
	try_rows();
	prepare = NULL;
}

/* The client that every article on this subject shows, unchanged. */
static void plays_the_classic(void **state)
{
	const struct call call = {.arguments = {"try", "close", "--port=9999", "--no-wait",
					  "--output=-", "--", CLIENT_PROGRAM, "classic"}};
	const struct row row = {.peer = "close",
		.mode = "classic",
		.line = {"connected", "6", "client write \"hello\\n\" = 6", "  wire > P. 6",
			"  wire < R", "client write \"world\\n\" = -1 EPIPE"}};
	struct said said = say(&call);
	int packets = 0;

	(void)state;
	for (const char *at = said.output; (at = strstr(at, "wire ")) != NULL; at++)
		packets++;
	assert_int_equal(said.status, 0);
	assert_int_equal(packets, 7);
	assert_string_equal(said.error, "write: Broken pipe\n");
	assert_lines(&row, said.output);
	free(said.output);
	free(said.error);
}

/* A trace that was recorded is an experiment: run gives the same, without the program. */
static void a_trace_is_an_experiment(void **state)
{
	static const char *const modes[] = {
		"killed", "duplicates", "calls", "close-on-exec", "threads", "passes", "insists"};

	(void)state;
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		const struct call record = {.arguments = {"try", "--output=-", "close", "--",
						    CLIENT_PROGRAM, modes[i], "{port}"}};
		struct said said = say(&record);
		const struct call replay = {.arguments = {"run", "-"},
			.input = said.output,
			.output = "client connect           = 0"};

		check(&replay);
		forget(&said);
	}
}

/* Of each connection there is a section, which is an experiment; the file of both is not one. */
static void each_section_is_an_experiment(void **state)
{
	static const struct call record = {.arguments = {"try", "--output=-", "close", "--",
						   CLIENT_PROGRAM, "twice", "{port}"}};
	struct said said = say(&record);
	const char *second = strstr(said.output, "\n\n# ");

	(void)state;
	for (const char *next = second; next && (next = strstr(next + 1, "\n\n# ")) != NULL;)
		second = next;
	assert_non_null(second);
	const struct call both = {.arguments = {"run", "-"},
		.input = said.output,
		.status = 2,
		.error =
			"'use': expected only one use line: an experiment is of one connection; of "
			"several traces in a file, run each by itself\n"};
	const struct call alone = {.arguments = {"run", "-"},
		.input = second + 2,
		.output = "client write \"hello\\n\"   = 6"};
	struct said refused = say(&both);

	assert_int_equal(refused.status, 2);
	assert_non_null(strstr(refused.error, both.error));
	forget(&refused);
	check(&alone);
	forget(&said);
}

static void peers_stand_in_a_table(void **state)
{
	static const struct call call = {
		.arguments = {"try", "--all", "--jobs=4", "--deadline=5000", "--output=-", "--",
			CLIENT_PROGRAM, "killed", "{port}"}};
	static const struct row row = {.peer = "--all",
		.mode = "killed",
		.line = {"peer *calls*first error*fate",
			"peer-close 3 write EPIPE killed by SIGPIPE",
			"peer-close-unread *write ECONNRESET *exit status 0",
			"peer-refused *connect ECONNREFUSED *exit status 1",
			"peer-reset *write ECONNRESET *killed by SIGPIPE",
			"peer-silent 3 - exit status 0"}};
	struct said said = say(&call);

	(void)state;
	assert_int_equal(said.status, 0);
	assert_lines(&row, said.output);
	forget(&said);
}

static void json_is_a_line_for_each(void **state)
{
	static const struct call one = {.arguments = {"try", "--format=json", "close", "--",
						CLIENT_PROGRAM, "killed", "{port}"},
		.output = "\"fate\":\"killed by SIGPIPE\""};
	static const struct call trace = {.arguments = {"try", "--format=json", "close", "--",
						  CLIENT_PROGRAM, "killed", "{port}"},
		.output = "\"text\":\"client write \\\"hello\\\\n\\\"\""};
	/* What no UTF-8 is stands there as U+FFFD. */
	static const struct call bytes = {.arguments = {"try", "--format=json", "close", "--",
						  CLIENT_PROGRAM, "killed", "{port}", "\xff"},
		.output = "\"killed\",\"{port}\",\"\xEF\xBF\xBD\"]"};

	(void)state;
	check(&one);
	check(&trace);
	check(&bytes);
}

/* A trace recorded before is a regression test. */
static void a_trace_is_expected(void **state)
{
	static const struct call record = {
		.arguments = {"try", "close", "--", CLIENT_PROGRAM, "killed", "{port}"}};
	static const char wrong[] = "use tcp4\nclient connect = 0\n";
	char *good = output_of(&record);
	const struct call same = {.arguments = {"try", "--expect=-", "close", "--", CLIENT_PROGRAM,
					  "killed", "{port}"},
		.input = good,
		.output = "client connect"};
	const struct call other = {.arguments = {"try", "--expect=-", "close", "--", CLIENT_PROGRAM,
					   "killed", "{port}"},
		.input = wrong};

	(void)state;
	check(&same);
	struct said said = say(&other);

	assert_int_equal(said.status, 1);
	assert_non_null(strstr(said.error, "+client write \"world\\n\" = -1 EPIPE SIGPIPE\n"));
	forget(&said);
	free(good);
}

/* Neither when a child of the program ends, nor what it does beside the peer, moves a line of it.
 */
static void a_child_moves_no_line(void **state)
{
	static const char *const modes[] = {"forks", "daemonises"};

	(void)state;
	for (int i = 0; i < 6; i++) {
		const char *mode = modes[i % 2];
		const struct call record = {.arguments = {"try", "--output=-", "lost-answer", "--",
						    CLIENT_PROGRAM, mode, "{port}"}};
		char *good = output_of(&record);
		const struct call same = {.arguments = {"try", "--expect=-", "lost-answer", "--",
						  CLIENT_PROGRAM, mode, "{port}"},
			.input = good,
			.output = "client connect"};

		check(&same);
		free(good);
	}
}

/* What the program wrote stands alone, where it is not a terminal. */
static void results_leave_the_output_alone(void **state)
{
	static const struct call call = {
		.arguments = {"try", "close", "--", CLIENT_PROGRAM, "reads", "{port}"}};
	struct said said = say(&call);

	(void)state;
	assert_int_equal(said.status, 0);
	assert_string_equal(said.output, "0\n");
	assert_non_null(strstr(said.error, "client read 16           = 0"));
	forget(&said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plays_the_classic),
		cmocka_unit_test(records_what_a_program_does),
		cmocka_unit_test(records_it_for_an_ordinary_user),
		cmocka_unit_test(a_trace_is_an_experiment),
		cmocka_unit_test(each_section_is_an_experiment),
		cmocka_unit_test(peers_stand_in_a_table),
		cmocka_unit_test(json_is_a_line_for_each),
		cmocka_unit_test(a_trace_is_expected),
		cmocka_unit_test(a_child_moves_no_line),
		cmocka_unit_test(results_leave_the_output_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
