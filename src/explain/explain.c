#include "explain/explain.h"

#include "model/model.h"

#include <netinet/tcp.h>
#include <string.h>

enum {
	STATE_COLUMN = 24,
	CALL_COLUMN = 4,
	TCP_STATES = TCP_CLOSING + 1,
	CALL_TEXT = 2 * LINE_LIMIT + RESULT_TEXT + 8, /* bytes that the text of a call fits in */
};

/* RFC 9293 3.3.2, and what Linux answers there: inet_shutdown(), tcp_sendmsg_locked(),
 * tcp_recvmsg_locked(). */
static const char *const state_texts[TCP_STATES] = {
	[TCP_ESTABLISHED] =
		"connected, both ways open: write queues and sends, read waits for data",
	[TCP_SYN_SENT] = "its SYN is not answered yet: write and read wait, or fail with EAGAIN",
	[TCP_SYN_RECV] = "the SYN is answered, the handshake's last ACK not there yet",
	[TCP_FIN_WAIT1] =
		"it sent FIN (shutdown, close or exit), which is not acknowledged yet: write "
		"fails with EPIPE; after shutdown(SHUT_WR) read goes on",
	[TCP_FIN_WAIT2] =
		"its FIN is acknowledged, the peer's has not come: write fails with EPIPE; after "
		"shutdown(SHUT_WR) read goes on; after close a time-wait entry stands here for the "
		"socket, and answers data with RST",
	[TCP_TIME_WAIT] =
		"both FINs are acknowledged; an entry without a socket stays for 60 s, for "
		"what comes late",
	[TCP_CLOSE] =
		"no connection: not yet, not any more, or reset. A stored error comes once: from "
		"write, from SO_ERROR, or from read where no FIN came before. Then write fails "
		"with "
		"EPIPE; read gives what is queued, then 0, or ENOTCONN where nothing was connected",
	[TCP_CLOSE_WAIT] =
		"the peer's FIN came, its own is not sent: read gives what is queued, then 0; "
		"write "
		"still succeeds, for the peer may still read; if it does not, its kernel answers "
		"RST, and a RST stores EPIPE in this state",
	[TCP_LAST_ACK] = "both sent FIN, its own last, and it is not acknowledged yet: write fails "
			 "with EPIPE, read gives what is queued, then 0",
	[TCP_LISTEN] = "accept takes connections; write fails with EPIPE, read with ENOTCONN",
	[TCP_CLOSING] = "both sent FIN at once; its own is not acknowledged yet: write fails with "
			"EPIPE, read gives what is queued, then 0",
};

/* The states in the order in which they appeared, and who was in them. */
struct states {
	int count, order[TCP_STATES];
	unsigned who[TCP_STATES]; /* bit 1 << enum who */
};

static void add_state(struct states *states, long state, enum who who)
{
	size_t i = (size_t)state; /* 0: not looked at */

	if (!i || i >= TCP_STATES)
		return;
	if (!states->who[i])
		states->order[states->count++] = (int)i;
	states->who[i] |= 1u << who;
}

static struct states states_of(const struct trace *trace)
{
	struct states states = {0};

	for (int i = 0; i < trace->experiment->step_count; i++) {
		const struct observation *observation = &trace->observation[i];
		const struct result *result = &observation->outcome.result;

		if (!observation->reached)
			break;
		if (result->kind == RESULT_STATE || result->kind == RESULT_TIMEOUT)
			add_state(&states, result->value, trace->experiment->script[i].step.who);
		add_state(&states, observation->state[CLIENT], CLIENT);
		add_state(&states, observation->state[SERVER], SERVER);
	}
	return states;
}

void explain_states(const struct trace *trace, FILE *out)
{
	static const char *const names[] = {[1u << CLIENT] = "client",
		[1u << SERVER] = "server",
		[1u << CLIENT | 1u << SERVER] = "both"};
	struct states states = states_of(trace);

	if (states.count)
		fputs("\nStates, and what they mean for who is in them\n\n", out);
	for (int i = 0; i < states.count; i++) {
		int state = states.order[i];

		fprintf(out, "  %-12s %-*s", symbol_text(tcp_states, state), STATE_COLUMN - 15,
			names[states.who[state]]);
		text_wrap(out, STATE_COLUMN, state_texts[state]);
	}
}

