/*
 * strace_line: a line of strace's output, in all its usual forms: with a pid (-f, or "[pid 12] " on
 * a terminal, with its name by -Y), with times (-t, -tt, -ttt, -r), durations (-T), instruction
 * pointers (-i), numbers of calls (-n) and stacks (-k). Pure.
 */
#ifndef CLOSEWAIT_STRACE_LINE_H
#define CLOSEWAIT_STRACE_LINE_H

#include <stdbool.h>
#include <stddef.h>

enum strace_kind {
	STRACE_CALL,       /* name(arguments) = result */
	STRACE_UNFINISHED, /* name(arguments <unfinished ...> */
	STRACE_RESUMED,    /* <... name resumed>arguments) = result */
	STRACE_SIGNAL,     /* --- SIGPIPE {...} --- */
	STRACE_EXIT,       /* +++ exited with 0 +++, +++ killed by SIGKILL +++ */
	STRACE_CUT,        /* a call that does not end: the program's output, or strace's message,
			      stands between its parts */
	STRACE_MESSAGE,    /* strace's own: "strace: Process 12 attached"; an empty line; a stack */
	STRACE_UNKNOWN,    /* not understood */
};

enum { STRACE_NAME = 32 };

struct strace_line {
	enum strace_kind kind;
	long pid;               /* 0: not told */
	bool bracketed;         /* as on a terminal */
	long attached;          /* "strace: Process 12 attached", behind a cut call, too; or 0 */
	const char *text;       /* behind pid and times */
	char name[STRACE_NAME]; /* of the call */
	const char *arguments;  /* points into the line; of STRACE_RESUMED the rest of them */
	size_t length;          /* of STRACE_CUT: how much of the whole line is the call's */
	const char *result;     /* behind the '=' */
};

/* Takes a line apart; text ends with a NUL. */
void strace_line_read(struct strace_line *line, const char *text);

/* Does the line look like strace's? One of its calls, unfinished or not, a signal or an exit. */
bool strace_line_is(const char *text);

#endif
