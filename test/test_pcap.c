/*
 * The capture file: tcpdump reads it and sees the packets that the trace shows, with nanosecond
 * times. A file of one's own is there whole or not at all; anything else is written into.
 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

static char directory[] = "/tmp/closewait-test-XXXXXX";
static char path[64], option[80];

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof path, "%s/capture", directory);
	snprintf(option, sizeof option, "--pcap=%s", path);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory); /* fails when anything else was left */
}

/* What stands in a line of tcpdump's between from and the comma behind it; empty when it is not
 * there. */
static const char *field(const char *line, const char *from)
{
	static char text[4][32];
	static int next;
	char *to = text[next++ % 4];
	const char *at = strstr(line, from);

	*to = '\0';
	if (at)
		snprintf(to, sizeof text[0], " %.*s", (int)strcspn(at + 2, ",\n"), at + 2);
	return to;
}

/* A line of tcpdump's as a trace has it: "P. 6 seq 1:7 ack 2 win 64". */
static void print_as_trace(const char *line, FILE *out)
{
	char flags[16];
	unsigned length, fraction;
	const char *at = strstr(line, "Flags ["), *end = strstr(line, "length ");

	if (!at)
		return;
	assert_int_equal(sscanf(line, "%*u.%9u", &fraction), 1);
	assert_int_equal(sscanf(at, "Flags [%15[^]]]", flags), 1);
	assert_int_equal(sscanf(end, "length %9u", &length), 1);
	fputs(flags, out);
	if (length)
		fprintf(out, " %u", length);
	fprintf(out, "%s%s%s\n", field(at, ", seq "), field(at, ", ack "), field(at, ", win "));
}

static char *what_tcpdump_shows(void)
{
	char command[128], line[512], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	snprintf(command, sizeof command, "tcpdump --nano -ttnr %s 2>&1", path);
	FILE *tcpdump = popen(command, "re"); /* NOLINT(cert-env33-c): our own words only */

	assert_non_null(tcpdump);
	while (fgets(line, sizeof line, tcpdump))
		print_as_trace(line, out);
	assert_int_equal(pclose(tcpdump), 0);
	fclose(out);
	return text;
}

/* The same from a trace's wire lines, commented or not: their words without the '#'. */
static char *what_the_trace_shows(const char *trace)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (const char *at = trace; (at = strstr(at, "wire ")); at++) {
		const char *blank = "";

		for (const char *word = at + strlen("wire > "); *word != '\n';) {
			int length = (int)strcspn(word, " \n");

			if (*word != '#' && length) {
				fprintf(out, "%s%.*s", blank, length, word);
				blank = " ";
			}
			word += length + (word[length] == ' ');
		}
		fputc('\n', out);
	}
	fclose(out);
	return text;
}

static void tcpdump_sees_what_the_trace_shows(void **state)
{
	static const char *const names[] = {"write-after-close", "write-after-close-unread",
		"connect-refused", "write-after-peer-shutdown-write"};

	(void)state;
	for (int i = 0; i < 4; i++) {
		const struct call call = {{"run", names[i], option, "--wire=full",
						  i % 2 ? "--family=tcp6" : "--family=tcp4"},
			NULL, 0, NULL, NULL};
		int in = temporary(""), out = temporary(""), err = temporary("");

		assert_int_equal(run(&call, in, out, err), 0);
		char *trace = content(out), *ours = what_the_trace_shows(trace),
		     *theirs = what_tcpdump_shows();

		assert_true(strlen(ours) > 0);
		assert_string_equal(ours, theirs);
		free(trace);
		free(ours);
		free(theirs);
		close(in);
		close(err);
	}
}

static void the_file_has_nanosecond_times(void **state)
{
	unsigned magic = 0;
	FILE *file = fopen(path, "re");

	(void)state;
	assert_non_null(file);
	assert_int_equal(fread(&magic, sizeof magic, 1, file), 1);
	assert_int_equal(magic, 0xa1b23c4d); /* pcap-savefile(5) */
	fclose(file);
}

static void a_file_that_cannot_be_written(void **state)
{
	(void)state;
	check(&(struct call){{"run", "write-after-reset", "--pcap=/no/such/place"}, NULL, 3, NULL,
		"closewait: /no/such/place: cannot write: No such file or directory\n"});
}

