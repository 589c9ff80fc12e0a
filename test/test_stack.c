/*
 * What the stack under test shows: Linux shows everything; and a run that is told of another stack
 * names it, and asks for nothing that only Linux has.
 */
#include "endpoint/stack.h"
#include "observe/sandbox.h"
#include "program.h"

#include <poll.h>

static void linux_shows_everything(void **state)
{
	(void)state;
	assert_int_equal(stack_try(), 0);
	assert_true(stack_shows_closed_ends());
	assert_null(stack_lacks(0));
	assert_int_equal(stack_events(POLLIN | POLLRDHUP), POLLIN | POLLRDHUP);
}

static void a_run_names_the_stack(void **state)
{
	static const char notice[] =
		"closewait: no packets, counters, sysctl and link steps: the stack is not Linux\n";

	(void)state;
	check(&(struct call){{"run", "--family=tcp4", "--stack=lwIP 2.2", "write-after-close"},
		NULL, 0, "# lwIP 2.2, which calls itself Linux ", notice});
	check(&(struct call){{"record", "--stack=lwIP 2.2", "unix-close-unread"}, NULL, 0,
		"\nstack lwIP 2.2\njudged-as the newest Linux\n", notice});
	check(&(struct call){{"explore", "--stack=lwIP", "--count=5", "--family=tcp4"}, NULL, 0,
		" 0 disagreements", notice});
	check(&(struct call){{"run", "--stack=a\nb", "write-after-close"}, NULL, 2, NULL,
		"closewait: --stack: expected the stack's name, on one line\n"});
	check(&(struct call){{"run", "--stack=x", "--pcap=y", "write-after-close"}, NULL, 2, NULL,
		"closewait: --pcap: nothing is captured with --no-sandbox, --wire=none, or "
		"--stack without --wire\n"});
}

static bool enter_sandbox(void)
{
	static struct sandbox sandbox;
	char why[256];

	sandbox_enter(&sandbox, why, sizeof why);
	return sandbox.entered;
}

/* Packets only when they are asked for, and not those of an experiment of several connections. */
static void packets_when_asked_for(void **state)
{
	static const char notice[] =
		"closewait: no counters, sysctl and link steps: the stack is not Linux\n";

	(void)state;
	prepare = enter_sandbox;
	if (geteuid()) { /* execve(2) took the capabilities that a namespace of one's own gave */
		check(&(struct call){
			{"run", "--family=tcp4", "--wire=full", "--stack=x", "write-after-close"},
			NULL, 0, "\n# no packets: cannot capture on lo: ",
			"closewait: no counters, sysctl and link steps: the stack is not Linux\n"
			"closewait: no packets: cannot capture on lo: activate: socket: Operation "
			"not permitted\n"});
		prepare = NULL;
		return;
	}
	check(&(struct call){
		{"run", "--family=tcp4", "--wire=full", "--stack=x", "write-after-close"}, NULL, 0,
		"\n  wire > P. 6                           # seq 1:7 ack 2 ", notice});
	check(&(struct call){{"run", "--wire=brief", "--stack=x", "-"},
		"use tcp4\nclient2 listen = 0\nclient connect = 0\n  wire > F\n", 0,
		"0 deviations, 1 not asserted", notice});
	prepare = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linux_shows_everything),
		cmocka_unit_test(a_run_names_the_stack),
		cmocka_unit_test(packets_when_asked_for),
	};

	return cmocka_run_group_tests_name("stack", tests, NULL, NULL);
}
