/*
 * library: closewait.h's sessions and runs, and its catalogue.
 */
#include "language/catalog.h"
#include "language/replay.h"
#include "lib/closewait.h"
#include "lib/library_trace.h"
#include "run/runner.h"
#include "util/deadline.h"
#include "util/memstream.h"
#include "version.h" /* the compiler warns where closewait.h says another version */

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert(CLOSEWAIT_DEADLINE_LIMIT == (int)DEADLINE_LIMIT, "the same limit in both headers");

struct closewait {
	struct session session;
	pid_t thread; /* whose it is; no thread of a forked child has the same number */
};

/* Held while a session is opened, run or closed: session.h, session_open(). */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static void clear(char *message, size_t size)
{
	if (size)
		message[0] = '\0';
}

/* Says why the call fails, with this errno. */
__attribute__((format(printf, 4, 5))) static void *refuse(
	int error, char *message, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, size, format, arguments);
	va_end(arguments);
	errno = error;
	return NULL;
}

PUBLIC const char *closewait_version(void)
{
	return CLOSEWAIT_VERSION;
}

PUBLIC const char *closewait_name(int n)
{
	for (const struct text *t = texts; n > 0 && t->name; t++)
		if (!strcmp(t->kind, "trace") && !--n)
			return t->name;
	return NULL;
}

PUBLIC struct closewait *closewait_open(int deadline, int flags, char *message, size_t size)
{
	const struct session_options options = {.deadline = deadline ? deadline : DEADLINE_DEFAULT,
		.sandbox = flags & CLOSEWAIT_SANDBOX,
		.wire = WIRE_BRIEF};

	if (flags & ~CLOSEWAIT_SANDBOX)
		return refuse(EINVAL, message, size, "unknown flags: 0x%x",
			(unsigned)(flags & ~CLOSEWAIT_SANDBOX));
	if (deadline < 0 || deadline > CLOSEWAIT_DEADLINE_LIMIT)
		return refuse(EINVAL, message, size,
			"a deadline of %d milliseconds: expected 1 to %d, or 0 for the default",
			deadline, CLOSEWAIT_DEADLINE_LIMIT);
	struct closewait *session = calloc(1, sizeof *session);

	if (!session)
		return refuse(ENOMEM, message, size, "no memory for a session");
	session->thread = gettid();
	clear(message, size);
	pthread_mutex_lock(&one_at_a_time);
	int status = session_open(&session->session, &options, message, size);

	pthread_mutex_unlock(&one_at_a_time);
	if (!status)
		return session;
	free(session);
	errno = -status;
	return NULL;
}

PUBLIC bool closewait_sandboxed(const struct closewait *session, char *message, size_t size)
{
	const char *notes = session->session.notes;

	snprintf(message, size, "%s",
		session->session.options.sandbox ? notes : "a sandbox was not asked for\n");
	return session->session.sandbox.entered;
}

PUBLIC int closewait_close(struct closewait *session)
{
	if (!session)
		return 0;
	if (session->thread != gettid()) {
		errno = EPERM;
		return -1;
	}
	pthread_mutex_lock(&one_at_a_time);
	session_close(&session->session);
	pthread_mutex_unlock(&one_at_a_time);
	free(session);
	return 0;
}

static struct experiment *parse_text(const char *name, const char *text, char *message, size_t size)
{
	char *said = NULL;
	size_t length;
	FILE *errors = open_memstream(&said, &length);
	struct experiment *e = errors ? experiment_parse(name, text, strlen(text), errors) : NULL;

	if (e && !replay_is_whole(e, errors)) {
		experiment_free(e);
		e = NULL;
		errno = EINVAL;
	}
	int error = e ? 0 : errno;

	if (!memory_close(errors, &said) && !e)
		error = ENOMEM;
	if (!e)
		refuse(error, message, size, "%s",
			error == ENOMEM ? "no memory to parse it" : said);
	free(said);
	return e;
}

/* Parses a text, or the text of a name. NULL with errno, and message. */
static struct experiment *parse(const char *experiment, char *message, size_t size)
{
	if (strchr(experiment, '\n'))
		return parse_text("experiment", experiment, message, size);
	const char *text = catalog_text("trace", experiment);

	if (text)
		return parse_text(experiment, text, message, size);
	return refuse(EINVAL, message, size, "%s: no such experiment in the catalogue", experiment);
}

static void run(struct session *session, struct trace *trace)
{
	if (!(trace->experiment->families & 1u << trace->family)) {
		trace_fail(trace, "it does not use %s", family_name(trace->family));
		trace->verdict = VERDICT_SKIPPED;
		return;
	}
	pthread_mutex_lock(&one_at_a_time);
	session_run(session, trace);
	deadline_rest(); /* what the caller does next is not to be interrupted */
	pthread_mutex_unlock(&one_at_a_time);
	/* Whoever asks for the sandbox wants what it alone shows. */
	if (trace->verdict != VERDICT_EXPECTED || !session->options.sandbox || !trace->unasserted)
		return;
	trace_fail(trace, "not all that it asserts can be observed: %.*s",
		(int)strcspn(session->notes, "\n"), session->notes);
	trace->verdict = VERDICT_SKIPPED;
}

/* Are these arguments of closewait_run? Otherwise errno and message say why not. */
static bool check_arguments(const struct closewait *session, const char *experiment,
	const char *family, enum family *known, char *message, size_t size)
{
	if (!session || !experiment || !family)
		refuse(EINVAL, message, size, "no %s was given",
			!session      ? "session"
			: !experiment ? "experiment"
				      : "family");
	else if (session->thread != gettid())
		refuse(EPERM, message, size, "the session belongs to the thread that opened it");
	else if (!family_value(family, known))
		refuse(EINVAL, message, size, "%s: no such family; expected one of %s", family,
			family_names());
	else
		return true;
	return false;
}

PUBLIC struct closewait_trace *closewait_run(struct closewait *session, const char *experiment,
	const char *family, char *message, size_t size)
{
	enum family known;

	if (!check_arguments(session, experiment, family, &known, message, size))
		return NULL;
	struct experiment *e = parse(experiment, message, size);

	if (!e)
		return NULL;
	struct closewait_trace *t = library_trace_new(e, known, session->session.kernel);

	if (t) {
		run(&session->session, t->trace);
		clear(message, size);
		if (library_trace_finish(t, session->session.context))
			return t;
	}
	closewait_trace_free(t);
	return refuse(ENOMEM, message, size, "no memory for the trace");
}
