/*
 * The kernel's events in the program's timeline: they stand between the steps, behind the packets
 * that made them, and are comments. Needs root and tracefs, and mounts it for itself.
 */
#include "program.h"

#include <sched.h>
#include <sys/mount.h>

#define TRACING "/sys/kernel/tracing"

static const char *unavailable(void)
{
	if (geteuid())
		return "needs root";
	if (unshare(CLONE_NEWNS) || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL))
		return "needs a mount namespace of its own";
	if (access(TRACING "/instances", F_OK) && mount("nodev", TRACING, "tracefs", 0, NULL))
		return "this kernel has no tracefs, or it cannot be mounted here";
	return NULL;
}

/* One behind the other. */
static void assert_in_order(const char *text, const char *const *lines, size_t count)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		const char *found = strstr(text + at, lines[i]);

		if (found)
			at = (size_t)(found - text) + strlen(lines[i]);
		else
			fail_msg("expected '%s' behind byte %zu of:\n%s", lines[i], at, text);
	}
}

static void events_stand_where_they_happened(void **state)
{
	static const char *const lines[] = {"\nclient connect ", "\n  wire > S",
		"\n  # client inet_sock_set_state ", "SYN_SENT", "ESTABLISHED", "\nserver close ",
		"\n  # client inet_sock_set_state ", "CLOSE_WAIT", "\nclient write 6 ",
		"\n  wire < R", "tcp_receive_reset", "CLOSE_WAIT -> CLOSE"};
	char *trace = output_of(&(struct call){
		{"run", "write-after-close", "--family=tcp4", "--events"}, NULL, 0, "", NULL});

	(void)state;
	assert_in_order(trace, lines, sizeof lines / sizeof *lines);
	check(&(struct call){{"run", "-"}, trace, 0, ", 0 deviations, ", NULL});
	free(trace);
}

/* A record always has them, for whoever looks for what a kernel did. */
static void a_record_has_them(void **state)
{
	char *observation = output_of(&(struct call){
		{"record", "--family=tcp4", "write-after-close"}, NULL, 0, "", NULL});

	(void)state;
	assert_non_null(strstr(observation, "\n  # client inet_sock_set_state "));
	free(observation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_stand_where_they_happened),
		cmocka_unit_test(a_record_has_them),
	};
	const char *reason = unavailable();

	if (!reason)
		return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
	fprintf(stderr, "skipped: %s\n", reason);
	return 77;
}
