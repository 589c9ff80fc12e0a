#include "explain/search.h"

#include "util/memstream.h"

#include <ctype.h>
#include <string.h>

/* Does a character end a word? '-' and '_' join its parts, or with apart end it, too. */
static bool ends_word(char c, bool apart)
{
	return apart || (c != '-' && c != '_');
}

/* Words in small letters, a blank before each. What joins the parts of a word is left out. */
static void print_plain(const char *text, bool apart, FILE *out)
{
	bool inside = false;

	for (; *text; text++) {
		if (!isalnum((unsigned char)*text)) {
			inside &= !ends_word(*text, apart);
			continue;
		}
		fprintf(out, "%s%c", inside ? "" : " ", tolower((unsigned char)*text));
		inside = true;
	}
}

/* The results that are names, and what the system calls their errno or signal. */
static void print_descriptions(const struct experiment *e, FILE *out)
{
	for (int i = 0; i < e->step_count; i++)
		for (int j = 0; j < e->script[i].expectation_count; j++) {
			const struct result *r = &e->script[i].expectation[j].result;
			const char *text = NULL;
			char right[RESULT_TEXT];

			result_text(r, right, sizeof right);
			if (right[strspn(right, "-0123456789")])
				print_plain(right, true, out);
			if (r->kind == RESULT_ERROR || (r->kind == RESULT_ERRNO && r->value))
				text = strerrordesc_np((int)r->value);
			print_plain(text ? text : "", true, out);
			text = r->signal ? sigdescr_np(r->signal) : NULL;
			print_plain(text ? text : "", true, out);
		}
}

char *search_text(const struct experiment *e)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (int apart = 0; apart < 2; apart++) {
		print_plain(e->name, apart, out);
		print_plain(e->text, apart, out);
	}
	print_descriptions(e, out);
	memory_close(out, &text);
	return text;
}

char *search_descriptions(const struct experiment *e)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out)
		print_descriptions(e, out);
	memory_close(out, &text);
	return text;
}

bool search_has(const char *text, const char *word)
{
	for (int apart = 0; apart < 2; apart++) {
		char *plain = NULL;
		size_t size;
		FILE *out = open_memstream(&plain, &size);

		if (out)
			print_plain(word, apart, out);
		bool found = memory_close(out, &plain) && *plain && strstr(text, plain);

		free(plain);
		if (found)
			return true;
	}
	return false;
}
