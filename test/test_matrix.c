/*
 * What scripts/matrix has the program do: a guest's record, and the report of some guests. The
 * records are those of this machine; what a guest leaves besides is written by hand.
 */
#include "process.h"
#include "report/record.h"

#include <ftw.h>
#include <sys/stat.h>
#include <zlib.h>

#define EXPERIMENTS "write-after-reset", "unix-close-unread"

static const char plan[] = "write-after-reset tcp4\nwrite-after-reset tcp6\n"
			   "unix-close-unread unix\nunix-close-unread unix-seqpacket\n";

static char guests[] = "/tmp/closewait-test-XXXXXX", whole[64], cut[64], none[64];
static char *record; /* of the plan */

static void write_file(const char *directory, const char *name, const char *text, size_t size)
{
	char path[128];

	assert_in_range(snprintf(path, sizeof path, "%s/%s", directory, name), 1, sizeof path - 1);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void write_text(const char *directory, const char *name, const char *text)
{
	write_file(directory, name, text, strlen(text));
}

static char *read_text(const char *directory, const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	return content(fd);
}

static void make_guest(char *directory, size_t size, const char *name)
{
	snprintf(directory, size, "%s/%s", guests, name);
	assert_int_equal(mkdir(directory, 0700), 0);
	write_text(directory, "plan", plan);
}

/* Three guests: one that went well, one whose record is cut off, and one that did not boot. */
static int make_guests(void **state)
{
	static const char frame[] = "\nrun unix-close-unread unix ";

	(void)state;
	assert_non_null(mkdtemp(guests));
	record = output_of(&(struct call){{"record", "--jobs=2", EXPERIMENTS}, NULL, 0, "", NULL});
	make_guest(whole, sizeof whole, "6.1");
	write_text(whole, "record", record);
	write_text(whole, "about", "package linux-image-6.1 6.1.1-1\n");
	write_text(whole, "host", "host here\nended by itself\nseconds 2.5\nqemu 7.2\n");
	make_guest(cut, sizeof cut, "7.3");
	const char *second = strstr(record, frame);

	assert_non_null(second);
	write_file(cut, "record", record, (size_t)(second - record) + sizeof frame);
	write_text(cut, "console", "booting\nBUG: it has stopped\n");
	make_guest(none, sizeof none, "garbage");
	return 0;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
	(void)stat;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int remove_guests(void **state)
{
	(void)state;
	free(record);
	return nftw(guests, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void the_plan_is_what_is_recorded(void **state)
{
	(void)state;
	check(&(struct call){{"record", "--plan", EXPERIMENTS}, NULL, 0, plan, NULL});
	check(&(struct call){{"record", "--plan", "--family=unix", EXPERIMENTS}, NULL, 0,
		"unix-close-unread unix\n",
		"closewait: write-after-reset: skipped: it uses none of the families asked for\n"});
	assert_non_null(strstr(record, "plan 4 "));
	assert_non_null(strstr(record, "\nrun write-after-reset tcp4 expected "));
	assert_non_null(strstr(record, "\nend 4 "));
}

/* In a record a file has its own name alone, which is a file's again. */
static void the_names_of_files(void **state)
{
	static const char step[] = "use unix\nclient connect = 0\n";
	char good[128], spaced[128];

	(void)state;
	write_text(guests, "mine.trace", step);
	write_text(guests, "not mine.trace", step);
	snprintf(good, sizeof good, "%s/mine.trace", guests);
	snprintf(spaced, sizeof spaced, "%s/not mine.trace", guests);
	check(&(struct call){{"record", "--plan", good}, NULL, 0, "mine unix\n", NULL});
	check(&(struct call){{"record", "--plan", spaced}, NULL, 2, NULL,
		"closewait: not mine: expected a name of at most 160 letters, digits, '.', '_', "
		"'+', '~' and '-'\n"});
	check(&(struct call){{"record", "--plan", good, good}, NULL, 2, NULL,
		"closewait: mine: two experiments of this name\n"});
}

/* /dev/kmsg is root's, or nobody's: then the record says so. */
static void the_kernels_log(void **state)
{
	char *text = output_of(
		&(struct call){{"record", "--kernel-log", "unix-close-unread"}, NULL, 0, "", NULL});
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool told = strstr(text, "\nnote the kernel's log cannot be read\n");

	(void)state;
	assert_int_equal(told, fd < 0);
	assert_non_null(strstr(text, "\nend 2 "));
	free(text);
	if (fd >= 0)
		close(fd);
}

static void of_a_guest_that_went_well(void **state)
{
	char completed[PATH_MAX];

	(void)state;
	snprintf(completed, sizeof completed, "%s//", whole);
	check(&(struct call){{"report", completed}, NULL, 0, "\n6.1: 4 of 4 as expected; ", NULL});
	check(&(struct call){{"report", whole}, NULL, 0,
		"write-after-reset tcp4 tcp6       =A\nunix-close-unread unix            =A\n"
		"unix-close-unread unix-seqpacket  =B\n",
		NULL});
	check(&(struct call){{"report", whole}, NULL, 0,
		"\n6.1: 4 of 4 as expected; linux-image-6.1 6.1.1-1; judged as ", NULL});
	check(&(struct call){{"report", "--brief", "--format=markdown", whole}, NULL, 0,
		"|  | 6.1 |\n|---|---|\n\n4 other runs are as expected, ", NULL});
}

/* Every run that did not arrive is an error, and the console says why. */
static void of_guests_that_did_not(void **state)
{
	char *text = output_of(&(struct call){{"report", whole, cut, none}, NULL, 3, "", NULL});

	(void)state;
	assert_non_null(strstr(text, "write-after-reset tcp4 tcp6       =A   =A   ?\n"));
	assert_non_null(strstr(text, "unix-close-unread unix            =A   ?    ?\n"));
	assert_non_null(strstr(text, "BUG: it has stopped\n"));
	assert_non_null(strstr(text, "\ngarbage: no record arrived; "));
	free(text);
}

/* The regression check that keeps a stored directory. */
static void against_a_stored_one(void **state)
{
	char against[80];

	(void)state;
	snprintf(against, sizeof against, "--against=%s", whole);
	check(&(struct call){{"report", against, whole}, NULL, 0,
		"6.1: all 4 runs are as they were in 6.1\n", NULL});
	check(&(struct call){{"report", "--brief", against, cut}, NULL, 1,
		"7.3: 2 of 4 runs changed since 6.1: unix-close-unread unix =A to ?, "
		"unix-close-unread unix-seqpacket =B to ?\n",
		NULL});
	check(&(struct call){{"report", "--format=json", against, cut}, NULL, 2, NULL,
		"closewait: report: --against: --format=json is not for a comparison\n"});
	snprintf(against, sizeof against, "--against=%s/none", whole);
	free(output_of(&(struct call){{"report", against, whole}, NULL, 3, NULL, NULL}));
}

/* Records that older versions left, which say what the next one must go on reading: 1-plain is of
 * 3d9a96c, the first; 1 of 24d8baa, which compresses; 2 of 727782e; 3 and 3-gvisor of 2026-11-28,
 * with differences. They are guests, but for the first one. */
static void of_older_versions(void **state)
{
	static const char *const stored[] = {"1-plain", "1", "2"};

	(void)state;
	for (size_t i = 0; i < sizeof stored / sizeof *stored; i++) {
		char directory[256], against[300], all[64];

		snprintf(directory, sizeof directory, RECORDS "/%s", stored[i]);
		snprintf(all, sizeof all, "\n%s: 4 of 4 as expected; judged as 6.", stored[i]);
		check(&(struct call){{"report", directory}, NULL, 0, all, NULL});
		snprintf(against, sizeof against, "--against=%s", directory);
		snprintf(all, sizeof all, "3: all 4 runs are as they were in %s; 2 are new\n",
			stored[i]);
		check(&(struct call){{"report", against, RECORDS "/3"}, NULL, 0, all, NULL});
	}
	check(&(struct call){{"report", RECORDS "/3-gvisor"}, NULL, 1,
		"gVisor 0.0~20240729.0-4~bpo12+2 against Linux: 5 differences\n", NULL});
	check(&(struct call){{"report", "--brief", "--against=" RECORDS "/1", RECORDS "/3-gvisor"},
		NULL, 1, "3-gvisor: 2 of 2 runs changed since 1: write-after-reset tcp4 =A to !",
		NULL});
}

/* A line for every run of every kernel; of one that did not arrive only the reason. */
static void as_json(void **state)
{
	char *text = output_of(
		&(struct call){{"report", "--format=json", whole, none}, NULL, 3, "", NULL});
	int lines = 0;

	(void)state;
	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 8);
	assert_int_equal(
		strncmp(text, "{\"kernel\":\"6.1\",\"package\":\"linux-image-6.1 6.1.1-1\"", 50),
		0);
	assert_non_null(
		strstr(text, "\"experiment\":\"unix-close-unread\",\"family\":\"unix\","
			     "\"verdict\":\"expected\",\"letter\":\"A\",\"microseconds\":"));
	assert_non_null(strstr(text, "{\"kernel\":\"garbage\",\"experiment\":\"unix-close-unread\","
				     "\"family\":\"unix-seqpacket\",\"verdict\":\"error\","
				     "\"reason\":\"no record arrived\"}\n"));
	free(text);
}

static void traces_in_files(void **state)
{
	(void)state;
	for (int twice = 0; twice < 2; twice++)
		free(output_of(&(struct call){{"report", "--traces", whole}, NULL, 0, "", NULL}));
	char *trace = read_text(whole, "traces/unix-close-unread.unix.trace"),
	     *about = read_text(whole, "kernel-about");

	assert_non_null(strstr(trace, "use unix\n"));
	assert_non_null(strstr(record, trace));
	assert_int_equal(strncmp(about, "uname Linux ", 12), 0);
	free(trace);
	free(about);
	write_text(cut, "traces", "");
	char message[256];

	snprintf(message, sizeof message,
		"closewait: %s/traces/write-after-reset.tcp4.trace: cannot be written: Not a "
		"directory\nclosewait: report: nothing could be reported, or not all of it\n",
		cut);
	check(&(struct call){{"report", "--traces", cut}, NULL, 3, NULL, message});
}

/* Of each difference whose experiment was reduced a file that runs. */
static void differences_in_files(void **state)
{
	static const char *const texts[] = {
		"call client poll\nlinux POLLIN\nstack 0\n\nuse tcp4\n\nclient poll = POLLIN\n",
		"call client connect\nlinux 0\nstack -1 EPERM\n\n"};
	char lwip[64], text[] = "# write\nuse tcp4\n", path[128];

	(void)state;
	make_guest(lwip, sizeof lwip, "lwip");
	snprintf(path, sizeof path, "%s/record", lwip);
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	record_write(out, "plan 1 0 3", "", 0);
	record_write(out, "run write-after-close tcp4 deviates 5", text, strlen(text));
	for (int i = 0; i < 2; i++)
		record_write(
			out, "difference write-after-close tcp4 5 5", texts[i], strlen(texts[i]));
	record_write(out, "end 1 0", "", 0);
	assert_int_equal(fclose(out), 0);
	struct said said = say(&(struct call){{"report", "--traces", lwip}, NULL, 0, "", NULL});
	char *difference = read_text(lwip, "traces/difference-1.trace");

	assert_string_equal(difference, "# Of write-after-close on tcp4: where this stack differs "
					"from Linux.\nuse tcp4\n\nclient poll = POLLIN\n");
	snprintf(path, sizeof path, "%s/traces/difference-2.trace", lwip);
	assert_int_not_equal(access(path, F_OK), 0);
	free(difference);
	forget(&said);
}

/* As it comes from the serial line: compressed, and it may end anywhere. */
static void compressed(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/record", none);
	gzFile file = gzopen(path, "wb1");
	int size = (int)strlen(record);

	assert_non_null(file);
	assert_int_equal(gzwrite(file, record, (unsigned)size), size);
	assert_int_equal(gzclose(file), 0);
	check(&(struct call){{"report", none}, NULL, 0, "\ngarbage: 4 of 4 as expected", NULL});
	struct stat before;

	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(truncate(path, before.st_size - 12), 0);
	check(&(struct call){{"report", none}, NULL, 3, "\ngarbage: ", NULL});
	assert_int_equal(remove(path), 0);
}

static void what_cannot_be_read(void **state)
{
	static const char closing[] =
		"closewait: report: nothing could be reported, or not all of it\n";
	char directory[128], message[512];

	(void)state;
	snprintf(directory, sizeof directory, "%s/odd", guests);
	snprintf(message, sizeof message, "closewait: %s/plan: No such file or directory\n%s",
		directory, closing);
	check(&(struct call){{"report", directory}, NULL, 3, NULL, message});
	assert_int_equal(mkdir(directory, 0700), 0);
	write_text(directory, "plan", "write-after-reset\n");
	snprintf(message, sizeof message,
		"closewait: report: a plan is malformed: expected lines of \"EXPERIMENT "
		"FAMILY\"\n%s",
		closing);
	check(&(struct call){{"report", directory}, NULL, 3, NULL, message});
	write_text(directory, "plan", plan);
	snprintf(message, sizeof message, "%s/record", directory);
	assert_int_equal(mkdir(message, 0700), 0);
	snprintf(
		message, sizeof message, "closewait: %s/record: cannot be read whole\n", directory);
	check(&(struct call){{"report", directory}, NULL, 3, "\nodd: 0 of 4 as expected", message});
}

static void misuse(void **state)
{
	static const struct call calls[] = {
		{{"report"}, NULL, 2, NULL,
			"closewait: report: expected the directories of 1 to 256 kernels\n"},
		{{"report", "--format=xml", "x"}, NULL, 2, NULL,
			"closewait: --format=xml: expected text, markdown, json or html\n"},
		{{"report", "--brief", "--format=json", "x"}, NULL, 2, NULL,
			"closewait: report: --brief: --format=json is always complete\n"},
		{{"report", "--help"}, NULL, 0, "usage: closewait report", NULL},
		{{"record", "--jobs=0"}, NULL, 2, NULL,
			"closewait: --jobs=0: expected a whole number from 1 to 256\n"},
		{{"record", "--deadline=0"}, NULL, 2, NULL,
			"closewait: --deadline=0: expected a whole number from 1 to 3600000\n"},
		{{"record", "--help"}, NULL, 0, "usage: closewait record", NULL},
		{{"guest", "--help"}, NULL, 0, "usage: closewait", NULL},
		{{"guest", "--line"}, NULL, 2, NULL,
			"closewait: --line: unknown option; --help lists them\n"},
		{{"guest", "/dev/ttyS0"}, NULL, 2, NULL,
			"closewait: guest: this is what scripts/matrix starts as init of a "
			"virtual machine\n"},
		{{"guest"}, NULL, 2, NULL,
			"closewait: guest: this is what scripts/matrix starts as init of a "
			"virtual machine\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		check(&calls[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_plan_is_what_is_recorded),
		cmocka_unit_test(the_names_of_files), cmocka_unit_test(the_kernels_log),
		cmocka_unit_test(of_a_guest_that_went_well),
		cmocka_unit_test(of_guests_that_did_not), cmocka_unit_test(as_json),
		cmocka_unit_test(against_a_stored_one), cmocka_unit_test(traces_in_files),
		cmocka_unit_test(of_older_versions), cmocka_unit_test(compressed),
		cmocka_unit_test(what_cannot_be_read), cmocka_unit_test(misuse),
		cmocka_unit_test(differences_in_files), /* it adds a guest */
	};

	return cmocka_run_group_tests_name("matrix", tests, make_guests, remove_guests);
}
