/*
 * Any bytes are a log of strace's: lines that are understood and lines that are not; whatever is
 * kept of a connection is an experiment that parses.
 */
#include "fuzz.h"
#include "language/experiment.h"
#include "strace/strace_log.h"
#include "util/memstream.h"

static void check_connection(const struct log_connection *c)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	must(out, "no memory");
	log_connection_print(c, out);
	must(memory_close(out, &text), "no memory");
	struct experiment *e = *text ? experiment_parse("log", text, size, stderr) : NULL;

	must(!*text || e, "calls that are no experiment");
	experiment_free(e);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = string_of(data, size), *at = text, *line;
	struct strace_log *log = strace_log_new();

	must(log, "no memory");
	while ((line = strsep(&at, "\n")))
		must(strace_log_feed(log, line), "no memory");
	const struct log_totals *t = strace_log_totals(log);

	must(t->unknown <= t->lines, "more lines not understood than there are");
	for (int i = 0; strace_log_connection(log, i); i++)
		check_connection(strace_log_connection(log, i));
	strace_log_free(log);
	free(text);
	return 0;
}
