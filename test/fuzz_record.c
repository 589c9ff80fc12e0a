/*
 * What comes from a guest: any bytes are a record, whole or not; well-formed frames, in any order
 * and damaged anywhere, never give a run that was not written; a report can be made of it. The
 * kernel's log is read the same way.
 */
#include "fuzz.h"
#include "report/kernlog.h"
#include "report/report.h"

static void check_record(const struct run_record *r)
{
	must(r->run_count >= 0 && r->run_count <= r->planned, "more runs than planned");
	must(!r->complete || r->run_count == r->planned, "complete without all runs");
	must(r->complete == !r->reason[0], "neither complete nor with a reason");
	for (int i = 0; i < r->run_count; i++) {
		must(record_name_valid(r->run[i].name) && record_name_valid(r->run[i].family),
			"a name that cannot be a file's");
		must(r->run[i].trace, "a run without a trace");
	}
}

/* The record of a kernel beside one of which nothing arrived. */
static void report(struct run_record *record, const char *console)
{
	struct report *report = report_new(2);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	must(report && out, "no memory");
	for (int i = 0; i < 2; i++) {
		report->kernel[i].label = i ? "b" : "a";
		report->kernel[i].plan = strdup("write-after-close tcp4\nx tcp6\n");
		report->kernel[i].console = strdup(console);
		report->kernel[i].record = i ? record_read("", 0) : record;
	}
	must(!report_judge(report), "a plan that is none");
	must(report_status(report) != STATUS_EXPECTED, "nothing arrived, and all is well");
	report_print(report, (struct report_style){&report_text, false}, out);
	report_print(report, (struct report_style){&report_markdown, true}, out);
	must(memory_close(out, &text), "no memory");
	free(text);
	report_free(report);
}

static void read_and_report(const char *data, size_t size, const char *console)
{
	struct run_record *record = record_read(data, size);

	must(record, "no memory");
	check_record(record);
	report(record, console);
}

/* Frames: a line of the input is a head, the next one its text. */
static char *frames_of(char *text, size_t *size)
{
	char *data = NULL, *line[2];
	FILE *out = open_memstream(&data, size);

	must(out, "no memory");
	while ((line[0] = strsep(&text, "\n")) && (line[1] = strsep(&text, "\n")))
		if (strlen(line[0]) < 400)
			record_write(out, line[0], line[1], strlen(line[1]));
	must(memory_close(out, &data), "no memory");
	return data;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = string_of(data, size);
	size_t length;
	FILE *nowhere = fopen("/dev/null", "we");

	read_and_report((const char *)data, size, text);
	must(nowhere && kernlog_print_alarming(text, nowhere) <= KERNLOG_LIMIT, "too many lines");
	fclose(nowhere);
	char *frames = frames_of(text, &length);

	read_and_report(frames, length, "");
	if (length && size > 2) { /* at a place that the input chooses */
		size_t place = (size_t)(data[0] << 8 | data[1]) % length;

		frames[place] = (char)(frames[place] ^ (1 << data[2] % 7));
		read_and_report(frames, length, "");
	}
	free(frames);
	free(text);
	return 0;
}
