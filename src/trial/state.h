/*
 * state: what a trial consists of: how a program is to be run, what was recorded of it, and what
 * became of it. Data only.
 */
#ifndef CLOSEWAIT_TRIAL_STATE_H
#define CLOSEWAIT_TRIAL_STATE_H

#include "tracer/tracer.h"
#include "trial/script.h"

enum { SECTION_LIMIT = 16 }; /* connections of a program that are recorded */

struct trial_options {
	char *const
		*argv;    /* of the program, ends with NULL; {host} and {port} stand for the peer */
	enum who program; /* which end it is: CLIENT, or SERVER, which listens */
	enum family family;
	uint16_t port; /* where the server listens; 0: any */
	bool any_port; /* a program that listens was told of no port: the first is meant */
	int deadline;  /* milliseconds */
	bool free;     /* the program is not held */
	bool no_wait;  /* its sleeps return at once */
};

/* What became of the program, beside its connections. */
struct trial_fate {
	bool began; /* it could be executed */
	bool ended;
	int status;    /* as of waitpid(2) */
	int left;      /* processes of it that were there when it had ended, or at the deadline */
	bool deadline; /* the deadline passed */
	char waits_in[64]; /* the call that it was in then, and for how long, milliseconds */
	long waits_since;
	int stopped;         /* the signal that stopped it, until the deadline; 0: it runs */
	int processes;       /* that it made, and those that these made */
	int elsewhere;       /* connections to others that it tried */
	uint16_t listened;   /* a port, or one at an address, that its peer does not connect to */
	int unrecorded;      /* connections beyond SECTION_LIMIT */
	bool uring, foreign; /* it made calls that are not seen: io_uring's, another ABI's */
	bool debugs;         /* it called ptrace(2) */
	bool privileges;     /* it would have had more than its user has */
	bool wrote_output;   /* to standard output */
	char trouble[256];   /* why the trial is worth nothing: a message; empty: it is */
	bool misuse;         /* trouble is the caller's mistake */
	bool skipped;        /* trouble is that this kernel has not what the script asks for */
};

struct trial {
	const struct trial_options *options;
	struct session *session;
	struct tracer tracer;
	struct script script;
	struct section prelude; /* the peer's steps before there is a connection */
	int section_count;
	struct section section[SECTION_LIMIT];
	int current;             /* the section that the script is about, or -1 */
	bool moved;              /* the script did something since a task was last let go */
	long pause;              /* of backoff_wait, while something is looked for */
	int64_t begin, deadline; /* CLOCK_MONOTONIC, nanoseconds */
	struct trial_fate fate;
	int packet_count, packets_left_out;
	struct captured_packet
		*packet; /* of all sections, CAPTURE_LIMIT at most; NULL: not observed */
	bool packets_lost;
	char *counters; /* as of struct trace; NULL: not observed */
};

#endif