/* A file system of 64 KiB of the test's own, in a namespace of its own. */
static bool little_space(void)
{
	return !unshare(CLONE_NEWNS) && !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	       !mount("tmpfs", "/tmp", "tmpfs", 0, "size=64k") && !chdir("/tmp");
}

static void a_file_system_that_is_full(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* to mount one */
	prepare = little_space;
	check(&(struct call){
		{"run", "write-after-reset", "--family=tcp4", "--repeat=2000", "--pcap=x.pcap"},
		NULL, 3, " 0 deviations, ",
		"closewait: x.pcap: no complete capture was written: No space left on device\n"});
	prepare = NULL;
}

/* A capture in a directory of its own is interrupted by what leaves no time to clean up. */
static void killed_it_leaves_nothing(void **state)
{
	char empty[] = "/tmp/closewait-XXXXXX", into[64];
	pid_t child[MANY];

	(void)state;
	need_children();
	assert_non_null(mkdtemp(empty));
	snprintf(into, sizeof into, "--pcap=%s/x.pcap", empty);
	struct running r = begin(&(struct call){
		.arguments = {"run", "-", "--family=tcp4", "--deadline=3600000", into},
		.input = "client connect = 0\nserver accept = 0\nclient read 6 = timeout\n"});

	while (!children(r.pid, child))
		assert_false(is_zombie(r.pid));
	kill(r.pid, SIGKILL);
	struct said said = end(&r);

	assert_int_equal(said.status, -SIGKILL);
	assert_int_equal(rmdir(empty), 0);
	forget(&said);
}

/* The old capture stays as it was. */
static void misuse_leaves_the_file_alone(void **state)
{
	struct stat before, after;

	(void)state;
	assert_int_equal(stat(path, &before), 0);
	check(&(struct call){{"run", "-", option}, "client wirte\n", 2, NULL,
		"-:1:8: 'wirte': expected an operation (closewait help format lists them); did you "
		"mean 'write'?\n"});
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
}

/* Runs write-after-reset with its packets written to the file called name in directory. */
static int capture_to(const char *name)
{
	char into[128];

	snprintf(into, sizeof into, "--pcap=%s/%s", directory, name);
	struct said said = say(&(struct call){
		{"run", "write-after-reset", "--family=tcp4", into}, NULL, 0, NULL, NULL});

	assert_string_equal(said.error, "");
	forget(&said);
	return said.status;
}

static const char *in_directory(const char *name)
{
	static char full[128];

	snprintf(full, sizeof full, "%s/%s", directory, name);
	return full;
}

static void put(const char *name, const char *text, mode_t mode)
{
	FILE *file = fopen(in_directory(name), "we");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(in_directory(name), mode), 0);
}

static void assert_pcap(const char *name)
{
	unsigned magic = 0;
	FILE *file = fopen(in_directory(name), "re");

	assert_non_null(file);
	assert_int_equal(fread(&magic, sizeof magic, 1, file), 1);
	assert_int_equal(magic, 0xa1b23c4d);
	fclose(file);
}

static void a_file_of_ones_own_is_replaced_and_keeps_its_mode(void **state)
{
	struct stat s;

	(void)state;
	put("old", "old", 0600);
	put("old.partial", "somebody's", 0644);
	assert_int_equal(stat(in_directory("old"), &s), 0);
	ino_t before = s.st_ino;

	assert_int_equal(capture_to("old"), 0);
	assert_pcap("old");
	assert_int_equal(stat(in_directory("old"), &s), 0);
	assert_int_equal(s.st_mode & 07777, 0600);
	assert_int_not_equal(s.st_ino, before);
	assert_int_equal(stat(in_directory("old.partial"), &s), 0);
	assert_int_equal(s.st_size, strlen("somebody's"));
	unlink(in_directory("old.partial"));
	unlink(in_directory("old"));
}

