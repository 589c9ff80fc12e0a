/*
 * What the catalogue expects on other kernels is what the model predicts there: whatever a guard
 * says of a version the model knows, or does not claim to know.
 */
#include "language/catalog.h"
#include "traces.h"

/* The series that scripts/matrix boots, and both sides of what the catalogue's guards name. */
static const struct version kernels[] = {{5, 10, 262}, {5, 15, 0}, {6, 0, 0}, {6, 1, 60},
	{6, 1, 192}, {6, 4, 0}, {6, 5, 0}, {6, 6, 0}, {6, 10, 0}, {6, 11, 0}, {6, 12, 30},
	{6, 12, 118}, {6, 15, 0}, {6, 16, 12}, {6, 17, 13}, {6, 18, 15}, {6, 18, 44}, {6, 19, 14},
	{7, 0, 13}, {7, 1, 13}, {7, 2, 13}, {7, 3, 4}};

static void assert_predicted(const struct experiment *e, enum family family, struct version version)
{
	struct trace *trace = trace_new(e, family, version);

	assert_non_null(trace);
	trace_judge_predictions(trace);
	if (trace->deviations) {
		trace_print_predictions(trace, false, stderr);
		fail_msg("%s on %s, kernel %d.%d.%d", e->name, family_name(family), version.major,
			version.minor, version.patch);
	}
	trace_free(trace);
}

static void test_catalogue(void **state)
{
	(void)state;
	for (const struct text *t = texts; t->name; t++) {
		if (strcmp(t->kind, "trace") != 0)
			continue;
		struct experiment *e = experiment_parse(t->name, t->text, strlen(t->text), stderr);

		assert_non_null(e);
		for (int f = 0; f < FAMILY_COUNT; f++)
			for (size_t k = 0; e->families & 1u << f && k < COUNT(kernels); k++)
				assert_predicted(e, (enum family)f, kernels[k]);
		experiment_free(e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_catalogue)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
