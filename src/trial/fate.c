#include "trial/fate.h"

#include "trial/serving.h"
#include "util/text.h"

#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* Of a program that is the server, and runs on. */
static void server_word(const struct trial *t, char *text, size_t size)
{
	const struct section *s = t->current < 0 ? NULL : &t->section[t->current];
	const char *word = !s || !s->connected    ? "does not listen"
			   : !s->accepted         ? "does not accept"
			   : serving_is_served(t) ? "closed, serves on"
						  : "runs on";

	snprintf(text, size, "%s", word);
}

void fate_word(const struct trial *t, char *text, size_t size)
{
	const struct trial_fate *fate = &t->fate;

	if (fate->ended && WIFSIGNALED(fate->status))
		snprintf(text, size, "killed by SIG%s", sigabbrev_np(WTERMSIG(fate->status)));
	else if (fate->ended)
		snprintf(text, size, "exit status %d", WEXITSTATUS(fate->status));
	else if (fate->stopped)
		snprintf(text, size, "stopped by SIG%s", sigabbrev_np(fate->stopped));
	else if (fate->waits_in[0])
		snprintf(text, size, "waits in %s", fate->waits_in);
	else if (t->options->program == SERVER)
		server_word(t, text, size);
	else
		snprintf(text, size, "runs on");
}

/* The section whose call failed first. */
static const struct section *first_failed(const struct trial *t)
{
	for (int i = 0; i < t->section_count; i++)
		if (t->section[i].connected && t->section[i].fate.first_error)
			return &t->section[i];
	return NULL;
}

void fate_error(const struct trial *t, char *text, size_t size)
{
	const struct section *s = first_failed(t);

	snprintf(text, size, "%s", "-");
	if (s)
		snprintf(text, size, "%s %s", s->fate.first_call,
			symbol_errno_text(s->fate.first_error));
}

long fate_calls(const struct trial *t)
{
	long calls = 0;

	for (int i = 0; i < t->section_count; i++)
		calls += t->section[i].connected ? t->section[i].calls : 0;
	return calls;
}

int fate_connections(const struct trial *t)
{
	int count = 0;

	for (int i = 0; i < t->section_count; i++)
		count += t->section[i].connected;
	return count;
}

/* What would have ended the wait of a program whose call has not returned. */
static const char *what_would_wake(const struct trial *t)
{
	const struct section *s = t->current < 0 ? NULL : &t->section[t->current];

	if (t->script.link_down)
		return "the peer's machine is gone: a timeout of the program's own, or "
		       "SO_KEEPALIVE "
		       "or TCP_USER_TIMEOUT";
	if (s && s->shown[!s->program] == TCP_ESTABLISHED)
		return "the peer is there and silent: data, or a timeout of the program's own";
	return "data, an end of file or an error, none of which comes any more: a timeout of the "
	       "program's own";
}

static void print_end(const struct trial *t, FILE *out)
{
	const struct trial_fate *fate = &t->fate;
	char word[64];

	fate_word(t, word, sizeof word);
	fprintf(out, "# The program: %s", word);
	if (!fate->ended && fate->waits_in[0])
		fprintf(out, ", for %ld ms at the deadline. What would have woken it: %s",
			fate->waits_since, what_would_wake(t));
	else if (!fate->ended && fate->deadline)
		fputs(" at the deadline", out);
	fputs(".\n", out);
	if (fate->ended && fate->left)
		fprintf(out, "# It left %d process%s behind, which %s at the deadline.\n",
			fate->left, fate->left == 1 ? "" : "es",
			fate->waits_in[0] ? "waited" : "ran on");
}

static void print_section(const struct section *s, FILE *out)
{
	const struct section_fate *fate = &s->fate;

	if (fate->sends_after)
		fprintf(out, "# It went on writing %d time%s after a write had failed.\n",
			fate->sends_after, text_plural(fate->sends_after));
	if (fate->unnoticed)
		fprintf(out,
			"# It did not look at %d error%s: it made the same kind of call again.\n",
			fate->unnoticed, text_plural(fate->unnoticed));
	if (s->inode && s->known && s->shown[s->program] == TCP_CLOSE_WAIT)
		fputs("# It never closed its descriptor: the connection stays in CLOSE_WAIT as "
		      "long "
		      "as the program lives.\n",
			out);
}

static void print_unseen(const struct trial *t, FILE *out)
{
	const struct trial_fate *fate = &t->fate;

	if (fate->uring)
		fputs("# It set up io_uring: what it does through that makes no calls, and is not "
		      "seen.\n",
			out);
	if (fate->foreign)
		fputs("# It made calls of another ABI (i386, x32), which are not seen.\n", out);
	if (fate->debugs)
		fputs("# It called ptrace(2): a process has one tracer, so what closewait traces "
		      "it "
		      "cannot.\n",
			out);
	if (fate->privileges)
		fputs("# Set-user-ID or set-group-ID: under ptrace(2) it ran without those "
		      "privileges.\n",
			out);
	if (fate->processes)
		fprintf(out, "# It made %d further process%s.\n", fate->processes,
			fate->processes == 1 ? "" : "es");
	if (fate->elsewhere)
		fprintf(out, "# It connected elsewhere %d time%s, which is not recorded.\n",
			fate->elsewhere, text_plural(fate->elsewhere));
	if (fate->unrecorded)
		fprintf(out, "# %d further socket%s of it are not recorded.\n", fate->unrecorded,
			text_plural(fate->unrecorded));
}

static void print_no_connection(const struct trial *t, FILE *out)
{
	bool server = t->options->program == SERVER;

	fprintf(out, "# It did not %s port %d.\n", server ? "listen on" : "connect to",
		address_port(&t->script.to));
	if (t->fate.listened)
		fprintf(out, "# It listened where its peer does not connect to: on port %d.\n",
			t->fate.listened);
}

void fate_print(const struct trial *t, FILE *out)
{
	int connections = fate_connections(t);

	print_end(t, out);
	if (!connections)
		print_no_connection(t, out);
	if (connections > 1)
		fprintf(out, "# It reconnected %d time%s.\n", connections - 1,
			text_plural(connections - 1));
	if (t->options->program == SERVER && connections && !t->section[t->current].accepted)
		fputs("# It did not accept the connection.\n", out);
	for (int i = 0; i < t->section_count; i++)
		if (t->section[i].connected)
			print_section(&t->section[i], out);
	print_unseen(t, out);
}
