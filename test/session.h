/*
 * session: what the tests share that run experiments: one session a test, and a trace of a text.
 */
#ifndef TEST_SESSION_H
#define TEST_SESSION_H

#include "language/catalog.h"
#include "run/runner.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <string.h>

static struct session session;

static inline void open_session_with(struct session_options options)
{
	char why[REASON_LIMIT];

	if (session_open(&session, &options, why, sizeof why))
		fail_msg("%s", why);
}

static inline int close_session(void **state)
{
	(void)state;
	session_close(&session);
	return 0;
}

/* Without any observer. */
static inline void open_session(int deadline)
{
	open_session_with((struct session_options){.deadline = deadline});
}

/* The trace of an experiment's text or of an entry of the catalogue, not run yet. */
static inline struct trace *new_trace(const char *text_or_name, enum family family)
{
	const char *text = catalog_text("trace", text_or_name);
	struct experiment *e;
	struct trace *trace;

	text = text ? text : text_or_name;
	e = experiment_parse("test", text, strlen(text), stderr);
	assert_non_null(e);
	trace = trace_new(e, family, session.kernel);
	assert_non_null(trace);
	return trace;
}

static inline void drop_trace(struct trace *trace)
{
	experiment_free((struct experiment *)(uintptr_t)trace->experiment);
	trace_free(trace);
}

static inline void assert_verdict(struct trace *trace, enum verdict verdict)
{
	if (trace->verdict == verdict)
		return;
	trace_print(trace, false, stderr);
	fail_msg("verdict %d instead of %d", trace->verdict, verdict);
}

/* Runs it once and asserts the verdict. */
static inline void run_once(const char *text_or_name, enum family family, enum verdict verdict)
{
	struct trace *trace = new_trace(text_or_name, family);

	session_run(&session, trace);
	assert_verdict(trace, verdict);
	drop_trace(trace);
}

static inline int count_descriptors(pid_t pid)
{
	char path[64];
	int count = 0;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2; /* . and .. */
}

#endif
