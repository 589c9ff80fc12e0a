/*
 * symptom: what a program sees of a connection that ends, an errno, an event or a signal, and what
 * gives it: in which calls and states, by which rules of the model, in which experiments. Pure.
 *
 * Nothing of it is written by hand: the model is asked for every step of the experiments that are
 * offered, and where it has no answer, on MPTCP and AF_UNIX, what they expect stands in.
 */
#ifndef CLOSEWAIT_SYMPTOM_H
#define CLOSEWAIT_SYMPTOM_H

#include "language/experiment.h"
#include "model/rule.h"

enum symptom_kind { SYMPTOM_ERRNO, SYMPTOM_SIGNAL, SYMPTOM_POLL, SYMPTOM_EPOLL };

struct symptom {
	enum symptom_kind kind;
	const char *name; /* EPIPE, SIGPIPE, POLLHUP, EPOLLHUP */
	long value;
};

enum {
	SYMPTOM_SHOWN = 5,        /* experiments that are named of each origin, */
	SYMPTOM_ORIGINS = 96,     /* and origins of a symptom */
	SYMPTOM_ERRNO_END = 1134, /* mips has the largest errno: EDQUOT is 1133 */
};

/* The experiments that show something: their number, and the shortest of them. */
struct showing {
	int count, kept;
	char last[WORD_LIMIT + 1]; /* that was counted */
	char name[SYMPTOM_SHOWN][WORD_LIMIT + 1];
	int steps[SYMPTOM_SHOWN];
};

/* One way in which a symptom comes about: a rule, and how the error that it took was stored. */
struct origin {
	enum rule rule;
	const char *cause;
	bool call[OPERATION_COUNT]; /* the calls that gave it, */
	unsigned states; /* bit 1 << TCP state: in these states, as far as they are certain */
	struct showing showing;
};

/* What gives a symptom. Begins as {.symptom = ...}. */
struct symptom_origins {
	struct symptom symptom;
	int count;
	struct origin origin[SYMPTOM_ORIGINS];
	struct showing expected[FAMILY_COUNT]; /* on families that are not modelled */
};

/* Finds the symptom called name, as symbols.h has the names; false when there is none. */
bool symptom_find(const char *name, struct symptom *symptom);

/* What the system calls it ("Broken pipe"); of an event empty. */
const char *symptom_description(const struct symptom *symptom);

/* Does a result show it? */
bool symptom_shows(const struct symptom *symptom, const struct result *result);

/* Adds what experiment e shows of it, on all of its families, on kernel. */
void symptom_offer(
	struct symptom_origins *origins, const struct experiment *e, struct version kernel);

/* Is there anything that gives it? */
bool symptom_has_origin(const struct symptom_origins *origins);

/* What an origin is, and what gives what it shows, as the page has it. */
enum { SYMPTOM_TEXT = 2048 };
void symptom_how(const struct origin *origin, char text[SYMPTOM_TEXT]);
void symptom_calls(const struct origin *origin, char text[SYMPTOM_TEXT]);
void symptom_states(const struct origin *origin, char text[SYMPTOM_TEXT]);
void symptom_shown_by(const struct showing *showing, char text[SYMPTOM_TEXT]);

/* The order of the origins: the one that most experiments show stands first. */
void symptom_order(const struct symptom_origins *origins, int order[SYMPTOM_ORIGINS]);

/* What is to be said of the symptom itself where it is an event; NULL: nothing. */
const struct event_text *symptom_event(const struct symptom *symptom);

/* Prints the page. */
void symptom_print(const struct symptom_origins *origins, FILE *out);

/* The symptoms that experiments show. */
struct symptom_set {
	bool error[SYMPTOM_ERRNO_END]; /* by number */
	bool sigpipe;
	long poll, epoll; /* masks of events */
};

/* Adds those of experiment e on kernel. */
void symptom_set_add(struct symptom_set *set, const struct experiment *e, struct version kernel);

/* Prints the names, a line each. */
void symptom_set_print(const struct symptom_set *set, FILE *out);

#endif
