/*
 * format_svg: format.h's one trace as a picture.
 */
#include "format/format.h"
#include "page/ladder_svg.h"
#include "page/page.h"

bool format_svg_print(const struct format_trace *t, FILE *out)
{
	char title[NAME_LIMIT + 32];

	snprintf(title, sizeof title, "%s %s", page_name(t->trace->experiment->name),
		family_name(t->trace->family));
	return ladder_svg_document(t->trace, title, out);
}
