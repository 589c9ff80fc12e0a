/*
 * try_job: a trial of closewait try against one peer, and what is printed of it.
 */
#ifndef CLOSEWAIT_TRY_JOB_H
#define CLOSEWAIT_TRY_JOB_H

#include "cmd/output_format.h"
#include "cmd/try_row.h"
#include "language/catalog.h"
#include "trial/trial.h"

#include <stdio.h>

struct try_options {
	struct session_options session;
	struct trial_options trial;
	enum output_format format;
	bool all;       /* the trial is one of several */
	bool colour;    /* as text */
	char *expected; /* the text of a trace recorded before; NULL: nothing is expected */
	const char *expected_name;
};

/* Tries the program against peer, and prints the traces of its connections, and what became of it,
 * to out; nothing when out is NULL. As a page one of several is a part of it. */
struct try_row try_job_run(
	const struct try_options *options, const struct experiment *peer, FILE *out);

/* The same in a process of its own, beside others: each program has a sandbox for itself. */
struct try_child {
	pid_t pid; /* -1: it could not be started, and a message said why */
	int end;   /* where its answer comes from */
};

/* Starts it; prints: what goes to out is asked for. */
struct try_child try_job_begin(
	const struct try_options *options, const struct experiment *peer, bool prints);

/* Waits for it, and takes its answer; out may be NULL. */
struct try_row try_job_end(const struct try_child *child, FILE *out);

/* Prints a row as a line of JSON; argv is the program. */
bool try_job_print_json(const struct try_row *row, const char *peer, char *const *argv, FILE *out);

#endif
