/*
 * closewait: run experiments with TCP connections whose peer has gone, and assert their traces.
 *
 * The public face of libclosewait. An experiment is a name of the built-in catalogue ("closewait
 * list") or a text in the format of "closewait help format"; running it gives a trace. For
 * assertions in cmocka tests see closewait_cmocka.h.
 *
 *	char why[CLOSEWAIT_MESSAGE];
 *	struct closewait *session = closewait_open(0, 0, why, sizeof why);
 *	struct closewait_trace *trace =
 *		closewait_run(session, "write-after-close", "tcp4", why, sizeof why);
 *
 * Messages: wherever message and size are asked for, at most size bytes are written, with the NUL;
 * NULL and 0 where the message is not wanted. A call that succeeds leaves it empty, unless said
 * otherwise. Numbers: the nth of something is counted from 1.
 *
 * Threads. A session belongs to the thread that opened it: only that one may run and close it, and
 * should close it before it ends. A thread may have several sessions, used in turn and closed in
 * any order, unless one is in a sandbox: that has its thread for itself (closewait_open). Threads
 * with sessions of their own may call everything below at any time; openings, runs and closings
 * wait for each other, since a run changes what belongs to the process. A trace belongs to nobody:
 * any thread may read it, several at once, after its session was closed, too.
 *
 * Processes. While a run is under way no other thread should fork: the child's copies of the
 * experiment's sockets would keep them open. A forked child cannot use the sessions of its parent
 * (EPERM), and may open its own if the parent had one thread.
 *
 * Signals. As long as a session is open the process ignores SIGPIPE and has a handler for
 * SIGRTMIN+5, which is unblocked in the session's thread; the last closing puts back what was
 * there. An experiment with a sigpipe step has the process do with SIGPIPE as it says, until the
 * end of its run.
 */
#ifndef CLOSEWAIT_H
#define CLOSEWAIT_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of this header, as text and as a number: 10000 * major + 100 * minor + patch. */
#define CLOSEWAIT_VERSION "0.1.0"
#define CLOSEWAIT_VERSION_NUMBER 100

enum {
	CLOSEWAIT_MESSAGE = 1024,           /* bytes that hold most messages whole */
	CLOSEWAIT_DEADLINE_LIMIT = 3600000, /* milliseconds */
};

/* The verdict on a trace; the values are the program's exit statuses. */
enum closewait_verdict {
	CLOSEWAIT_EXPECTED = 0,
	CLOSEWAIT_DEVIATES = 1, /* the kernel, the model and the expectation do not all agree */
	CLOSEWAIT_ENVIRONMENT =
		3, /* the run could not be finished: the listener died, no descriptors... */
	CLOSEWAIT_SKIPPED = 4, /* nothing, or not all of it, could be asserted here */
};

struct closewait;
struct closewait_trace;

enum closewait_flags {
	/* Move the calling thread into a private network namespace, for good: then packets are
	 * captured and counters can be counted. An ordinary user needs a process of one thread for
	 * it (unshare(2), CLONE_NEWUSER). Where it is refused the session goes on without, and
	 * closewait_sandboxed tells: then no trace is as expected that asserts what cannot be
	 * observed, but skipped. Without this flag counts and packets are not asserted at all. */
	CLOSEWAIT_SANDBOX = 1,
};

/* What the library that is loaded is: CLOSEWAIT_VERSION as it was when that was built. */
const char *closewait_version(void);

/* The nth experiment of the catalogue, in alphabetical order; NULL when there are not so many. */
const char *closewait_name(int n);

/* Opens a session: a listener's process is forked when it is first needed and serves until
 * closewait_close. deadline is how long a run may take, in milliseconds, up to
 * CLOSEWAIT_DEADLINE_LIMIT; 0 for the default of five seconds. flags is 0 or CLOSEWAIT_SANDBOX. On
 * failure NULL with errno, and message says what was attempted:
 * EINVAL	flags has others, or deadline is out of range
 * EBUSY	the thread has a session in a sandbox, or this one is to be in a sandbox and the
 *		thread has another session
 * ENOMEM	no memory
 * or that of the system call that failed. */
struct closewait *closewait_open(int deadline, int flags, char *message, size_t size);

