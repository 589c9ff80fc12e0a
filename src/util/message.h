/*
 * message: exit statuses, and messages to stderr.
 */
#ifndef CLOSEWAIT_MESSAGE_H
#define CLOSEWAIT_MESSAGE_H

enum status {
	STATUS_EXPECTED = 0,    /* everything as expected */
	STATUS_DEVIATES = 1,    /* something deviated */
	STATUS_MISUSE = 2,      /* misuse, or malformed input */
	STATUS_ENVIRONMENT = 3, /* the environment failed us */
	STATUS_SKIPPED = 4,     /* everything was skipped */
};

/* The status of two runs together: a deviation outweighs a failure of the environment, that
 * outweighs a run as expected, and a skip counts only when there is nothing else. */
enum status status_merge(enum status a, enum status b);

/* Writes "closewait: " and the message to stderr, as one line and in one write. */
__attribute__((format(printf, 1, 2))) void message(const char *format, ...);

#endif
