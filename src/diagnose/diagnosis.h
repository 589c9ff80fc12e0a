/*
 * diagnosis: the causes as a page to read, and as JSON. Pure.
 */
#ifndef CLOSEWAIT_DIAGNOSIS_H
#define CLOSEWAIT_DIAGNOSIS_H

#include "diagnose/causes.h"
#include "diagnose/sheet.h"

enum {
	EVIDENCE_TEXT = 256, /* bytes that any evidence fits in */
	CAUSES_SHOWN = 5,    /* causes on the page */
};

/* What a cause leaves to be looked at: texts, empty where there is nothing. */
struct evidence {
	char before[EVIDENCE_TEXT];   /* at the program, before the call that told: state, events,
					 error */
	char counters[EVIDENCE_TEXT]; /* " NAME MOVED"..., of both ends' kernels */
	int call;                     /* that call, or -1 */
};

/* Of the cause's first way. */
void diagnosis_evidence(const struct seen *seen, const struct way *way, struct evidence *evidence);

/* "the peer closes: FIN; ...": the acts that cost something, or what there is to say of none. */
void diagnosis_title(const struct seen *seen, const struct way *way, char *title, size_t size);

/* Where an act stands: "before call 2", "while call 2 waits". */
void diagnosis_place(const struct deed *deed, char *place, size_t size);

/* Writes all that there is to say. */
void diagnosis_print(const struct causes *causes, struct sheet *sheet);

#endif
