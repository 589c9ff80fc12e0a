#include "trial/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What an argument, or the environment, says of the peer's address. */
static char *fill_in(const char *text, const char *host, const char *port)
{
	char *filled = NULL;
	size_t size;
	FILE *out = open_memstream(&filled, &size);

	while (out && *text) {
		const char *here = !strncmp(text, "{host}", 6)   ? host
				   : !strncmp(text, "{port}", 6) ? port
								 : NULL;

		if (here)
			fputs(here, out);
		else
			fputc(*text, out);
		text += here ? 6 : 1;
	}
	if (out)
		fclose(out);
	return filled;
}

void command_free(char **words)
{
	for (char **at = words; words && *at; at++)
		free(*at);
	free((void *)words);
}

char **command_arguments(char *const *argv, const char *host, const char *port)
{
	size_t count = 0;

	while (argv[count])
		count++;
	char **filled = calloc(count + 1, sizeof *filled);

	for (size_t i = 0; filled && i < count; i++)
		filled[i] = fill_in(argv[i], host, port);
	return filled;
}

char **command_environment(const char *host, const char *port)
{
	size_t count = 0, kept = 0;

	while (environ[count])
		count++;
	char **made = calloc(count + 3, sizeof *made);

	for (size_t i = 0; made && i < count; i++)
		if (strncmp(environ[i], "CLOSEWAIT_HOST=", 15) != 0 &&
			strncmp(environ[i], "CLOSEWAIT_PORT=", 15) != 0)
			made[kept++] = strdup(environ[i]);
	if (made && asprintf(&made[kept], "CLOSEWAIT_HOST=%s", host) > 0 &&
		asprintf(&made[kept + 1], "CLOSEWAIT_PORT=%s", port) > 0)
		return made;
	command_free(made);
	return NULL;
}
