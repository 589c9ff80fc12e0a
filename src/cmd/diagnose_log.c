#include "cmd/diagnose_log.h"

#include "cmd/diagnose_log_json.h"
#include "cmd/diagnose_log_packets.h"
#include "cmd/diagnose_log_seen.h"
#include "cmd/reading.h"
#include "util/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_lines(struct lines *lines, const char *name, char *head, struct strace_log *log)
{
	struct reading reading = reading_begin();
	const struct log_totals *t = strace_log_totals(log);
	bool well = true;
	size_t length;
	char *line;

	while (well && (line = strsep(&head, "\n")))
		well = !line[0] && !head ? true : strace_log_feed(log, line);
	while (well && (line = lines_next(lines, &length))) {
		well = strace_log_feed(log, line);
		reading_show(&reading, t->lines, "lines", t->connections);
	}
	strace_log_end(log);
	reading_end(&reading);
	if (!well)
		message("%s: no memory for its connections", name);
	else if (lines->error)
		message("%s: cannot read: %s", name, strerror(lines->error));
	return well && !lines->error;
}

static void print_count(long count, const char *format)
{
	if (!count)
		return;
	printf(format, count, text_plural(count));
	putchar('\n');
}

static void print_totals(const struct log_totals *t, const char *noun)
{
	printf("# %ld %s%s, %ld call%s on %ld connection%s\n", t->lines, noun,
		text_plural(t->lines), t->calls, text_plural(t->calls), t->connections,
		text_plural(t->connections));
	if (t->unknown) {
		printf("# not understood: %ld line%s:", t->unknown, text_plural(t->unknown));
		for (int i = 0; i < LOG_UNKNOWN && i < t->unknown; i++)
			printf(" %ld", t->unknown_line[i]);
		puts(t->unknown > LOG_UNKNOWN ? " ..." : "");
	}
	print_count(t->lacking,
		"# left out, because the vocabulary lacks them: %ld call%s on connections");
	print_count(t->unlike, "# left out: %ld event%s of epoll, of descriptors that are not "
			       "followed, or were added before the log began");
	print_count(t->beyond, "# not followed: %ld connection%s more than are kept open at once");
	print_count(t->crowd, "# not followed: %ld line%s of more processes than are kept at once");
	print_count(t->dropped, "# not kept: %ld connection%s more that failed");
	if (t->orphans)
		printf("# processes whose fork is not in the log (strace -e trace=%%process shows "
		       "it): %ld; they have the descriptors of the only other one that has such a "
		       "connection\n",
			t->orphans);
	if (t->uring_line)
		printf("# %s %ld: io_uring_setup: what is called through io_uring does not show "
		       "in a log\n",
			noun, t->uring_line);
}

static void print_heading(const struct log_connection *c, const char *noun)
{
	printf("# connection %ld: pid %ld, descriptor %d, %ss %ld to ", c->number, c->pid, c->fd,
		noun, c->begin_line);
	printf(c->end_line ? "%ld" : "the end", c->end_line);
	printf(", %ld call%s, of the %s%s%s\n", c->count, text_plural(c->count), who_text(c->who),
		*c->about ? ", " : "", c->about);
	if (c->error_line)
		printf("#   %s %ld: %s\n", noun, c->error_line, c->error);
}

/* What is known of the calls besides. */
static void print_notes(const struct log_connection *c)
{
	if (c->count > LOG_CALLS)
		printf("#   its last %d calls are diagnosed\n", LOG_CALLS);
	if (!c->whole)
		puts("#   it was there before the log began");
	if (c->proof == PROOF_CALL)
		puts("#   what kind of socket it is the log does not say (strace -yy does): taken "
		     "for TCP");
	if (c->shared)
		puts("#   used by a process, too, whose fork is not in the log");
	if (c->shortened)
		printf("#   lengths above %d stand as %d, parts of a write as writes of their "
		       "own\n",
			LOG_LENGTH, LOG_LENGTH);
	if (c->killed)
		puts("#   SIGPIPE killed its process: it was neither ignored nor handled");
}

static enum status diagnose(const struct log_connection *c, struct packets_beside *beside,
	struct version kernel, const struct diagnose_options *asked)
{
	struct witness witness;
	struct seen seen;

	if (!diagnose_log_seen(c, kernel, &seen))
		return STATUS_ENVIRONMENT;
	return diagnose_calls(
		&seen, diagnose_log_witness(beside, c, &seen, !asked->reproduce, &witness), asked);
}

/* The connections; those that failed come first. */
static enum status print_connections(const struct strace_log *log, struct packets_beside *beside,
	struct version kernel, const struct diagnose_options *asked)
{
	enum status status = STATUS_EXPECTED;
	const struct log_connection *c;

	for (int i = 0; (c = strace_log_connection(log, i)); i++) {
		print_heading(c, asked->noun);
		if (!c->error_line || i >= DIAGNOSED)
			continue;
		print_notes(c);
		if (family_is_tcp(c->family))
			status = status_merge(status, diagnose(c, beside, kernel, asked));
		else
			puts("#   not of plain TCP: not modelled");
		puts("");
	}
	return status;
}

/* The experiment of the first connection that failed and is modelled; what it is of are comments.
 */
static enum status reproduce(const struct strace_log *log, struct packets_beside *beside,
	struct version kernel, const struct diagnose_options *asked)
{
	const struct log_connection *c;

	for (int i = 0; (c = strace_log_connection(log, i)) && c->error_line; i++)
		if (family_is_tcp(c->family)) {
			print_heading(c, asked->noun);
			print_notes(c);
			return diagnose(c, beside, kernel, asked);
		}
	message("diagnose: no connection of plain TCP failed, so there is nothing to reproduce");
	return STATUS_DEVIATES;
}

static enum status give(const struct strace_log *log, struct packets_beside *beside,
	struct version kernel, const struct diagnose_options *asked)
{
	enum status status;

	if (asked->reproduce)
		return reproduce(log, beside, kernel, asked);
	if (asked->json)
		return diagnose_log_json(log, beside, kernel);
	print_totals(strace_log_totals(log), asked->noun);
	packets_beside_print_totals(beside);
	if (!strace_log_connection(log, 0))
		puts("# every connection was closed without an error");
	status = print_connections(log, beside, kernel, asked);
	packets_beside_print_rest(beside);
	return status;
}

/* Reads the capture, which is asked for the connections that the log has. */
static enum status read_capture(
	const struct strace_log *log, struct packets_beside *beside, const char *name)
{
	const struct log_connection *c;

	for (int i = 0; (c = strace_log_connection(log, i)); i++) {
		struct match_request request = diagnose_log_request(c);

		if (family_is_tcp(c->family))
			packets_beside_want(beside, &request);
	}
	return packets_beside_read(beside, name);
}

enum status diagnose_log_give(
	const struct strace_log *log, struct version kernel, const struct diagnose_options *asked)
{
	struct packets_beside beside = {0};
	enum status status =
		asked->capture ? read_capture(log, &beside, asked->capture) : STATUS_EXPECTED;

	if (status == STATUS_EXPECTED)
		status = give(log, &beside, kernel, asked);
	packets_beside_free(&beside);
	return status;
}

enum status diagnose_log(struct lines *lines, const char *name, char *head, struct version kernel,
	const struct diagnose_options *asked)
{
	struct strace_log *log = strace_log_new();
	enum status status = STATUS_ENVIRONMENT;

	if (!log)
		message("%s: no memory for its connections", name);
	else if (read_lines(lines, name, head, log))
		status = diagnose_log_give(log, kernel, asked);
	strace_log_free(log);
	return status;
}