/* The steps that are explained: an error, wherever it shows; end of file; and data that seems to be
 * sent but is lost. */
static bool is_remarkable(const struct trace *trace, int i)
{
	const struct observation *observation = &trace->observation[i];
	const struct result *observed = &observation->outcome.result;

	if (!observation->reached || observed->kind == RESULT_NONE ||
		trace->experiment->script[i].step.who == NAMESPACE)
		return false;
	switch (observation->prediction.rule) {
	case RULE_SEND_ANSWERED_RST:
	case RULE_RECEIVE_DONE:
	case RULE_RECEIVE_SHUT:
		return true;
	default:
		return observed->kind == RESULT_ERROR ||
		       (observed->kind == RESULT_ERRNO && observed->value);
	}
}

/* "client write 6 = -1 EPIPE"; of a join what it waited for, too. */
static void call_text(const struct trace *trace, int i, char *text, size_t size)
{
	const struct script_step *entry = &trace->experiment->script[i];
	char left[LINE_LIMIT + 1], right[RESULT_TEXT];

	struct answers answers = trace_answers(trace, i);

	step_text(&entry->step, left, sizeof left);
	result_text(&answers.observed, right, sizeof right);
	size_t used = (size_t)snprintf(text, size, "%s = %s", left, right);

	if (entry->step.operation->id != OP_JOIN || used >= size)
		return;
	while (!entry->step.background || entry->step.who != trace->experiment->script[i].step.who)
		entry--; /* the parser saw to it that there is one */
	step_text(&entry->step, left, sizeof left);
	snprintf(text + used, size - used, "  (%s)", left);
}

/* The text of the rule that predicted the result, if the prediction was right. */
static void why_text(const struct trace *trace, int i, char *text, size_t size)
{
	const struct prediction *p = &trace->observation[i].prediction;
	const struct rule_text *rule = &rule_texts[p->rule];
	const struct result *observed = &trace->observation[i].outcome.result;

	if (p->result.kind == RESULT_UNKNOWN)
		snprintf(text, size, "the model has no rule for it here");
	else if (!results_agree(&p->result, observed))
		snprintf(text, size, "the model does not know why: it predicted otherwise");
	else
		snprintf(text, size, "%s%s%s%s: %s", p->cause ? p->cause : "", p->cause ? "; " : "",
			rule->says,
			observed->signal ? "; EPIPE raises SIGPIPE, which was not ignored here"
					 : "",
			rule->kernel);
}

/* Was the same said of a step before? */
static bool was_said(const struct trace *trace, int i, const char *call, const char *why)
{
	char earlier_call[CALL_TEXT], earlier_why[EXPLAIN_REASON];

	while (--i >= 0) {
		if (!is_remarkable(trace, i))
			continue;
		call_text(trace, i, earlier_call, sizeof earlier_call);
		why_text(trace, i, earlier_why, sizeof earlier_why);
		if (!strcmp(call, earlier_call) && !strcmp(why, earlier_why))
			return true;
	}
	return false;
}

bool explain_reason(const struct trace *trace, int i, char *text, size_t size)
{
	char call[CALL_TEXT];

	/* The reasons are the model's. */
	if (!model_has(trace->family) || !is_remarkable(trace, i))
		return false;
	call_text(trace, i, call, sizeof call);
	why_text(trace, i, text, size);
	return !was_said(trace, i, call, text);
}

void explain_calls(const struct trace *trace, FILE *out)
{
	char call[CALL_TEXT], why[EXPLAIN_REASON];
	bool began = false;

	for (int i = 0; i < trace->experiment->step_count; i++) {
		if (!explain_reason(trace, i, why, sizeof why))
			continue;
		call_text(trace, i, call, sizeof call);
		if (!began)
			fputs("\nCalls: why they returned this\n", out);
		began = true;
		fprintf(out, "\n  %s\n%*s", call, CALL_COLUMN, "");
		text_wrap(out, CALL_COLUMN, why);
	}
}
