#include "diagnose/reproduce.h"

#include "explain/similar.h"
#include "language/catalog.h"
#include "util/memstream.h"

#include <string.h>

static void print_step(const struct model *before, const struct model *after,
	const struct step *step, const struct prediction *p, int call, void *context)
{
	char left[LINE_LIMIT + 1], right[RESULT_TEXT];
	FILE *out = context;

	(void)before, (void)after, (void)call;
	step_text(step, left, sizeof left);
	result_text(&p->result, right, sizeof right);
	experiment_print_line(out, left, right, NULL);
	fputc('\n', out);
}

void reproduce_print(const struct seen *seen, const struct way *way, FILE *out)
{
	fputs("# Reproduced: what was seen, and what explains it.\n#\n", out);
	for (int i = 0; i < way->count; i++) {
		const struct deed *deed = &way->deed[i];

		fprintf(out, "# %s call %d: %s.\n", deed->at & 1 ? "During" : "Before",
			deed->at / 2 + 1, acts[deed->act].says);
	}
	if (way->unconnected)
		fputs("# The socket was never connected.\n", out);
	else if (!way->count)
		fputs("# Nothing but the calls.\n", out);
	fprintf(out, "use %s\n\n", family_name(seen->family));
	way_play(seen, way, print_step, out);
}

/* An explanation for comparison: its text, and which of its steps make it what it is: those that
 * were not seen, and the calls that failed. */
struct bare {
	FILE *out;
	int count;
	bool matters[STEP_LIMIT];
	struct result result[STEP_LIMIT]; /* of a call that failed; else RESULT_NONE */
};

/* The catalogue's usual calls and lengths, and nothing that prepares: so that what differs from an
 * experiment of the catalogue is what matters. */
static void print_bare(const struct model *before, const struct model *after,
	const struct step *step, const struct prediction *p, int call, void *context)
{
	const char *background = step->background ? " &" : "";
	struct bare *bare = context;
	char left[LINE_LIMIT + 1];

	(void)before, (void)after;
	if (call < 0 && step->operation->id == OP_SETSOCKOPT && step->option->id == OPT_TCP_NODELAY)
		return;
	if (bare->count == STEP_LIMIT)
		return;
	if (step->operation->flags & SENDS && step->number[0] && !step_is_of_uring(step))
		snprintf(left, sizeof left, "%s write 6%s", who_text(step->who), background);
	else if (step->operation->flags & RECEIVES && step->number[0] && !step_flags(step))
		snprintf(left, sizeof left, "%s read 16%s", who_text(step->who), background);
	else
		step_text(step, left, sizeof left);
	fprintf(bare->out, "%s\n", left);
	bool failed = p->result.kind == RESULT_ERROR;

	bare->matters[bare->count] = failed || (call < 0 && step->operation->id != OP_AWAIT);
	bare->result[bare->count++] = failed ? p->result : (struct result){.kind = RESULT_NONE};
}

static struct experiment *bare_experiment(
	struct bare *bare, const struct seen *seen, const struct way *way)
{
	char *text = NULL;
	size_t size;
	struct experiment *e = NULL;

	*bare = (struct bare){.out = open_memstream(&text, &size)};
	if (!bare->out)
		return NULL;
	fprintf(bare->out, "use %s\n", family_name(seen->family));
	way_play(seen, way, print_bare, bare);
	if (memory_close(bare->out, &text))
		e = experiment_parse("reproduced", text, size, stderr);
	free(text);
	return e;
}

/* How far an experiment is from an explanation: first by what matters that it does not have, or not
 * with the same error, then by the calls that differ. */
struct distance {
	int missing, changed, common, looks;
};

static struct distance distance_of(const struct bare *bare, const struct difference *d,
	const struct experiment *other, const struct seen *seen)
{
	struct distance distance = {0, d->changed, d->common, d->looks};

	for (int i = 0; i < bare->count; i++) {
		const struct expectation *e =
			d->pair[i] < 0 ? NULL
				       : script_step_expectation(&other->script[d->pair[i]],
						 seen->family, seen->kernel);
		bool same = d->pair[i] >= 0 &&
			    (bare->result[i].kind == RESULT_NONE ||
				    (e && results_agree(&e->result, &bare->result[i])));

		distance.missing += bare->matters[i] && !same;
	}
	return distance;
}

static bool is_nearer(const struct distance *a, const struct distance *b)
{
	if (a->missing != b->missing)
		return a->missing < b->missing;
	if (a->changed != b->changed)
		return a->changed < b->changed;
	return a->common != b->common ? a->common > b->common : a->looks < b->looks;
}

void reproduce_shown_by(const struct seen *seen, const struct way *way, char name[SHOWN_NAME])
{
	struct bare bare;
	struct experiment *e = bare_experiment(&bare, seen, way);
	struct distance least = {.missing = STEP_LIMIT + 1}, distance;
	struct difference d;
	enum status status;

	name[0] = '\0';
	for (const struct text *t = texts; e && t->name; t++) {
		struct experiment *other =
			strcmp(t->kind, "trace") ? NULL : catalog_load(t->name, &status);

		if (other && other->families & 1u << seen->family &&
			similar_compare(&d, e, other, seen->family, seen->kernel) && d.common) {
			distance = distance_of(&bare, &d, other, seen);
			if (is_nearer(&distance, &least)) {
				least = distance;
				snprintf(name, SHOWN_NAME, "%s", t->name);
			}
		}
		experiment_free(other);
	}
	experiment_free(e);
}
