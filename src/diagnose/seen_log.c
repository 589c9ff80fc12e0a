#include "diagnose/seen_log.h"

#include "util/memstream.h"

bool seen_take_log(struct seen *seen, const struct log_connection *c, struct version kernel)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct experiment *e = NULL;

	if (out) {
		fprintf(out, "use %s\n", family_name(c->family));
		log_connection_print(c, out);
	}
	if (memory_close(out, &text))
		e = experiment_parse("log", text, size, stderr);
	free(text);
	if (!e)
		return false;
	seen_take(seen, e, kernel);
	if (c->whole && c->count <= LOG_CALLS)
		seen->connected = false;
	return true;
}
