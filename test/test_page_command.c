/*
 * The pages and pictures that the program makes: whole, self-contained, and with everything that
 * the trace says.
 */
#include "pages.h"
#include "process.h"

/* What the program prints, which is as expected, and asks no network for anything. */
static char *page_of(const struct call *call)
{
	char *page = output_of(call);

	assert_self_contained(page);
	return page;
}

/* How many lines of text begin so, or with a '#' before it. */
static int lines_with(const char *text, const char *front)
{
	int count = 0;

	for (const char *at = text; *at;
		at += strcspn(at, "\n") + (at[strcspn(at, "\n")] != '\0')) {
		const char *line = at + strspn(at, " +#");

		count += !strncmp(line, front, strlen(front));
	}
	return count;
}

/* The text in a page is an experiment again; the diagram has an arrow for each of its packets and a
 * dot for each step of an end. */
static void assert_shows(const char *page, const char *const *ends)
{
	char *text = text_of_element(page, "<pre", "</pre>");
	int steps = 0;

	assert_non_null(text);
	check(&(struct call){{"run", "-", "--deadline=60000"}, text, 0, " 0 deviations, ", NULL});
	for (int i = 0; ends[i]; i++)
		steps += lines_with(text, ends[i]);
	assert_int_equal(occurrences(page, "<path class=\"arrow "), lines_with(text, "wire "));
	assert_int_equal(occurrences(page, "<circle class=\"dot "), steps);
	assert_true(steps > 3);
	free(text);
}

/* The classic; AF_UNIX, which has no packets; further ends; a call in the background. */
static void run_html(void **state)
{
	static const char *const names[] = {"write-after-close", "unix-write-after-close",
		"proxy-half-close", "accept-first-waiter", "blocked-read-close"};
	static const char *const families[] = {"--family=tcp4", "--family=unix", "--family=tcp4",
		"--family=tcp6", "--family=tcp4"};

	(void)state;
	for (int i = 0; i < 5; i++) {
		char *page = page_of(&(struct call){
			.arguments = {"run", names[i], families[i], "--format=html"}});
		char title[64];

		snprintf(title, sizeof title, "<h1>%s</h1>", names[i]);
		assert_non_null(strstr(page, title));
		assert_shows(page,
			(const char *const[]){"client ", "client2 ", "server ", "server2 ", NULL});
		free(page);
	}
}

/* Among several each is folded, and found by what it is. */
static void several(void **state)
{
	struct said said = say(&(struct call){
		.arguments = {"run", "write-after-close", "-", "--format=html", "--jobs=2"},
		.input = "# <i>\nuse tcp4 unix\nclient connect = 0\nserver accept = 0\n"
			 "client write 6 = 7 @ unix\n"});

	(void)state;
	assert_int_equal(said.status, 1);
	assert_self_contained(said.output);
	assert_int_equal(occurrences(said.output, "<details class=\"trace\" data-item="), 4);
	assert_non_null(strstr(said.output, "4 traces: 3 as expected, 1 deviates; "));
	assert_non_null(
		strstr(said.output, "id=\"write-after-close.tcp6\" data-verdict=\"expected\""));
	assert_non_null(strstr(said.output, "data-verdict=\"deviates\" data-family=\"unix\""));
	assert_null(strstr(said.output, "<i>"));
	assert_non_null(strstr(said.output, "<summary><h2>standard input <span"));
	forget(&said);
}

