/*
 * Records: what was written is read back; cut off anywhere, damaged anywhere or not well-formed, it
 * gives the runs whose frames are whole, and never a verdict that was not written. And which lines
 * of a kernel's log alarm.
 */
#include "check.h"
#include "report/kernlog.h"
#include "report/record.h"

static const char trace[] = "client connect           = 0\n";

static void frame(FILE *out, const char *head, const char *text)
{
	record_write(out, head, text, strlen(text));
}

/* A good record of two runs; sizes[i] is its size when i runs are whole. */
static char *good_record(size_t *size, size_t sizes[3])
{
	struct print print;

	print_open(&print);
	frame(print.out, "plan 2 1500 2", "");
	frame(print.out, "about", "uname Linux 6.1\njudged-as 6.1.5\n");
	fflush(print.out);
	sizes[0] = print.size;
	frame(print.out, "run write-after-close tcp4 expected 1234", trace);
	fflush(print.out);
	sizes[1] = print.size;
	frame(print.out, "run write-after-close tcp6 deviates 99", "+x\n");
	fflush(print.out);
	sizes[2] = print.size;
	frame(print.out, "log during", "WARNING: x\n");
	frame(print.out, "end 2 2750", "");
	char *text = print_take(&print);

	*size = print.size;
	return text;
}

static void whole(void **state)
{
	size_t size, sizes[3];
	char *text = good_record(&size, sizes), value[16];
	struct run_record *record = record_read(text, size);

	(void)state;
	assert_true(record->complete);
	assert_string_equal(record->reason, "");
	assert_int_equal(record->planned, 2);
	assert_int_equal(record->run_count, 2);
	assert_int_equal(record->booted, 1500);
	assert_int_equal(record->ended, 2750);
	assert_true(record_value(record->about, "judged-as", value, sizeof value));
	assert_string_equal(value, "6.1.5");
	assert_false(record_value(record->about, "judged", value, sizeof value));
	assert_string_equal(value, "");
	assert_null(record->log.before);
	assert_string_equal(record->log.during, "WARNING: x\n");
	const struct record_run *run = record_find(record, "write-after-close", "tcp4");

	assert_int_equal(run->verdict, VERDICT_EXPECTED);
	assert_int_equal(run->microseconds, 1234);
	assert_string_equal(run->trace, trace);
	assert_int_equal(
		record_find(record, "write-after-close", "tcp6")->verdict, VERDICT_DEVIATES);
	assert_null(record_find(record, "write-after-close", "tcp"));
	record_free(record);
	free(text);
}

static void cut_off_anywhere(void **state)
{
	size_t size, sizes[3];
	char *text = good_record(&size, sizes);

	(void)state;
	for (size_t at = 0; at < size; at++) {
		char *cut = malloc(at + 1); /* exactly, so that reading beyond is seen */

		assert_non_null(cut);
		memcpy(cut, text, at);
		struct run_record *record = record_read(cut, at);

		assert_false(record->complete);
		assert_string_not_equal(record->reason, "");
		assert_int_equal(record->run_count, (at >= sizes[1]) + (at >= sizes[2]));
		record_free(record);
		free(cut);
	}
	free(text);
}

/* The same verdicts as were written, or none. */
static void assert_not_faked(const struct run_record *record)
{
	const struct record_run *run = record_find(record, "write-after-close", "tcp4");

	assert_in_range(record->run_count, 0, 2);
	if (run) {
		assert_int_equal(run->verdict, VERDICT_EXPECTED);
		assert_string_equal(run->trace, trace);
	}
	run = record_find(record, "write-after-close", "tcp6");
	if (run)
		assert_int_equal(run->verdict, VERDICT_DEVIATES);
}

static void damaged_anywhere(void **state)
{
	static const char other[] = {'\0', '\n', ' ', '0', '9', 'x', '#', (char)0xff};
	size_t size, sizes[3];
	char *text = good_record(&size, sizes);

	(void)state;
	for (size_t at = 0; at < size; at++)
		for (size_t i = 0; i < sizeof other; i++) {
			char was = text[at];

			if (was == other[i])
				continue;
			text[at] = other[i];
			struct run_record *record = record_read(text, size);

			assert_false(record->complete);
			assert_not_faked(record);
			assert_true(at >= sizes[1] ||
				    !record_find(record, "write-after-close", "tcp6"));
			record_free(record);
			text[at] = was;
		}
	free(text);
}

/* What a stack answers otherwise than Linux stands behind the run that showed it. Records of the
 * versions before have none, and are read. */
static void differences(void **state)
{
	static const char *const heads[] = {"plan 1 0", "plan 1 0 2", "plan 1 0 3"};
	static const char text[] = "call client poll\nlinux POLLIN\nstack 0\n\nuse tcp4\n";
	char value[16];

	(void)state;
	for (size_t i = 0; i < COUNT(heads); i++) {
		struct print print;
		bool has = i + 1 == COUNT(heads);

		print_open(&print);
		frame(print.out, heads[i], "");
		frame(print.out, "run a tcp4 deviates 1", "+x\n");
		if (has)
			frame(print.out, "difference a tcp4 4 5", text);
		frame(print.out, "end 1 0", "");
		char *bytes = print_take(&print);
		struct run_record *record = record_read(bytes, print.size);

		assert_true(record->complete);
		assert_int_equal(record->difference_count, has);
		if (has) {
			assert_int_equal(record->difference[0].shown, 4);
			assert_int_equal(record->difference[0].runs, 5);
			assert_string_equal(record->difference[0].family, "tcp4");
			assert_true(record_value(
				record->difference[0].text, "linux", value, sizeof value));
			assert_string_equal(value, "POLLIN");
			assert_string_equal(
				record_experiment(&record->difference[0]), "use tcp4\n");
		}
		record_free(record);
		free(bytes);
	}
}

