#include "cmd/selection.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void add_experiment(struct selection *s, const char *name, enum status *status)
{
	enum status loaded;
	struct experiment *e = catalog_load_whole(name, &loaded);

	*status = status_merge(*status, loaded);
	if (e)
		s->experiment[s->experiment_count++] = e;
}

static enum status load(struct selection *s, char **names)
{
	enum status status = STATUS_EXPECTED;
	size_t count = 1; /* for the end */

	for (char **name = names; *name; name++)
		count++;
	for (const struct text *t = texts; t->name; t++)
		count++;
	s->experiment = calloc(count, sizeof(struct experiment *));
	if (!s->experiment) {
		message("no memory for the experiments");
		return STATUS_ENVIRONMENT;
	}
	for (char **name = names; *name; name++)
		add_experiment(s, *name, &status);
	for (const struct text *t = texts; !*names && t->name; t++)
		if (!strcmp(t->kind, "trace"))
			add_experiment(s, t->name, &status);
	return status;
}

/* False when it has none of the families. */
static bool add_tasks(struct selection *s, const struct experiment *e, unsigned families)
{
	int before = s->count;

	for (int f = 0; f < FAMILY_COUNT; f++)
		if (e->families & families & 1u << f)
			s->task[s->count++] = (struct task){e, (enum family)f};
	return s->count > before;
}

enum status selection_load(struct selection *s, char **names, unsigned families)
{
	*s = (struct selection){0};
	enum status status = load(s, names);

	if (status != STATUS_EXPECTED)
		return status;
	s->task = calloc((size_t)s->experiment_count * FAMILY_COUNT + 1, sizeof *s->task);
	if (!s->task) {
		message("no memory for the tasks");
		return STATUS_ENVIRONMENT;
	}
	for (struct experiment **e = s->experiment; *e; e++)
		/* In a run of the whole catalogue a family that an experiment lacks needs no
		 * message. */
		if (!add_tasks(s, *e, families ? families : ~0U) && *names)
			message("%s: skipped: it uses none of the families asked for", (*e)->name);
	return STATUS_EXPECTED;
}

void selection_free(struct selection *s)
{
	for (int i = 0; i < s->experiment_count; i++)
		experiment_free(s->experiment[i]);
	free((void *)s->experiment);
	free(s->task);
}
