/*
 * reports: reports of records made by hand, and what is printed of them.
 */
#ifndef CLOSEWAIT_TEST_REPORTS_H
#define CLOSEWAIT_TEST_REPORTS_H

#include "check.h"
#include "report/report.h"

static const char same_a[] =
	"# a title\nuse tcp4\n# Linux 5.10\nclient connect = 0\n  # wire > .\n",
		  same_b[] = "use tcp6\n# Linux 7.3\nclient connect           = 0   # comment\n",
		  other[] = "use tcp4\nclient connect = -1 ECONNREFUSED\n",
		  deviating[] =
			  " use tcp4\n-client connect = 0\n+client connect = -1 ECONNREFUSED\n"
			  "!client connect = 0  # model\n",
		  skipped[] = "use mptcp\n# skipped: Protocol not available\n";

/* A record of runs "NAME FAMILY VERDICT" with their traces, up to a NULL; without an end when cut.
 */
static inline struct run_record *record_of(const char *const (*runs)[2], bool cut, const char *log)
{
	struct print print;
	char head[128];
	int count = 0;

	while (runs[count][0])
		count++;
	print_open(&print);
	snprintf(head, sizeof head, "plan %d 1000", cut ? count + 1 : count);
	record_write(print.out, head, "", 0);
	for (int i = 0; i < count; i++) {
		snprintf(head, sizeof head, "run %s 5", runs[i][0]);
		record_write(print.out, head, runs[i][1], strlen(runs[i][1]));
	}
	if (log)
		record_write(print.out, "log during", log, strlen(log));
	snprintf(head, sizeof head, "end %d 1500", count);
	if (!cut)
		record_write(print.out, head, "", 0);
	char *text = print_take(&print);
	struct run_record *record = record_read(text, print.size);

	assert_int_equal(record->complete, !cut);
	free(text);
	return record;
}

static const char plan[] = "a tcp4\na tcp6\nb tcp4\n";

static inline struct report *report_of(int count, struct run_record *const *records)
{
	static const char *const labels[] = {"5.10", "6.1", "7.3"};
	struct report *report = report_new(count);

	for (int k = 0; k < count; k++) {
		report->kernel[k].label = labels[k];
		report->kernel[k].plan = strdup(plan);
		report->kernel[k].record = records[k];
		report->kernel[k].host = strdup("host here\nended by itself\nseconds 2.5\n");
		report->kernel[k].console = strdup("booting\r\nKernel panic - x\r\nthe end\033\n");
	}
	assert_int_equal(report_judge(report), 0);
	return report;
}

static inline struct run_record *all_good(void)
{
	return record_of(
		(const char *const[][2]){{"a tcp4 expected", same_a}, {"a tcp6 expected", same_b},
			{"b tcp4 expected", other}, {NULL, NULL}},
		false, NULL);
}

/* The caller's. */
static inline char *printed_by(void (*report_print_part)(const struct report *report,
				       struct report_style style, FILE *out),
	const struct report *report, struct report_style style)
{
	struct print print;

	print_open(&print);
	report_print_part(report, style, print.out);
	return print_take(&print);
}

#endif
