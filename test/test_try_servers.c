/*
 * closewait try --as=server with programs that nobody here wrote: against every peer that is a
 * client each of their calls gives what the model predicts, the trace says what the kernel did, and
 * is the same when it is run without them. Those that are not installed are skipped, each by its
 * name.
 */
#include "trials.h"

/* Where nginx finds what it is to do, and python3 nothing to list. */
static char directory[] = "/tmp/closewait-servers-XXXXXX", nginx_conf[64];

static const char http[] =
	"require('http').createServer((q, r) => r.end('hello')).listen(process.env.CLOSEWAIT_PORT, "
	"'127.0.0.1')";

static const struct program {
	const char *path, *name, *arguments[5];
	const char *fate; /* when the connection is over */
} programs[] = {
	{"/usr/bin/ncat", "ncat", {"-l", "127.0.0.1", "{port}"}, "# The program: exit status *"},
	{"/usr/bin/socat", "socat", {"TCP4-LISTEN:{port},reuseaddr", "PIPE"},
		"# The program: exit status *"},
	{"/usr/bin/python3", "python3", {"-m", "http.server", "{port}", "-d", directory},
		"# The program: closed, serves on."},
	{"/usr/bin/node", "node", {"-e", http}, "# The program: closed, serves on."},
	/* It has a port built in. */
	{"/usr/sbin/nginx", "nginx", {"-c", nginx_conf}, "# The program: closed, serves on."},
};

/* What stands in the trace of a peer, whatever the server does. */
static const struct peer {
	const char *name;
	bool waits; /* the connection does not end by itself: at the deadline, or by a timer */
	const char *line[LINES];
} peers[] = {
	{"silent", true, {"client connect           = 0"}},
	{"vanishes-before", true, {"client connect           = 0"}},
	{"vanishes-during", true, {"client connect           = 0"}},
	{"vanishes-after", true, {"client connect           = 0"}},
	{"close", false,
		{"server accept            = 0", "client close             = 0",
			"server await CLOSE_WAIT", "server *re* = 0*"}},
	{"close-queued", false,
		{"client close             = 0", "server accept            = 0",
			"server await CLOSE_WAIT", "server *re* = 0*"}},
	{"close-unread", false, {"client write *= 35", "server *re* = 35 *"}},
	{"destroyed", false,
		{"client destroy           = 0", "server await CLOSE",
			"server *re* = -1 ECONNRESET*"}},
	{"half-close", false,
		{"client shutdown SHUT_WR  = 0", "server await CLOSE_WAIT", "server *re* = 35 *"}},
	{"half-request-close", false,
		{"client write *= 24", "server await CLOSE_WAIT", "server *re* = 24 *",
			"server *re* = 0*"}},
	{"half-request-reset", false,
		{"client write *= 24", "server await CLOSE", "server *re* = 24 *",
			"server * = -1 ECONNRESET*"}},
	{"killed", false,
		{"client close             = 0 # client kill: *", "server await CLOSE_WAIT",
			"server *re* = 0*"}},
	{"lost-answer", false, {"client write *= 35", "server *re* = 35 *"}},
	{"request-close", false,
		{"client close             = 0", "server await CLOSE_WAIT", "server *re* = 35 *"}},
	{"reset", false,
		{"client setsockopt SO_LINGER 1,0 = 0", "server await CLOSE",
			"server *re* = -1 ECONNRESET*"}},
	{"reset-queued", false,
		{"client close             = 0", "server accept            = 0",
			"server await CLOSE", "server *re* = -1 ECONNRESET*"}},
	{"shutdown", false,
		{"client shutdown SHUT_RDWR = 0", "server await CLOSE_WAIT", "server *re* = 0*"}},
};

enum {
	PROGRAMS = sizeof programs / sizeof *programs,
	PEERS = sizeof peers / sizeof *peers,
	SIDE_BY_SIDE = 8, /* that are at work */
};

static struct job {
	const struct program *program;
	const struct peer *peer;
	struct running run, replay;
	struct said said;
} jobs[PROGRAMS * PEERS];

static bool installed(const struct program *program)
{
	return !access(program->path, X_OK);
}

/* A program that waits for ever is waited for until the first deadline; nothing that ends by itself
 * is cut off by the second. */
