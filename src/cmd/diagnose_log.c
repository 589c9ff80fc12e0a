#include "cmd/diagnose_log.h"

#include "diagnose/seen.h"
#include "strace/strace_log.h"
#include "util/clock.h"
#include "util/memstream.h"
#include "util/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DIAGNOSED = 10 }; /* connections that are diagnosed; the others are listed */

/* A line on a terminal, each second. */
static void show_progress(const struct log_totals *t, int64_t *next)
{
	int64_t now = clock_read(CLOCK_MONOTONIC);

	if (now < *next)
		return;
	*next = now + 1000000000;
	fprintf(stderr, "\r%ld lines, %ld connections", t->lines, t->connections);
}

static bool read_lines(FILE *in, const char *name, const char *first, struct strace_log *log)
{
	bool terminal = isatty(STDERR_FILENO), well = strace_log_feed(log, first);
	int64_t next = clock_read(CLOCK_MONOTONIC) + 1000000000;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	while (well && (length = getline(&line, &room, in)) > 0) {
		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		well = strace_log_feed(log, line);
		if (terminal && !(strace_log_totals(log)->lines & 1023))
			show_progress(strace_log_totals(log), &next);
	}
	if (terminal)
		fputs("\r\033[K", stderr);
	free(line);
	if (!well)
		message("%s: no memory for its connections", name);
	else if (ferror(in))
		message("%s: cannot read: %s", name, strerror(errno));
	return well && !ferror(in);
}

static void print_totals(const struct log_totals *t)
{
	printf("# %ld line%s, %ld call%s on %ld connection%s\n", t->lines, text_plural(t->lines),
		t->calls, text_plural(t->calls), t->connections, text_plural(t->connections));
	if (t->unknown) {
		printf("# not understood: %ld line%s:", t->unknown, text_plural(t->unknown));
		for (int i = 0; i < LOG_UNKNOWN && i < t->unknown; i++)
			printf(" %ld", t->unknown_line[i]);
		puts(t->unknown > LOG_UNKNOWN ? " ..." : "");
	}
	if (t->lacking)
		printf("# left out, because the vocabulary lacks them: %ld call%s on connections\n",
			t->lacking, text_plural(t->lacking));
	if (t->beyond)
		printf("# not followed: %ld connection%s beyond %d open at once\n", t->beyond,
			text_plural(t->beyond), LOG_OPEN);
	if (t->dropped)
		printf("# not kept: %ld connection%s beyond the first %d that failed\n", t->dropped,
			text_plural(t->dropped), LOG_CONNECTIONS);
}

static void print_heading(const struct log_connection *c)
{
	printf("# connection %ld: pid %ld, descriptor %d, lines %ld to ", c->number, c->pid, c->fd,
		c->begin_line);
	printf(c->end_line ? "%ld" : "the end", c->end_line);
	printf(", %ld call%s, of the %s%s%s\n", c->count, text_plural(c->count), who_text(c->who),
		*c->about ? ", " : "", c->about);
	if (c->error_line)
		printf("#   line %ld: %s\n", c->error_line, c->error);
}

/* What is known of the calls besides. */
static void print_notes(const struct log_connection *c)
{
	if (c->count > LOG_CALLS)
		printf("#   its last %d calls are diagnosed\n", LOG_CALLS);
	if (!c->whole)
		puts("#   it was there before the log began");
	if (c->shortened)
		printf("#   lengths above %d stand as %d, parts of a write as writes of their "
		       "own\n",
			LOG_LENGTH, LOG_LENGTH);
}

static enum status diagnose(
	const struct log_connection *c, struct version kernel, const struct diagnose_options *asked)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct experiment *e = NULL;
	struct seen seen;

	if (out)
		log_connection_print(c, out);
	if (memory_close(out, &text))
		e = experiment_parse("log", text, size, stderr);
	free(text);
	if (!e) {
		message("connection %ld: its calls cannot be made an experiment", c->number);
		return STATUS_ENVIRONMENT;
	}
	seen_take(&seen, e, kernel);
	if (c->whole && c->count <= LOG_CALLS)
		seen.connected = false;
	return diagnose_calls(&seen, asked);
}

/* The connections; those that failed come first. With --reproduce the first alone. */
static enum status print_connections(
	const struct strace_log *log, struct version kernel, const struct diagnose_options *asked)
{
	enum status status = STATUS_EXPECTED;
	const struct log_connection *c;

	for (int i = 0; (c = strace_log_connection(log, i)); i++) {
		print_heading(c);
		if (!c->error_line || i >= DIAGNOSED)
			continue;
		print_notes(c);
		if (c->modelled)
			status = status_merge(status, diagnose(c, kernel, asked));
		else
			puts("#   not of plain TCP: not modelled");
		if (asked->reproduce)
			break;
		puts("");
	}
	return status;
}

enum status diagnose_log(FILE *in, const char *name, const char *first, struct version kernel,
	const struct diagnose_options *asked)
{
	struct strace_log *log = strace_log_new();
	enum status status = STATUS_ENVIRONMENT;

	if (!log)
		message("%s: no memory for its connections", name);
	else if (read_lines(in, name, first, log)) {
		print_totals(strace_log_totals(log));
		if (strace_log_connection(log, 0))
			status = print_connections(log, kernel, asked);
		else {
			puts("# every connection was closed without an error");
			status = STATUS_EXPECTED;
		}
	}
	strace_log_free(log);
	return status;
}
