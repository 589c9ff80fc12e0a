/*
 * report_json: report.h's printing of JSON lines.
 */
#include "report/report.h"

#include <jansson.h>
#include <stdlib.h>

static int set_text(json_t *object, const char *key, const char *text)
{
	return text && *text ? json_object_set_new(object, key, json_string(text)) : 0;
}

/* The value of key in "KEY VALUE" lines, when it is there. */
static int set_value(json_t *object, const char *name, const char *lines, const char *key)
{
	char value[1024];

	return record_value(lines, key, value, sizeof value) ? set_text(object, name, value) : 0;
}

static int set_kernel(json_t *object, const struct report_kernel *kernel)
{
	const char *about = kernel->record->about;

	return set_text(object, "kernel", kernel->label) ||
	       set_value(object, "package", kernel->about, "package") ||
	       set_value(object, "uname", about, "uname") ||
	       set_value(object, "version", about, "judged-as") ||
	       set_value(object, "qemu", kernel->host, "qemu");
}

static int set_cell(
	json_t *object, const struct report_kernel *kernel, const struct report_cell *cell)
{
	char letter[] = {cell->letter, '\0'}, *reason = report_reason(cell);
	int failed = set_text(object, "verdict", symbol_text(verdicts, (long)cell->verdict)) ||
		     set_text(object, "letter", letter) ||
		     set_text(object, "reason", cell->run ? reason : kernel->record->reason);

	free(reason);
	if (!failed && cell->run)
		failed = json_object_set_new(
				 object, "microseconds", json_integer(cell->run->microseconds)) ||
			 set_text(object, "trace", cell->run->trace);
	return failed;
}

static bool print_cell(
	const struct report_kernel *kernel, const struct report_row *row, int k, FILE *out)
{
	json_t *object = json_object();
	bool good = object && !set_kernel(object, kernel) &&
		    !set_text(object, "experiment", row->experiment) &&
		    !set_text(object, "family", row->family) &&
		    !set_cell(object, kernel, &row->cell[k]) &&
		    !json_dumpf(object, out, JSON_COMPACT);

	if (good)
		fputc('\n', out);
	json_decref(object);
	return good;
}

bool report_print_json(const struct report *report, FILE *out)
{
	for (int k = 0; k < report->kernel_count; k++)
		for (int i = 0; i < report->row_count; i++)
			if (!print_cell(&report->kernel[k], &report->row[i], k, out))
				return false;
	return true;
}
