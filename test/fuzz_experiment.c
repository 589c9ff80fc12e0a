/*
 * The parser: any bytes are refused with a message or are an experiment; what is printed of it, as
 * an experiment, as predictions, as a trace of a run that never was, parses and prints as the same
 * again.
 */
#include "fuzz.h"
#include "trace/trace.h"

static FILE *nowhere;

static struct experiment *parse(const char *text, size_t size)
{
	if (!nowhere)
		nowhere = fopen("/dev/null", "we");
	return experiment_parse("fuzz", text, size, nowhere);
}

static char *print(const struct experiment *e, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	if (out)
		experiment_print(e, out);
	must(memory_close(out, &text), "no memory");
	return text;
}

/* What was printed has to be read again, and be printed as it is. */
static void again(const char *text, size_t size, const char *what)
{
	struct experiment *e = parse(text, size);
	size_t length;

	must(e, what);
	char *printed = print(e, &length);

	must(length == size && !memcmp(text, printed, size), what);
	free(printed);
	experiment_free(e);
}

static void trace_again(const struct experiment *e, enum family family)
{
	struct trace *trace = trace_new(e, family, (struct version){6, 18, 0});
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	must(trace && out, "no memory");
	trace_fail(trace, "it was never run");
	trace_print(trace, false, out);
	must(memory_close(out, &text), "no memory");
	struct experiment *read = parse(text, size);

	must(read, "a trace that does not parse");
	must(read->step_count == e->step_count, "a trace with other steps");
	experiment_free(read);
	free(text);
	trace_free(trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct experiment *e = parse((const char *)data, size);
	size_t length;

	if (!e)
		return 0;
	char *text = print(e, &length);

	again(text, length, "an experiment that is not printed as it is");
	for (int f = 0; f < FAMILY_COUNT; f++)
		if (e->families & 1u << f)
			trace_again(e, (enum family)f);
	free(text);
	experiment_free(e);
	return 0;
}
