/*
 * selection: the experiments that a command was asked for, and a task for each family of each.
 */
#ifndef CLOSEWAIT_SELECTION_H
#define CLOSEWAIT_SELECTION_H

#include "language/catalog.h"
#include "language/family.h"

struct task {
	const struct experiment *experiment;
	enum family family;
};

struct selection {
	int experiment_count;
	struct experiment **experiment; /* ends with NULL */
	int count;
	struct task *task;
};

/* Loads the experiments called names, as catalog_load does, or without any the whole catalogue, and
 * makes their tasks, on families alone unless it is 0. All are read before anything is run: every
 * error is told, and nothing is half done. Returns STATUS_EXPECTED, STATUS_MISUSE or
 * STATUS_ENVIRONMENT. Free it, whatever was returned. */
enum status selection_load(struct selection *selection, char **names, unsigned families);

void selection_free(struct selection *selection);

#endif