#define NO_DIFFERENCE "a difference of a run before it was expected, and how often"

/* Well-formed frames that make no record. */
static void malformed(void **state)
{
	static const struct {
		const char *heads[5];
		const char *reason;
	} cases[] = {
		{{"about"}, "the first frame is no plan"},
		{{"plan 1 0", "plan 1 0"}, "no plan, or a second one"},
		{{"plan 100001 0"}, "no plan, or a second one"},
		{{"plan 01 0"}, "no plan, or a second one"},
		{{"plan -1 0"}, "no plan, or a second one"},
		{{"plan 1 0 4"}, "a record of version 4: this closewait reads up to 3"},
		{{"plan 1 0 x"}, "a record of version x: this closewait reads up to 3"},
		{{"plan 1"}, "'plan' with 1 words is no frame"},
		{{"plan 1 0", "ran a b expected 1"}, "'ran' with 4 words is no frame"},
		{{"plan 1 0", "run a b good 1"}, "expected a run's name, family, verdict and time"},
		{{"plan 1 0", "run ../a b expected 1"},
			"expected a run's name, family, verdict and time"},
		{{"plan 1 0", "run a .b expected 1"},
			"expected a run's name, family, verdict and time"},
		{{"plan 1 0", "run a b expected -1"},
			"expected a run's name, family, verdict and time"},
		{{"plan 2 0", "run a b expected 1", "run a b expected 1"}, "a b a second time"},
		{{"plan 1 0", "run a b expected 1", "run a c expected 1"},
			"more runs than planned"},
		{{"plan 1 0", "end 1 0"}, "0 of 1 runs at the end"},
		{{"plan 2 0", "run a b expected 1", "end 1 0"}, "1 of 2 runs at the end"},
		{{"plan 1 0", "run a b expected 1", "end 2 0"}, "1 of 1 runs at the end"},
		{{"plan 0 0", "about", "about"}, "a second about"},
		{{"plan 1 0 3", "difference a b 1 1"}, NO_DIFFERENCE},
		{{"plan 1 0 3", "run a b deviates 1", "difference a c 1 1"}, NO_DIFFERENCE},
		{{"plan 1 0 3", "run a b deviates 1", "difference a b 2 1"}, NO_DIFFERENCE},
		{{"plan 1 0 3", "run a b deviates 1", "difference a b x 1"}, NO_DIFFERENCE},
		{{"plan 0 0", "log after"},
			"a log from before or during the runs was expected, once"},
		{{"plan 0 0", "log before", "log before"},
			"a log from before or during the runs was expected, once"},
		{{"plan 0 0", "end 0 0", "end 0 0"}, "something behind the end"},
		{{"plan 3 0", "run a b expected 1"}, "the record ends after 1 of 3 runs"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct print print;

		print_open(&print);
		for (int j = 0; j < 5 && cases[i].heads[j]; j++)
			frame(print.out, cases[i].heads[j], "");
		char *text = print_take(&print);
		struct run_record *record = record_read(text, print.size);

		assert_false(record->complete);
		if (!strstr(record->reason, cases[i].reason))
			assert_string_equal(record->reason, cases[i].reason);
		record_free(record);
		free(text);
	}
}

static void nothing(void **state)
{
	struct run_record *record = record_read("", 0);

	(void)state;
	assert_string_equal(record->reason, "no record arrived");
	record_free(record);
	record = record_read("[    0.000000] Linux version\n", 29);
	assert_string_equal(
		record->reason, "byte 0 of the record: expected a length and a checksum");
	assert_int_equal(record->run_count, 0);
	record_free(record);
}

static void names(void **state)
{
	static const char *const good[] = {"a", "write-after-close", "6.1.176-1~bpo12+1", "_x"};
	static const char *const bad[] = {
		"", ".", "..", ".a", "-a", "a/b", "a b", "a\n", "\303\244"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(record_name_valid(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(record_name_valid(bad[i]));
}

static void alarms(void **state)
{
	static const char *const bad[] = {
		"WARNING: CPU: 0 PID: 1 at net/ipv4/tcp.c:2",
		"[    1.234567] WARNING: net/ipv4/tcp.c:2 at tcp_close+0x1/0x2",
		"[   12.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008",
		"Oops: 0000 [#1] PREEMPT SMP",
		"[    3.624087] Kernel panic - not syncing: Attempted to kill init!\r",
		"INFO: task a:1 blocked for more than 120 seconds.",
		"rcu: INFO: rcu_preempt self-detected stall on CPU",
		"closewait invoked oom-killer: gfp_mask=0x1",
		"Out of memory: Killed process 2 (closewait)",
		"closewait[2]: segfault at 8 ip 0000 sp 0000",
	};
	static const char *const good[] = {
		"",
		"[    1.234567] Linux version 6.1",
		"[    0.1] Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on",
		"reboot: Restarting system",
		"DEBUG: x",
	};
	struct print print;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_true(kernlog_alarming(bad[i]));
	for (size_t i = 0; i < COUNT(good); i++)
		assert_false(kernlog_alarming(good[i]));
	print_open(&print);
	assert_int_equal(kernlog_print_alarming("a\nWARNING: b\r\nBUGS: c\nBUG: d", print.out), 2);
	char *text = print_take(&print);

	assert_string_equal(text, "WARNING: b\nBUG: d\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(cut_off_anywhere),
		cmocka_unit_test(damaged_anywhere),
		cmocka_unit_test(differences),
		cmocka_unit_test(malformed),
		cmocka_unit_test(nothing),
		cmocka_unit_test(names),
		cmocka_unit_test(alarms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