static void serve(struct job *job)
{
	struct call call = {.arguments = {"try", "--as=server",
				    job->peer->waits ? "--deadline=3000" : "--deadline=60000",
				    "--output=-", job->peer->name, "--", job->program->path}};

	for (int i = 0; i < 5; i++)
		call.arguments[7 + i] = job->program->arguments[i];
	job->run = begin(&call);
}

/* Behind what the program wrote. */
static const char *trace_of(const struct job *job)
{
	char title[64];

	snprintf(title, sizeof title, "# %s against ", job->program->path);
	return strstr(job->said.output, title);
}

/* The trace is there; whether run gives the same is asked while others serve. */
static void take(struct job *job)
{
	job->said = end(&job->run);
	const struct call call = {.arguments = {"run", "-"}, .input = trace_of(job)};

	if (!job->peer->waits && !job->said.status)
		job->replay = begin(&call);
}

static bool configure_nginx(void)
{
	snprintf(nginx_conf, sizeof nginx_conf, "%s/nginx.conf", directory);
	FILE *file = fopen(nginx_conf, "we");

	if (!file)
		return false;
	fprintf(file, "daemon off;\npid /dev/null;\nerror_log stderr crit;\nevents { }\nhttp {\n"
		      "access_log off;\n");
	for (int i = 0; i < 5; i++)
		fprintf(file, "%s_temp_path %s;\n",
			(const char *[]){"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}[i],
			directory);
	fprintf(file, "server { listen 127.0.0.1:9999; return 200 hello; }\n}\n");
	return !fclose(file);
}

/* Those that wait do so side by side, while the others take turns. */
static int serve_all(void **state)
{
	int count = 0, waiting = 0, taken;

	(void)state;
	if (!mkdtemp(directory) || !configure_nginx())
		return -1;
	for (int j = 0; j < PEERS; j++)
		for (int i = 0; i < PROGRAMS; i++)
			if (installed(&programs[i])) {
				waiting += peers[j].waits;
				jobs[count++] =
					(struct job){.program = &programs[i], .peer = &peers[j]};
			}
	taken = waiting;
	for (int i = 0; i < count; i++) {
		if (i - taken == SIDE_BY_SIDE)
			take(&jobs[taken++]);
		serve(&jobs[i]);
	}
	while (taken < count)
		take(&jobs[taken++]);
	for (int i = 0; i < waiting; i++)
		take(&jobs[i]);
	return 0;
}

static int clean(void **state)
{
	(void)state;
	return unlink(nginx_conf) || rmdir(directory);
}

static void assert_job(const struct job *job)
{
	const char *name = job->program->name, *peer = job->peer->name;
	struct row wanted = {.peer = peer, .mode = name};
	int count = 0;

	memcpy(wanted.line, job->peer->line, sizeof wanted.line);
	while (wanted.line[count])
		count++;
	if (!job->peer->waits)
		wanted.line[count] = job->program->fate;
	if (job->said.status)
		fail_msg("%s, %s: exit status %d\n%s%s", peer, name, job->said.status,
			job->said.output, job->said.error);
	assert_lines(&wanted, job->said.output);
}

static void assert_replay(const struct job *job)
{
	struct said said = end(&job->replay);

	if (said.status)
		fail_msg("%s, %s: run gives exit status %d\n%s%s", job->peer->name,
			job->program->name, said.status, said.output, said.error);
	forget(&said);
}

static void serves(const char *name)
{
	int count = 0;

	for (int i = 0; i < PROGRAMS * PEERS; i++)
		if (jobs[i].program && strcmp(jobs[i].program->name, name) == 0) {
			assert_job(&jobs[i]);
			if (jobs[i].replay.pid)
				assert_replay(&jobs[i]);
			count++;
		}
	if (!count) {
		print_message("%s: not installed: skipped\n", name);
		skip();
	}
}

static void ncat(void **state)
{
	(void)state;
	serves("ncat");
}

static void socat(void **state)
{
	(void)state;
	serves("socat");
}

static void python3(void **state)
{
	(void)state;
	serves("python3");
}

static void node(void **state)
{
	(void)state;
	serves("node");
}

static void nginx(void **state)
{
	(void)state;
	serves("nginx");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ncat),
		cmocka_unit_test(socat),
		cmocka_unit_test(python3),
		cmocka_unit_test(node),
		cmocka_unit_test(nginx),
	};

	return cmocka_run_group_tests(tests, serve_all, clean);
}
