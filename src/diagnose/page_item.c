#include "diagnose/page_item.h"

#include "util/text.h"

void page_item_print(const char *title, const char *text, FILE *out)
{
	if (!*text)
		return;
	fprintf(out, "   %-*s", PAGE_ITEM_COLUMN - 3, title);
	text_wrap(out, PAGE_ITEM_COLUMN, text);
}
