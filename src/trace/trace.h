/*
 * trace: the outcomes of one run in order; comparing them; printing them as text. Pure.
 *
 * For every step three answers stand apart: what the experiment expects, what the model predicts
 * and what the kernel gave. A disagreement of any two is a deviation.
 */
#ifndef CLOSEWAIT_TRACE_H
#define CLOSEWAIT_TRACE_H

#include "language/experiment.h"
#include "language/outcome.h"
#include "language/packet.h"
#include "model/worlds.h"
#include "util/message.h"

#include <stdbool.h>
#include <stdio.h>

enum {
	REASON_LIMIT = 256,   /* bytes in a reason */
	CAPTURE_LIMIT = 4096, /* packets in a trace */
	EVENT_LIMIT = 1024,   /* kernel events in a trace */
};

struct observation {
	struct prediction prediction;
	struct outcome outcome;
	bool reached;     /* the step was run */
	const char *note; /* why there is no result to compare; NULL: there is one */
	int state[ENDS];  /* of the ends after the step; 0: not looked at */
};

enum verdict { VERDICT_EXPECTED, VERDICT_DEVIATES, VERDICT_SKIPPED, VERDICT_ERROR };

/* "expected", "deviates", "skipped", "error". */
extern const struct symbol verdicts[];

/* "as expected", "deviates", "skipped", "error". */
const char *verdict_text(enum verdict verdict);

/* The exit status that says the same. */
enum status verdict_status(enum verdict verdict);

/* How much of each packet is printed. */
enum wire_detail { WIRE_NONE, WIRE_BRIEF, WIRE_FULL };

struct trace {
	const struct experiment *experiment;
	enum family family;
	struct version kernel;
	struct observation *observation; /* one for each step of the experiment */
	const char *context; /* comment lines about the machine and the run; NULL: none */
	enum verdict verdict;
	char reason[REASON_LIMIT];           /* of VERDICT_SKIPPED and VERDICT_ERROR */
	int reached, deviations, unasserted; /* unasserted: expectations that were not observed */
	int64_t begin, end;                  /* CLOCK_REALTIME, nanoseconds */

	enum wire_detail wire; /* WIRE_NONE: packets were not observed */
	int capture_count, capture_room;
	struct captured_packet *capture;
	unsigned short *common; /* of trace_match: how long a common sequence is */
	int *capture_expected;  /* which expected packet each captured one is; -1: none */
	int *expected_capture;  /* which captured packet each expected one is; -1: none */
	int event_count;
	struct event *event; /* NULL: not observed */
	char *counters;      /* " NAME MOVED"...; NULL: not asked for */
};

/* Makes an empty trace and lets the model predict every step. NULL without memory. */
struct trace *trace_new(
	const struct experiment *experiment, enum family family, struct version kernel);

void trace_free(struct trace *trace);

/* Forgets the outcomes, for the next run of the same experiment. */
void trace_restart(struct trace *trace);

/* Makes the trace an error for this reason. Always false. */
__attribute__((format(printf, 2, 3))) bool trace_fail(struct trace *trace, const char *format, ...);

/* Adds a packet, which arrived behind those added before: its time is put behind theirs. (A packet
 * gets its time when it is queued, netif_rx(), which two processors may do in another order than
 * the packets are received in, __netif_receive_skb_core(), where the capture is and the TCP above
 * it.) Of one that is lost, and was added as it was sent, notes that. Returns 0, -ENOMEM, or
 * -EOVERFLOW beyond CAPTURE_LIMIT. */
int trace_add_capture(struct trace *trace, const struct captured_packet *capture);

/* Finds for every expected packet the one that it is. In order; a bare acknowledgement is matched
 * only where one is written; a packet is never matched to a step that began after it was seen.
 * Returns how many are missing, or -1 when a packet is left over that the experiment should have
 * named. */
int trace_match(struct trace *trace);

/* Is expected packet i asserted in this trace? */
bool trace_expects_packet(const struct trace *trace, int i);

/* Is captured packet i missing from the experiment, which should name it? */
bool trace_unexpected(const struct trace *trace, int i);

/* What the experiment expects of step i, RESULT_NONE when nothing; an await is expected to arrive.
 */
struct result trace_expected(const struct trace *trace, int i);

/* The three answers of a step, and which of them hold. What was observed has the bytes that were
 * received only where the experiment expects some, and no more than it does. */
struct answers {
	struct result expected, predicted, observed;
	bool expected_holds;  /* expected and observed agree */
	bool predicted_holds; /* predicted agrees with both */
};
struct answers trace_answers(const struct trace *trace, int i);

/* Does step i deviate? What was not reached does. */
bool trace_deviates(const struct trace *trace, int i);

/* Counts the deviations, and the expectations that nothing was observed for, and sets the verdict,
 * unless it is skipped or an error already. */
void trace_judge(struct trace *trace);

/* Fills in, as if it had been observed, what is expected, and where nothing is, what the model
 * predicts: for a picture of an experiment that is not run. Its begin stays 0. False without
 * memory. */
bool trace_assume(struct trace *trace);

/* Prints the trace: an experiment again, with what was observed as its results; where a step
 * deviates, a diff: '-' expected, '+' observed, '!' predicted. With colour when colour is set. */
void trace_print(const struct trace *trace, bool colour, FILE *out);

/* The same without the comment that the experiment begins with: for a further trace of the same
 * experiment. */
void trace_print_again(const struct trace *trace, bool colour, FILE *out);

/* The same without the comment that the experiment begins with, and without the reason of the last
 * failure: for a page that tells both at length. */
void trace_print_steps(const struct trace *trace, bool colour, FILE *out);

/* Prints what was observed, and nothing of what was expected instead. */
void trace_print_observed(const struct trace *trace, FILE *out);

/* Compares the observed steps and packets with text, comments, spacing and use lines left out. NULL
 * when they are the same, otherwise a diff ('-' text, '+' trace) for free(3). */
char *trace_diff(const struct trace *trace, const char *text);

/* What of a printed trace is compared: comments, spacing and use lines left out; of a trace printed
 * as a diff only what was observed. For free(3); NULL without memory. */
char *trace_essence(const char *text, bool diff);

/* Without a run: compares the model's answers with the expectations, and prints them, each with its
 * rule. */
void trace_judge_predictions(struct trace *trace);
void trace_print_predictions(const struct trace *trace, bool colour, FILE *out);

#endif
