/*
 * result: what a call gave, or should give, as a value with a text. Pure.
 *
 * The text is strace's: "6", "-1 EPIPE", "-1 EPIPE SIGPIPE", and the bytes that a call received
 * behind their number, 6 "hello\n". Alternatives stand between bars, "-1 EPIPE|ECONNRESET" and
 * "0 | -1 ECONNRESET"; "1..6" is a range. A step that cannot finish gives
 * "timeout in STATE"; an expectation may be a relation (">0"), and have bounds of the time that the
 * call takes, "in 20ms.."; the model may answer "unknown".
 */
#ifndef CLOSEWAIT_RESULT_H
#define CLOSEWAIT_RESULT_H

#include "language/payload.h"
#include "util/text.h"

#include <stdbool.h>
#include <stddef.h>

enum result_kind {
	RESULT_NONE,     /* nothing stands there: recorded, not asserted */
	RESULT_DONE,     /* an await that arrived; its text is empty */
	RESULT_NUMBER,   /* value */
	RESULT_RELATION, /* relation, value: an expectation or a prediction, never observed */
	RESULT_ERROR,    /* -1; value is the errno */
	RESULT_ERRNO,    /* SO_ERROR's value: an errno or 0 */
	RESULT_STATE,    /* value is a TCP state */
	RESULT_EVENTS,   /* value is poll's revents */
	RESULT_EPOLL,    /* value is epoll_wait's events */
	RESULT_SETS,     /* value is a mask of select_sets */
	RESULT_PAIR,     /* value, second: l_onoff,l_linger or tv_sec,tv_usec */
	RESULT_TIMEOUT,  /* value is the TCP state at the deadline; 0: any */
	RESULT_UNKNOWN,  /* the model does not say */
	RESULT_FAILED,   /* closewait could not run the step, or not look; value is the errno */
	RESULT_LACKING,  /* it cannot be had here; value is the errno with which the kernel says so
			  */
};

/* WITHIN: from value to second. */
enum relation { GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, NOT_EQUAL, WITHIN };

enum {
	RESULT_OTHERS = 3,       /* alternatives beside the first */
	ELAPSED_LIMIT = 3600000, /* milliseconds: an hour */
};

/* One of the values that a result may have. */
struct alternative {
	enum result_kind kind;
	enum relation relation;
	long value, second;
	int signal;
};

/* A value; of an expectation or a prediction it may be the first of several: where the kernel has a
 * choice. result_alternative gives each. */
struct result {
	enum result_kind kind;
	enum relation relation;
	long value, second;
	int signal;          /* delivered to the caller; 0: none */
	bool timed;          /* an expectation, and a call takes no less and no more than: */
	long least, most;    /* milliseconds; most is ELAPSED_LIMIT where nothing is said */
	struct payload data; /* of RESULT_NUMBER and RESULT_RELATION: what was received */
	int other_count;
	struct alternative other[RESULT_OTHERS];
};

/* Which results an operation can give, and so how their text is read. */
enum result_form {
	FORM_NUMBER,   /* 6, >0 */
	FORM_RECEIVED, /* 6 "hello\n" */
	FORM_VALUE,    /* as FORM_NUMBER, but -1 may be the value itself */
	FORM_ERRNO,    /* 0, ECONNRESET */
	FORM_STATE,    /* CLOSE_WAIT */
	FORM_EVENTS,   /* POLLIN|POLLRDHUP */
	FORM_EPOLL,    /* EPOLLIN|EPOLLRDHUP */
	FORM_SETS,     /* readfds|writefds */
	FORM_PAIR,     /* 1,0 */
	FORM_AWAIT,    /* nothing: the awaited is there */
};

enum {
	RESULT_TEXT = WORD_LIMIT + (RESULT_OTHERS + 1) * 128 + 32
}; /* bytes that any result's text fits in */

/* Reads a result of form from count words. Returns how many words it took; or 0, and *bad is the
 * index of the offending word (count when words are missing) and *expected says what was expected
 * there. */
int result_parse(struct result *result, enum result_form form, const struct word *words, int count,
	int *bad, const char **expected);

/* The name that is nearest to the offending word bad, if one is near, or NULL. */
const char *result_nearest(enum result_form form, const struct word *words, int bad);

/* Writes the result's text; empty for RESULT_NONE and RESULT_DONE. */
void result_text(const struct result *result, char *text, size_t size);

/* How many values it may have, 1 at least, and the ith of them alone. */
int result_count(const struct result *result);
struct result result_alternative(const struct result *result, int i);

/* Is value, which has no alternatives, one of those that result may have? */
bool result_has(const struct result *result, const struct result *value);

/* Makes value one that it may have, too. False when there is room for no more. */
bool result_add(struct result *result, const struct result *value);

/* May what is observed differ while the behaviour does not: is it a relation, or
 * are there alternatives? */
bool result_varies(const struct result *result);

/* Is it of that kind, or one of its alternatives? */
bool result_may_be(const struct result *result, enum result_kind kind);

/* Do two of {prediction, expectation, observation} agree: is there a value that
 * both may have? One that says nothing agrees with all. */
bool results_agree(const struct result *a, const struct result *b);

#endif
