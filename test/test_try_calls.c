/*
 * closewait try: calls that are seldom made, by a program that is linked statically, against peers
 * that are written here; and what of the traces run does not play again.
 */
#include "trials.h"

#define NO_STEP ": there is no step for this call"
#define CANNOT "  # cannot be replayed: client "

/* A peer, what test/caller does, and what the trace says. */
static const struct played {
	const char *script, *mode;
	const char *line[LINES];
	const char *refused; /* what run says of the trace; NULL: it plays it */
} plays[] = {
	{"use tcp4\nserver accept\nserver read 6\nserver read 6\nserver read 6\nserver read "
	 "5\nserver write 20\nserver close\n",
		"messages",
		{"client connect           = 0", "client sendmmsg 6 2      = 2",
			"server read 6            = 6", CANNOT "sendmmsg(3, 0x*, 2, 0) = 2" NO_STEP,
			"server read 5            = 5",
			CANNOT "recvmmsg(3, 0x*, 2, 64, 0) = 2" NO_STEP,
			"client close             = 0", "# The program: exit status 0."},
		":5: cannot be replayed: client recvmmsg("},
	{"use tcp4\nserver accept\nserver read 6\nserver read 6\nserver write 20\nserver close\n",
		"files",
		{"client sendfile 6        = 6", "server read 6            = 6",
			"client splice 6          = 6", "server read 6            = 6",
			CANNOT "splice(3, 0, *, 0, 4, 2) = 4" NO_STEP,
			CANNOT "preadv2(3, 0x*, 1, -1, 0, 0) = 8" NO_STEP,
			"# The program: exit status 0."},
		": cannot be replayed: client splice(3, "},
	{"use tcp4\nserver accept\nserver read 6\nserver close\n", "ring",
		{"# cannot be replayed: what the program did through io_uring, which makes no "
		 "calls",
			"client write \"hello\\n\"   = 6", "# The program: exit status 0.",
			"# It set up io_uring: what it does through that makes no calls, and is "
			"not seen."},
		"-:7:3: cannot be replayed: what the program did through io_uring"},
	{"use tcp4\nserver accept\nserver read 6\nserver close\n", "foreign",
		{"client write \"hello\\n\"   = 6", "# The program: exit status 0.",
			"# It made calls of another ABI (i386, x32), which are not seen."},
		"-:7:3: cannot be replayed: the program's calls of another ABI (i386, x32)"},
	{"use tcp4\nserver accept\nserver read until \"\\n\\n\"\nserver write 6\nserver close\n",
		"says-much",
		{"client write 402         = 402",
			"  # cannot be replayed: the text that the next *",
			"server read until \"\\n\\n\" = 402", "client read 16           = 6"},
		": cannot be replayed: the text that the next step waits for was sent in a line "},
	{"use tcp4\nserver accept\nserver read 1\nserver write 2\n", "waits-twice",
		{"client read 1            &", "  # cannot be replayed: 'client read 1' goes on *",
			"client write \"x\"         = 1", "client join              = 1",
			"# The program: exit status 0."},
		": cannot be replayed: 'client read 1' goes on from here beside another call"},
	{"use tcp4\nserver accept\n", "writes",
		{"client write \"x\"         = 1",
			"# cannot be replayed: *, which are not recorded"},
		" further steps, which are not recorded"},
	{"use tcp4\nserver accept\nserver read 6\nserver close\n", "looks",
		{"  # client getsockname(3, *) = 0", "  # client setsockopt(3, *) = 0",
			"client write \"hello\\n\"   = 6", "# The program: exit status 0."},
		NULL},
};

/* What run says of the trace: it plays it, or names the line that is in the way, and plays
 * nothing. */
static void assert_replay(const struct played *p, const char *trace)
{
	const struct call call = {.arguments = {"run", "-"}, .input = trace};
	struct said said = say(&call);

	if (!p->refused) {
		assert_int_equal(said.status, 0);
	} else if (said.status != 2 || !strstr(said.error, p->refused) || *said.output ||
		   !strstr(said.error, "\n-: take such lines out to run the rest, ")) {
		fail_msg("%s: run gives exit status %d\n%s%s", p->mode, said.status, said.error,
			said.output);
	}
	forget(&said);
}

static void records_and_says_what_no_step_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof plays / sizeof *plays; i++) {
		struct row row = {.peer = "-", .mode = plays[i].mode};
		const struct call call = {
			.arguments = {"try", "--deadline=60000", "--output=-", "-", "--",
				CALLER_PROGRAM, plays[i].mode, "{port}"},
			.input = plays[i].script};
		struct said said = say(&call);

		if (said.status)
			fail_msg("%s: exit status %d\n%s%s", plays[i].mode, said.status,
				said.output, said.error);
		memcpy(row.line, plays[i].line, sizeof row.line);
		assert_replay(&plays[i], said.output);
		assert_lines(&row, said.output);
		forget(&said);
	}
}

/* Every line that is in the way is named, and in a library's message, too. */
static void each_line_is_named(void **state)
{
	static const struct call call = {.arguments = {"run", "-"},
		.input = "client connect\n\n# cannot be replayed: one\nserver accept # not this\n"
			 "  #  cannot be replayed: two\n",
		.status = 2,
		.error = "-:3:3: cannot be replayed: one\n-:5:6: cannot be replayed: two\n"
			 "-: take such lines out to run the rest, which may come out otherwise "
			 "without what they tell of\n"};
	struct call predict = call;

	(void)state;
	check(&call);
	predict.arguments[0] = "predict";
	check(&predict);
}

/* A peer in a file: what is wrong in it has its place; its family is the program's. */
static void a_peer_of_ones_own(void **state)
{
	char name[] = "/tmp/closewait-peer-XXXXXX", where[512], host[256];
	static const char text[] = "use tcp6\nserver accept\n\n  server reed 6\n";
	const struct call call = {.arguments = {"try", "--output=-", name, "--", "sh", "-c",
					  "echo at $CLOSEWAIT_HOST"},
		.output = "at ::1\n"};
	int fd = mkstemp(name);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
	snprintf(where, sizeof where,
		"%s:4:10: 'reed': expected an operation (closewait help format lists them); did "
		"you "
		"mean 'read'?\n",
		name);
	struct call wrong = call, other = call;

	wrong.status = 2;
	wrong.output = NULL;
	wrong.error = where;
	check(&wrong);
	assert_int_equal(pwrite(fd, "a", 1, 35), 1);
	check(&call);
	snprintf(host, sizeof host,
		"closewait: %s: its use line does not name tcp4: choose another --family\n", name);
	other.arguments[1] = "--family=tcp4";
	other.status = 2;
	other.output = NULL;
	other.error = host;
	check(&other);
	close(fd);
	assert_int_equal(unlink(name), 0);
}

/* What a program that is not held finds is a matter of time, but for what it alone does. */
static void a_program_is_not_held(void **state)
{
	static const struct call call = {.arguments = {"try", "--free", "--output=-", "silent",
						 "--", CLIENT_PROGRAM, "insists", "{port}"},
		.output = "client write \"hello\\n\"   = 6"};

	(void)state;
	check(&call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_and_says_what_no_step_does),
		cmocka_unit_test(each_line_is_named),
		cmocka_unit_test(a_peer_of_ones_own),
		cmocka_unit_test(a_program_is_not_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
