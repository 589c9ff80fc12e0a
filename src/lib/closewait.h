/*
 * closewait: run experiments with TCP connections whose peer has gone, and assert their traces.
 *
 * The public face of libclosewait. An experiment is a name of the built-in catalogue ("closewait
 *list") or a text in the format of "closewait help format"; running it gives a trace. For
 *assertions in cmocka tests see closewait_cmocka.h. Not thread-safe: a session belongs to the
 *thread that opened it.
 *
 *	char why[CLOSEWAIT_MESSAGE];
 *	struct closewait *session = closewait_open(0, 0, why, sizeof why);
 *	struct closewait_trace *trace =
 *		closewait_run(session, "write-after-close", "tcp4", why, sizeof why);
 */
#ifndef CLOSEWAIT_H
#define CLOSEWAIT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	CLOSEWAIT_MESSAGE = 1024, /* bytes that hold most messages whole */
};

/* The verdict on a trace; the values are the program's exit statuses. */
enum closewait_verdict {
	CLOSEWAIT_EXPECTED = 0,
	CLOSEWAIT_DEVIATES = 1, /* the kernel, the model and the expectation do not all agree */
	CLOSEWAIT_ENVIRONMENT =
		3, /* the run could not be finished: the listener died, no descriptors... */
	CLOSEWAIT_SKIPPED = 4,
};

struct closewait;
struct closewait_trace;

enum closewait_flags {
	/* Move the calling thread into a private network namespace, for good: then packets are
	 * captured and counters can be counted, as an ordinary user, too. Where that is refused the
	 * run goes on without. */
	CLOSEWAIT_SANDBOX = 1,
};

/* Opens a session: a listener's process is forked when it is first needed and serves until
 * closewait_close. flags is 0 or CLOSEWAIT_SANDBOX;
 * deadline is how long a run may take, in milliseconds; 0 for the default of five
 * seconds. The session ignores SIGPIPE and uses the signal SIGRTMIN+5 until it is closed. On
 * failure NULL, with errno, and message (of size bytes) says what was attempted. */
struct closewait *closewait_open(int deadline, int flags, char *message, size_t size);

/* Ends the listener and frees the session; NULL is allowed. Traces stay valid. */
void closewait_close(struct closewait *closewait);

/* Runs experiment once on family ("tcp4", "unix": closewait help format). A text with a newline in
 * it is an experiment itself, anything else a name of the catalogue. On failure NULL: errno EINVAL
 * for a malformed or unknown experiment or family (message lists every error as name:line:column:
 * text), ENOMEM without memory. Whatever goes wrong while it runs is in the trace's verdict. Free
 * the trace with closewait_trace_free. */
struct closewait_trace *closewait_run(struct closewait *closewait, const char *experiment,
	const char *family, char *message, size_t size);

void closewait_trace_free(struct closewait_trace *trace);

enum closewait_verdict closewait_trace_verdict(const struct closewait_trace *trace);

/* The trace as text: the experiment again with the observed results, or a diff where it deviates.
 */
const char *closewait_trace_text(const struct closewait_trace *trace);

/* What the client's nth write or send returned (n counts from 1), and its errno (0 when it did not
 * fail). False when the trace has no nth one or it was not reached. */
bool closewait_trace_write(const struct closewait_trace *trace, int n, long *returned, int *error);

/* Holds the observed trace against text, comments and spacing left out. NULL when they are the
 * same, otherwise a diff ('-' text, '+' trace) for free(3); also NULL, with errno ENOMEM, without
 * memory. */
char *closewait_trace_diff(const struct closewait_trace *trace, const char *text);

#ifdef __cplusplus
}
#endif

#endif