static void run_svg(void **state)
{
	char *picture = page_of(&(struct call){
		.arguments = {"run", "write-after-close", "--family=tcp4", "--format=svg"}});

	(void)state;
	assert_int_equal(strncmp(picture, "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 40), 0);
	assert_int_equal(occurrences(picture, "<path class=\"arrow "), 7);
	assert_non_null(strstr(picture, ">= -1 EPIPE</tspan>"));
	free(picture);
	check(&(struct call){{"run", "write-after-close", "--format=svg"}, NULL, 2, NULL,
		"closewait: --format=svg: one trace, not 2: add --family=tcp4\n"});
	check(&(struct call){{"run", "unix-oob", "write-after-close", "--family=tcp4",
				     "--format=svg", "write-after-reset"},
		NULL, 2, NULL,
		"closewait: unix-oob: skipped: it uses none of the families asked for\n"
		"closewait: --format=svg: one trace, not 2: name one experiment\n"});
}

/* Every experiment, with a diagram of what is expected, and found by what the system calls an
 * errno; nothing is run. */
static void the_catalogue(void **state)
{
	char *page = page_of(&(struct call){.arguments = {"list", "--format=html"}});
	char *list = output_of(&(struct call){.arguments = {"list", "--runs"}});
	int count = 0;
	char name[128], last[128] = "";

	(void)state;
	for (const char *at = list; sscanf(at, "%127s", name) == 1; at = strchr(at, '\n') + 1) {
		char heading[160];

		snprintf(heading, sizeof heading, "<summary><h2>%s <span", name);
		assert_non_null(strstr(page, heading));
		count += strcmp(name, last) != 0;
		snprintf(last, sizeof last, "%s", name);
	}
	assert_true(occurrences(page, "<details class=\"trace\" data-item=") >= count);
	assert_true(occurrences(page, "<svg class=\"ladder\"") >= count);
	assert_true(occurrences(page, " broken pipe") > 10);
	assert_null(strstr(page, "class=\"box\"")); /* nothing deviates */
	assert_non_null(strstr(page, "id=\"peer-client-close\" data-group=\"peer\""));
	assert_non_null(strstr(page, "\nserver setsockopt SO_LINGER 1,0\n"));
	free(list);
	free(page);
	page = page_of(&(struct call){
		.arguments = {"list", "--format=html", "write-after-close", "timewait"}});
	assert_non_null(strstr(page, "id=\"write-after-close.tcp4\" data-verdict=\"expected\" "
				     "data-family=\"tcp4 tcp6\""));
	assert_null(strstr(page, "id=\"unix-oob"));
	assert_null(strstr(page, "class=\"time\"")); /* no clock: it was not run */
	assert_null(strstr(page, "class=\"badge"));
	free(page);
	/* What the model does not know is what is expected. */
	page = page_of(
		&(struct call){.arguments = {"list", "--format=html", "unix-write-after-close"}});
	assert_non_null(strstr(page, ">= -1 EPIPE</tspan>"));
	free(page);
}

static void explain_html(void **state)
{
	static const char *const parts[] = {"<h1>write-after-close</h1>",
		"<h3>Packets: ", "<h3>States, ",
		"<h3>Calls: ", "<h3>Neighbours: ", "seq 1:7 ack 2 win "};
	char *page = page_of(&(struct call){
		.arguments = {"explain", "--format=html", "--family=tcp4", "write-after-close"}});

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!strstr(page, parts[i]))
			fail_msg("no %s in the page", parts[i]);
	assert_shows(page, (const char *const[]){"client ", "server ", NULL});
	free(page);
	page = page_of(&(struct call){.arguments = {"explain", "--format=html", "EPIPE"}});
	assert_non_null(strstr(page, "<h1>EPIPE: Broken pipe</h1>"));
	assert_non_null(strstr(page, "<h2>What gives it on plain TCP"));
	assert_non_null(strstr(page,
		"<th scope=\"row\">a RST came in CLOSE_WAIT, where tcp_reset() stores EPIPE; the "
		"stored error is taken</th><td class=\"code\">sk_stream_error(): "
		"sock_error()</td>"));
	assert_non_null(strstr(page, "<th scope=\"row\">unix-seqpacket</th>"));
	free(page);
	page = page_of(&(struct call){.arguments = {"explain", "--format=html", "POLLRDHUP"}});
	assert_non_null(strstr(page, "<p class=\"lead\">"));
	free(page);
	page = page_of(&(struct call){.arguments = {"explain", "--format=html", "EXDEV"}});
	assert_non_null(strstr(page, "No call of the vocabulary gives it"));
	free(page);
	page = page_of(&(struct call){.arguments = {"explain", "--format=html", "-"},
		.input = "use tcp4\nclient connect = 0\n"});
	assert_non_null(strstr(page, "<title>standard input \u00B7 closewait</title>"));
	free(page);
	check(&(struct call){{"explain", "--format=svg", "EPIPE"}, NULL, 2, NULL,
		"closewait: --format=svg: expected text or html\n"});
}

/* README's picture is what the program draws: every text in it but the times. In which row the
 * delayed ACK stands is a matter of time. */
static void readme_picture(void **state)
{
	char *drawn = output_of(&(struct call){
		.arguments = {"run", "write-after-close", "--family=tcp4", "--format=svg"}});
	FILE *file = fopen(PICTURE, "re");
	char line[512];
	int texts = 0;

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		const char *text = strchr(line, '>');

		if (strncmp(line, "<text ", 6) != 0 || !strncmp(line, "<text class=\"time", 17) ||
			!strncmp(line, "<text class=\"gap", 16))
			continue;
		texts++;
		if (!strstr(drawn, text))
			fail_msg("README's picture has, and the program does not: %s", text);
	}
	fclose(file);
	assert_true(texts > 20);
	free(drawn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(run_html),
		cmocka_unit_test(several),
		cmocka_unit_test(run_svg),
		cmocka_unit_test(the_catalogue),
		cmocka_unit_test(explain_html),
		cmocka_unit_test(readme_picture),
	};

	return cmocka_run_group_tests_name("page_command", tests, NULL, NULL);
}
