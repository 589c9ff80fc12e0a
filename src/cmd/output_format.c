#include "cmd/output_format.h"

#include "util/message.h"

#include <stdio.h>
#include <string.h>

/* "text, json or html": those that are allowed. */
static void list_formats(const char *const *names, unsigned allowed, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (int f = OUTPUT_TEXT; f < OUTPUT_FORMATS && used < size; f++)
		if (allowed & 1u << f)
			used += (size_t)snprintf(text + used, size - used, "%s%s",
				!used                ? ""
				: allowed >> (f + 1) ? ", "
						     : " or ",
				names[f]);
}

bool output_format_option(const char *text, unsigned allowed, enum output_format *format)
{
	static const char *const names[OUTPUT_FORMATS] = {[OUTPUT_TEXT] = "text",
		[OUTPUT_JSON] = "json",
		[OUTPUT_HTML] = "html",
		[OUTPUT_SVG] = "svg"};
	char list[64];

	allowed |= 1u << OUTPUT_TEXT;
	for (int f = OUTPUT_TEXT; f < OUTPUT_FORMATS; f++)
		if (allowed & 1u << f && !strcmp(text, names[f])) {
			*format = (enum output_format)f;
			return true;
		}
	list_formats(names, allowed, list, sizeof list);
	message("--format=%s: expected %s", text, list);
	return false;
}
