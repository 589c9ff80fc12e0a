/*
 * closewait try --format=html and svg: the program's calls as a ladder, and of all peers a table.
 */
#include "pages.h"
#include "process.h"

/* What the program prints, with that status. */
static struct said page_of(const char *peer, const char *format, const char *mode, int status)
{
	struct said said = say(
		&(struct call){.arguments = {"try", peer, format, "--no-wait", "--deadline=60000",
				       "--", CLIENT_PROGRAM, mode, "{port}"}});

	assert_int_equal(said.status, status);
	return said;
}

static void assert_has(const char *page, const char *part)
{
	if (!strstr(page, part))
		fail_msg("no %s in:\n%s", part, page);
}

static void one_peer(void **state)
{
	struct said said = page_of("close", "--format=html", "killed", 0);

	(void)state;
	assert_self_contained(said.output);
	assert_has(said.output, "<h1>client against peer-close</h1>");
	assert_has(said.output, " killed {port}</code></p>");
	assert_has(said.output, "<li>The program: killed by SIGPIPE.</li>");
	assert_has(said.output, ">= -1 EPIPE SIGPIPE<");
	assert_has(said.output, "\nserver accept\nserver close\n"); /* the script */
	assert_int_equal(occurrences(said.output, "<svg class=\"ladder\""), 1);
	char *text = text_of_element(said.output, "<pre", "</pre>");

	assert_has(text, "client write \"world\\n\" = -1 EPIPE SIGPIPE");
	free(text);
	forget(&said);
}

/* Each connection has a diagram; a picture is of the first. */
static void several_connections(void **state)
{
	struct said said = page_of("close", "--format=html", "twice", 0);

	(void)state;
	assert_self_contained(said.output);
	assert_has(said.output, "id=\"connection_2_of_2.tcp4\"");
	assert_has(said.output, "<li>It reconnected 1 time.</li>");
	assert_int_equal(occurrences(said.output, "<svg class=\"ladder\""), 2);
	forget(&said);
	said = page_of("close", "--format=svg", "twice", 0);
	assert_self_contained(said.output);
	assert_has(said.output, "<title id=\"title\">client against peer-close</title>");
	assert_string_equal(said.error,
		"closewait: --format=svg: the first of 2 connections is drawn; "
		"html has them all\n");
	forget(&said);
}

static void no_connection(void **state)
{
	struct said said = page_of("close", "--format=html", "elsewhere", 0);

	(void)state;
	assert_self_contained(said.output);
	assert_has(said.output, "<li>It did not connect to port 8080.</li>");
	assert_null(strstr(said.output, "<svg"));
	forget(&said);
	said = page_of("close", "--format=svg", "elsewhere", 3);
	assert_string_equal(said.output, "");
	assert_has(said.error, "--format=svg: there was no connection that could be drawn\n");
	forget(&said);
}

/* A row for each peer, which leads to its part. The program's arguments are anything. */
static void all_peers(void **state)
{
	struct said said = say(
		&(struct call){.arguments = {"try", "--all", "--format=html", "--deadline=60000",
				       "--", "sh", "-c", ": # </pre><i>\x01"}});
	struct said list = say(&(struct call){.arguments = {"list", "peer-client"}});
	struct said peers = say(&(struct call){.arguments = {"list", "peer"}});
	int count = occurrences(peers.output, "\n  peer-") -
		    occurrences(list.output, "\n  peer-client-");

	(void)state;
	assert_int_equal(said.status, 0);
	assert_self_contained(said.output);
	assert_null(strstr(said.output, "<i>"));
	assert_has(said.output, "<code>sh -c : # &lt;/pre&gt;&lt;i&gt;\uFFFD</code>");
	assert_int_equal(occurrences(said.output, "<tr data-of-item=\"peer-"), count);
	assert_int_equal(
		occurrences(said.output, "<details class=\"trace\" data-item=\"\" id=\"peer-"),
		count);
	assert_has(said.output, "<a href=\"#peer-close\">peer-close</a></th><td>0</td><td "
				"class=\"code\">-</td><td>exit status 0</td></tr>");
	forget(&list);
	forget(&peers);
	forget(&said);
	check(&(struct call){{"try", "--all", "--format=html", "--", "/nonexistent"}, NULL, 2, NULL,
		"closewait: /nonexistent: cannot execute: No such file or directory\n"});
	check(&(struct call){{"try", "--all", "--format=svg", "--", "true"}, NULL, 2, NULL,
		"closewait: --format=svg: a picture is that of one peer: name it instead of "
		"--all\n"});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_peer),
		cmocka_unit_test(several_connections),
		cmocka_unit_test(no_connection),
		cmocka_unit_test(all_peers),
	};

	return cmocka_run_group_tests_name("try_page", tests, NULL, NULL);
}
