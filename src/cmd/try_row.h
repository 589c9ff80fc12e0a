/*
 * try_row: what a table tells of a trial. Data only.
 */
#ifndef CLOSEWAIT_TRY_ROW_H
#define CLOSEWAIT_TRY_ROW_H

#include "util/message.h"

#include <stdbool.h>

struct try_row {
	enum status status;
	bool tried;    /* otherwise a message said why not, */
	char why[256]; /* and so does this, where it was not the caller's mistake */
	bool wrote_output;
	int connections, deviations;
	long calls;
	char error[64], fate[64];
};

#endif