/* Is the session in the sandbox that CLOSEWAIT_SANDBOX asked for? Either way message says, a line
 * each, what of it cannot be observed, and why; it is empty when nothing is missing. */
bool closewait_sandboxed(const struct closewait *session, char *message, size_t size);

/* Ends the listener and frees the session; NULL is allowed. Returns 0; or -1 with errno EPERM in
 * any thread but the one that opened it, and then does nothing. */
int closewait_close(struct closewait *session);

/* Runs experiment once on family ("tcp4", "unix": closewait help format). A text with a newline in
 * it is an experiment itself, anything else a name of the catalogue. Whatever goes wrong while it
 * runs is in the trace's verdict, CLOSEWAIT_SKIPPED where the experiment does not use the family.
 * Free the trace with closewait_trace_free. On failure NULL with errno, and message says why:
 * EINVAL	session, experiment or family is NULL; the experiment is malformed (every error is a
 *		line "experiment:LINE:COLUMN: ..."), or it or the family is unknown
 * EPERM	another thread opened the session
 * ENOMEM	no memory */
struct closewait_trace *closewait_run(struct closewait *session, const char *experiment,
	const char *family, char *message, size_t size);

/* NULL is allowed. */
void closewait_trace_free(struct closewait_trace *trace);

/* Reading a trace. What these return is the trace's, until closewait_trace_free. */

enum closewait_verdict closewait_trace_verdict(const struct closewait_trace *trace);

/* Why it is CLOSEWAIT_SKIPPED or CLOSEWAIT_ENVIRONMENT; empty otherwise. */
const char *closewait_trace_reason(const struct closewait_trace *trace);

/* How many steps and packets deviate. */
int closewait_trace_deviations(const struct closewait_trace *trace);

/* The trace as text: the experiment again with the observed results, or a diff where it deviates.
 */
const char *closewait_trace_text(const struct closewait_trace *trace);

/* As it was given to closewait_run. */
const char *closewait_trace_family(const struct closewait_trace *trace);

/* The version of the kernel that the experiment's guards were held against: "6.1.103". */
const char *closewait_trace_kernel(const struct closewait_trace *trace);

/* A step of a trace. Results are as the trace has them ("6", "-1 EPIPE SIGPIPE", "POLLIN|POLLHUP",
 * "timeout in ESTABLISHED"), empty where there is none. */
struct closewait_step {
	const char *who;       /* "client", "server"; empty: the namespace's (count...) */
	const char *text;      /* the whole step: "client write 6" */
	const char *observed;  /* result; of an await that arrived there is none */
	const char *expected;  /* result, or relation (">0"), that the experiment states here */
	const char *predicted; /* result of the model's, "unknown" where it does not say */
	const char *note;      /* why nothing was observed; empty: something was */
	long returned; /* observed, as a number: of events their mask, of a TCP state its value;
			  -1 with an error, 0 where there is none */
	int error;     /* errno of the call; 0: it did not fail */
	int signal;    /* that the call raised; 0: none */
	bool reached;  /* the step was run */
	bool deviates;
	const char *data; /* how what was received begins, quoted: "\"hello\\n\""; or empty */
};

/* How many steps there are, those not reached included. */
int closewait_trace_steps(const struct closewait_trace *trace);

/* Fills in the nth step; false when there is none. */
bool closewait_trace_step(const struct closewait_trace *trace, int n, struct closewait_step *step);

/* How many packets were seen; -1 when packets were not observed. */
int closewait_trace_packets(const struct closewait_trace *trace);

/* The nth packet, as behind "wire" in a trace: "> P. 6"; NULL when there is none. */
const char *closewait_trace_packet(const struct closewait_trace *trace, int n);

/* What the client's nth write or send returned, and its errno (0 when it did not fail); either
 * pointer may be NULL. False when the trace has no nth one or it was not reached. */
bool closewait_trace_write(const struct closewait_trace *trace, int n, long *returned, int *error);

/* Holds the observed trace against text, comments and spacing left out. NULL with errno 0 when they
 * are the same, otherwise a diff ('-' text, '+' trace) for free(3); NULL with errno ENOMEM without
 * memory, and with EINVAL when text is NULL. */
char *closewait_trace_diff(const struct closewait_trace *trace, const char *text);

#ifdef __cplusplus
}
#endif

#endif
