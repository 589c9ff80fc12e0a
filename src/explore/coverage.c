#include "explore/coverage.h"

#include "explore/choose.h"
#include "explore/generate.h"
#include "util/memstream.h"

/* Counts the steps of the experiment as it would be run. */
static bool count_made(
	struct coverage *coverage, const struct generated *generated, struct version kernel)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool legal = out && generate_print(generated, kernel, out);

	if (!memory_close(out, &text))
		return false;
	struct experiment *e = legal ? experiment_parse("generated", text, size, stderr) : NULL;

	free(text);
	for (int i = 0; e && i < e->step_count; i++)
		coverage->made[e->script[i].step.operation->id]++;
	experiment_free(e);
	return e;
}

bool coverage_measure(struct coverage *coverage, struct version kernel)
{
	static const enum family families[] = {FAMILY_TCP4, FAMILY_TCP6};

	*coverage = (struct coverage){0};
	for (uint64_t number = 0; number < COVERAGE_COUNT; number++) {
		struct generated g;

		generate(&g, COVERAGE_SEED, number, families[number % 2], kernel, COVERAGE_STEPS);
		for (int i = 0; i < OPERATION_COUNT; i++) {
			coverage->drawn[i] += g.drawn[i];
			coverage->unknown[i] += g.unknown[i];
		}
		if (!count_made(coverage, &g, kernel))
			return false;
	}
	return true;
}

void coverage_print(const struct coverage *coverage, FILE *out)
{
	long drawn = 0, unknown = 0;
	int made = 0;

	for (const struct operation *o = operations; o->name; o++) {
		const char *why = choose_left_out(o->id);

		drawn += coverage->drawn[o->id];
		unknown += coverage->unknown[o->id];
		made += coverage->made[o->id] > 0;
		if (!coverage->made[o->id])
			fprintf(out, "explore makes no %s%s%s\n", o->name, why ? ": " : "",
				why ? why : "");
		if (coverage->unknown[o->id])
			fprintf(out, "explore: not predicted: %ld of %ld steps of %s\n",
				coverage->unknown[o->id], coverage->drawn[o->id], o->name);
	}
	fprintf(out,
		"# explore: %.1f %% of %ld steps that chance proposed are predicted; %d of %d "
		"operations made (%d experiments of seed %d)\n",
		drawn ? 100.0 * (double)(drawn - unknown) / (double)drawn : 0.0, drawn, made,
		OPERATION_COUNT, COVERAGE_COUNT, COVERAGE_SEED);
}
