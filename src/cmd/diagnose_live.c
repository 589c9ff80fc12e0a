#include "cmd/diagnose_live.h"

#include "cmd/diagnose_log.h"
#include "cmd/live.h"
#include "util/deadline.h"
#include "util/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Takes all that is told, and waits for more, until nothing of the program is left. */
static void watch(struct live *live)
{
	while (!interrupted() && !live->exhausted &&
		(!live->ended || tracer_count(&live->tracer))) {
		struct tracer_event event = tracer_next(&live->tracer);

		if (event.kind != TRACER_NONE) {
			live_take(live, &event);
			continue;
		}
		deadline_begin(INT64_MAX); /* a signal ends it all the same */
		tracer_wait();
		deadline_end();
	}
	deadline_rest();
	strace_log_end(live->log);
}

/* Why it did not begin, if it did not. */
static enum status judge_start(struct live *live, const char *name)
{
	const char *what = "execute";

	if (live->tracer.began || interrupted())
		return STATUS_EXPECTED;
	int status = tracer_reason(&live->tracer, &what);

	message("%s: cannot %s: %s", name, what,
		status ? strerror(-status) : "it ended before it was executed");
	return status == -ENOENT || status == -EACCES || status == -ENOEXEC ? STATUS_MISUSE
									    : STATUS_ENVIRONMENT;
}

static enum status trace(struct live *live, char *const *argv)
{
	sigset_t mask;
	char why[128];

	sigprocmask(SIG_SETMASK, NULL, &mask);
	const struct tracer_options options = {.argv = argv, .environment = environ, .mask = &mask};
	int status = tracer_start(&live->tracer, &options, why, sizeof why);

	if (status)
		message("cannot trace %s: %s%s", argv[0], why,
			status == -EPERM
				? ": yama's ptrace_scope, seccomp or another tracer forbids it"
				: "");
	else
		watch(live);
	enum status judged = status ? STATUS_ENVIRONMENT : judge_start(live, argv[0]);

	if (live->tracer.program)
		tracer_end(&live->tracer);
	return judged;
}

/* Whoever ignores SIGCHLD is told of no child's end. */
static enum status run(struct live *live, char *const *argv)
{
	const struct sigaction usual = {.sa_handler = SIG_DFL};
	struct sigaction before;
	int status = deadline_setup();

	if (status) {
		message("cannot wait for %s: %s", argv[0], strerror(-status));
		return STATUS_ENVIRONMENT;
	}
	interrupt_catch();
	sigaction(SIGCHLD, &usual, &before);
	enum status judged = trace(live, argv);

	sigaction(SIGCHLD, &before, NULL);
	deadline_teardown();
	return judged;
}

static void print_fate(const struct live *live, struct sheet *sheet)
{
	if (!live->ended)
		sheet_remark(sheet, "the program was ended with this one");
	else if (WIFSIGNALED(live->status))
		sheet_remark(sheet, "the program was killed by SIG%s",
			sigabbrev_np(WTERMSIG(live->status)));
	else
		sheet_remark(
			sheet, "the program ended with exit status %d", WEXITSTATUS(live->status));
	if (live->opened > LIVE_SOCKETS)
		sheet_remark(sheet,
			"of %ld stream sockets, the last %d that were opened were followed at once",
			live->opened, LIVE_SOCKETS);
	if (live->foreign)
		sheet_remark(sheet, "it made calls of another ABI (i386, x32), which are not read");
}

enum status diagnose_live(
	char *const *argv, struct version kernel, const struct diagnose_options *asked)
{
	struct live live = {.log = strace_log_new()};
	struct diagnose_options options = *asked;
	enum status status = live.log ? run(&live, argv) : STATUS_ENVIRONMENT;

	options.noun = "event";
	if (!live.log || live.exhausted) {
		message("%s: no memory for its connections", argv[0]);
		status = STATUS_ENVIRONMENT;
	}
	if (status == STATUS_EXPECTED && asked->format != OUTPUT_JSON)
		print_fate(&live, asked->sheet);
	if (status == STATUS_EXPECTED)
		status = diagnose_log_give(live.log, kernel, &options);
	strace_log_free(live.log);
	return status;
}