static void anything_else_is_written_into(void **state)
{
	struct stat target, other, s;

	(void)state;
	put("target", "old", 0640);
	assert_int_equal(stat(in_directory("target"), &target), 0);
	assert_int_equal(symlink("target", in_directory("link")), 0);
	assert_int_equal(capture_to("link"), 0);
	assert_int_equal(lstat(in_directory("link"), &s), 0);
	assert_true(S_ISLNK(s.st_mode));
	assert_pcap("target");
	assert_int_equal(stat(in_directory("target"), &s), 0);
	assert_int_equal(s.st_ino, target.st_ino);
	unlink(in_directory("link"));

	char first[128];

	snprintf(first, sizeof first, "%s", in_directory("target"));
	assert_int_equal(link(first, in_directory("second")), 0);
	put("target", "old", 0640);
	assert_int_equal(capture_to("second"), 0);
	assert_pcap("target");
	assert_int_equal(stat(in_directory("second"), &other), 0);
	assert_int_equal(other.st_ino, target.st_ino);
	unlink(in_directory("second"));
	unlink(in_directory("target"));
}

/* tcpdump -r fifo is a habit. */
static void a_fifo_gets_the_packets(void **state)
{
	char into[160];
	unsigned magic = 0;
	struct stat s;

	(void)state;
	assert_int_equal(mkfifo(in_directory("fifo"), 0600), 0);
	snprintf(into, sizeof into, "--pcap=%s", in_directory("fifo"));
	struct running r = begin(
		&(struct call){.arguments = {"run", "write-after-reset", "--family=tcp4", into}});
	int fifo = open(in_directory("fifo"), O_RDONLY | O_CLOEXEC);

	assert_true(fifo >= 0);
	assert_int_equal(read(fifo, &magic, sizeof magic), sizeof magic);
	assert_int_equal(magic, 0xa1b23c4d);
	while (read(fifo, &magic, sizeof magic) > 0)
		;
	struct said said = end(&r);

	assert_int_equal(said.status, 0);
	forget(&said);
	close(fifo);
	assert_int_equal(lstat(in_directory("fifo"), &s), 0);
	assert_true(S_ISFIFO(s.st_mode));
	unlink(in_directory("fifo"));
}

static void a_device_stays_a_device(void **state)
{
	struct stat s;

	(void)state;
	check(&(struct call){{"run", "write-after-reset", "--family=tcp4", "--pcap=/dev/full"},
		NULL, 3, " 0 deviations, ",
		"closewait: /dev/full: no complete capture was written: No space left on "
		"device\n"});
	assert_int_equal(stat("/dev/full", &s), 0);
	assert_true(S_ISCHR(s.st_mode));
}

/* The packets are alone there: the traces go to standard error. */
static void a_dash_is_standard_output(void **state)
{
	unsigned magic;

	(void)state;
	struct running r = begin(&(struct call){
		.arguments = {"run", "write-after-reset", "--family=tcp4", "--pcap=-"}});
	int out = dup(r.out);
	struct said said = end(&r);

	assert_int_equal(said.status, 0);
	assert_int_equal(pread(out, &magic, sizeof magic, 0), sizeof magic);
	assert_int_equal(magic, 0xa1b23c4d);
	assert_non_null(strstr(said.error, "client write 6           = -1 ECONNRESET"));
	forget(&said);
	close(out);
}

static void no_name_is_refused_before_anything_is_run(void **state)
{
	(void)state;
	check(&(struct call){{"run", "write-after-reset", "--pcap="}, NULL, 2, NULL,
		"closewait: --pcap=: expected the name of a file, or '-' for standard output\n"});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tcpdump_sees_what_the_trace_shows),
		cmocka_unit_test(the_file_has_nanosecond_times),
		cmocka_unit_test(a_file_that_cannot_be_written),
		cmocka_unit_test(a_file_system_that_is_full),
		cmocka_unit_test(killed_it_leaves_nothing),
		cmocka_unit_test(misuse_leaves_the_file_alone),
		cmocka_unit_test(a_file_of_ones_own_is_replaced_and_keeps_its_mode),
		cmocka_unit_test(anything_else_is_written_into),
		cmocka_unit_test(a_fifo_gets_the_packets),
		cmocka_unit_test(a_device_stays_a_device),
		cmocka_unit_test(a_dash_is_standard_output),
		cmocka_unit_test(no_name_is_refused_before_anything_is_run),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
