/*
 * record: the outcome of a whole run as bytes that survive a serial line. Pure.
 *
 * A record is a sequence of frames:
 *
 *	KIND [WORD]... LENGTH CHECKSUM
 *	LENGTH bytes of text, and a newline
 *
 *	plan RUNS MS VERSION                 first: how many runs will follow
 *	about                                "KEY VALUE" lines about the kernel
 *	run NAME FAMILY VERDICT US           one run; its text is the trace
 *	difference NAME FAMILY SHOWN RUNS    behind that run: something that the stack answers
 *	                                     otherwise than Linux, shown by SHOWN of RUNS
 *repetitions; its text is "call", "linux" and "stack", a line each, an empty one, and the shortest
 *experiment that shows it log WHEN                             "before" or "during" the runs:
 *alarming lines of the kernel's log end RUNS MS                          last
 *
 * VERSION is the format's, RECORD_VERSION; a plan without one is of version 1. Older versions are
 * read as well: 1 had no version, 2 no differences. MS are milliseconds since boot, US the
 * microseconds that the run took. The checksum is the CRC-32 of everything in the frame before it
 * and of the text. Whoever reads a record believes nothing else: a run without a whole frame has no
 * verdict.
 */
#ifndef CLOSEWAIT_RECORD_H
#define CLOSEWAIT_RECORD_H

#include "trace/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
	RECORD_VERSION = 3,
	RECORD_RUNS = 100000,       /* runs in a record */
	RECORD_TEXT = 1 << 24,      /* bytes of text in a frame */
	RECORD_DIFFERENCES = 10000, /* in a record */
	RECORD_FIELDS = 4,          /* words between a frame's kind and its length */
	RECORD_REASON_LIMIT = 200,  /* bytes in the reason why a record is incomplete */
};

struct record_run {
	char *name, *family;
	enum verdict verdict;
	long microseconds;
	char *trace; /* as trace_print prints it */
};

/* Something that the stack answers otherwise than Linux. */
struct record_difference {
	char *name, *family; /* of the run that showed it first */
	long shown, runs;    /* in how many of how many repetitions it was seen again */
	char *text;          /* "KEY VALUE" lines, an empty one, and an experiment */
};

/* The alarming lines of the kernel's log. */
struct record_log {
	char *before, *during; /* the runs; NULL: nothing */
};

struct run_record {
	long planned, booted, ended; /* runs; milliseconds since boot at the plan and at the end */
	char *about;                 /* NULL: did not arrive */
	int run_count;
	struct record_run *run;
	int difference_count;
	struct record_difference *difference;
	struct record_log log;
	bool complete;                    /* every planned run and the end arrived */
	char reason[RECORD_REASON_LIMIT]; /* why it is not complete */
};

/* Writes a frame: head is its kind and words, separated by single blanks. */
void record_write(FILE *out, const char *head, const char *text, size_t length);

/* Reads size bytes. What is not a whole and well-formed frame ends the reading: the frames before
 * it count. Always gives a record, for record_free; NULL only without memory. */
struct run_record *record_read(const char *data, size_t size);

void record_free(struct run_record *record);

/* The run of that name and family, or NULL. */
const struct record_run *record_find(
	const struct run_record *record, const char *name, const char *family);

/* May a file be called so? Letters, digits, '.', '_', '+', '~' and '-', and no '.' or '-' in front.
 * So are the names and families in a record, which become the names of files. */
bool record_name_valid(const char *name);

/* The experiment in a difference's text: empty when there is none. */
const char *record_experiment(const struct record_difference *difference);

/* Copies the value of key from "KEY VALUE" lines; false, and empty, when there is none. */
bool record_value(const char *lines, const char *key, char *value, size_t size);

#endif
