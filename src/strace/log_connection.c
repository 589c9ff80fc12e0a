#include "strace/log_connection.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* Does a result say that the connection came to an end? */
static bool tells_of_end(const struct step *step, const struct result *r)
{
	static const int ends[] = {EPIPE, ECONNRESET, ECONNREFUSED, ECONNABORTED, ETIMEDOUT,
		EHOSTUNREACH, ENETUNREACH, ENOTCONN, ENETDOWN, EHOSTDOWN};

	if (r->kind == RESULT_EVENTS || r->kind == RESULT_EPOLL)
		return r->value & POLLERR; /* EPOLLERR is the same */
	if (r->kind != RESULT_ERROR && !(r->kind == RESULT_ERRNO && r->value))
		return false;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (r->value == ends[i])
			return step->operation->id != OP_GETPEERNAME;
	return false;
}

/* A length that is longer than the model's queues take stands for any that is. */
static void shorten(struct log_connection *c, struct call *call)
{
	bool part = call->returned >= 0 && call->returned < call->length;

	if (operations[call_operation(call)].flags & SENDS && part) {
		call->length = call->returned; /* the rest is the next call's */
		part = false;
	}
	if (call->length <= LOG_LENGTH && call->returned <= LOG_LENGTH)
		return;
	c->shortened = true;
	if (call->length > LOG_LENGTH)
		call->length = part ? 2L * LOG_LENGTH : LOG_LENGTH;
	if (call->returned > LOG_LENGTH)
		call->returned = LOG_LENGTH;
	if (part && call->length == call->returned)
		call->length = 2L * LOG_LENGTH;
}

/* Is the result one that an experiment may have? A number that is no errno, say, is none. */
static bool is_result(const struct step *step, const char *text)
{
	struct words words;
	struct result result;
	int at;
	const char *what;

	return text_cut(&words, text, strlen(text), &at, &what) &&
	       result_parse(&result, step_form(step), words.word, words.count, &at, &what) ==
		       words.count;
}

/* End of file where nothing had come, or an error. */
static void note_end(struct log_connection *c, const struct step *step, const struct result *r,
	long line, const char *text)
{
	bool receives = step->operation->flags & RECEIVES && r->kind == RESULT_NUMBER;
	bool empty = receives && !r->value && step->number[0] && !c->received;

	c->received += receives ? r->value : 0;
	if (c->error_line || !(empty || tells_of_end(step, r)))
		return;
	c->error_line = line;
	c->error_at = c->count;
	snprintf(c->error, sizeof c->error, "%s", text);
}

/* No call transfers more than MAX_RW_COUNT bytes or UIO_MAXIOV messages, whatever a log says. */
static bool can_be_transferred(const struct call *call)
{
	const long most_bytes = 0x7ffff000, most_messages = 1024;

	if (!(operations[call_operation(call)].flags & (SENDS | RECEIVES)))
		return true;
	if (call_shape(call->id) == SHAPE_MESSAGES)
		return call->returned <= most_messages && call->length <= most_bytes;
	return call->returned <= most_bytes;
}

/* The bytes that a call sent, of however many messages. */
static long sent_by(const struct call *call)
{
	if (!(operations[call_operation(call)].flags & SENDS) || call->returned <= 0)
		return 0;
	return call_shape(call->id) == SHAPE_MESSAGES ? call->length * call->returned
						      : call->returned;
}

int log_connection_begin(struct log_connection *c)
{
	for (int i = 0; i < LOG_FLIGHTS; i++)
		if (!c->flight[i].there) {
			c->flight[i] = (struct flight){true, c->count};
			return i;
		}
	return -1;
}

/* Where a call began that is over; now, of one that returned at once. */
static long land(struct log_connection *c, int flight)
{
	if (flight < 0)
		return c->count;
	c->flight[flight].there = false;
	return c->flight[flight].at;
}

/* Lets a step stand before call at, which is kept. */
static void insert(struct log_connection *c, long at, const char *text)
{
	for (long i = c->count++; i > at; i--) {
		memcpy(c->step[i % LOG_CALLS], c->step[(i - 1) % LOG_CALLS], LOG_STEP);
		c->sent_by[i % LOG_CALLS] = c->sent_by[(i - 1) % LOG_CALLS];
	}
	c->sent_by[at % LOG_CALLS] = 0;
	if (snprintf(c->step[at % LOG_CALLS], LOG_STEP, "%s &", text) >= LOG_STEP)
		c->step[at % LOG_CALLS][0] = '\0';
	for (int i = 0; i < LOG_FLIGHTS; i++)
		c->flight[i].at += c->flight[i].at > at;
}

/* A call that began before call at was made, and waited: its beginning stands there, and left
 * becomes its join. */
static void stand_behind(
	struct log_connection *c, const struct step *step, long at, char left[LOG_STEP])
{
	if (at < c->joined)
		at = c->joined;
	if (at >= c->count || at <= c->count - LOG_CALLS || !(step->operation->flags & MAY_BLOCK))
		return;
	insert(c, at, left);
	snprintf(left, LOG_STEP, "%s join", who_text(c->who));
	c->joined = c->count + 1;
}

bool log_connection_add(struct log_connection *c, const struct call *seen, int flight, long line)
{
	long began = land(c, flight);
	struct call call = *seen;
	struct step step;
	char left[LOG_STEP], right[RESULT_TEXT];

	if (!can_be_transferred(seen))
		return false;
	if (call_shape(call.id) == SHAPE_LENGTH)
		shorten(c, &call);
	if (!call_step(&call, c->who, &step))
		return false;
	struct result result = call_result(&call, &step);

	step_text(&step, left, sizeof left);
	result_text(&result, right, sizeof right);
	if (!is_result(&step, right))
		return false;
	char told[LOG_STEP];

	if (snprintf(told, sizeof told, "%s = %s", left, right) >= LOG_STEP)
		told[0] = '\0';
	if (c->error_line && c->count - c->error_at >= LOG_AFTER) {
		c->later++;
		c->sent += sent_by(seen);
		c->sent_later += sent_by(seen);
		note_end(c, &step, &result, line, told);
		return true;
	}
	stand_behind(c, &step, began, left);
	c->sent_by[c->count % LOG_CALLS] = sent_by(seen);
	c->sent += sent_by(seen);
	char *text = c->step[c->count++ % LOG_CALLS];

	if (snprintf(text, LOG_STEP, "%s = %s", left, right) >= LOG_STEP)
		text[0] = '\0';
	note_end(c, &step, &result, line, told);
	return true;
}

void log_connection_hang(struct log_connection *connection, const struct call *seen, int flight)
{
	struct log_connection *c = connection;
	struct call call = *seen;
	struct step step;
	char left[LOG_STEP];
	long at = land(c, flight);

	call.returned = call.length; /* so that it is not taken for a part */
	if (call_shape(call.id) == SHAPE_LENGTH)
		shorten(c, &call);
	if (at < c->joined)
		at = c->joined;
	if (c->hangs || c->later || at <= c->count - LOG_CALLS ||
		!call_step(&call, c->who, &step) || !(step.operation->flags & MAY_BLOCK))
		return;
	step_text(&step, left, sizeof left);
	insert(c, at, left);
	c->hangs = true;
}

void log_connection_add_text(struct log_connection *c, const char *text)
{
	c->sent_by[c->count % LOG_CALLS] = 0;
	snprintf(c->step[c->count++ % LOG_CALLS], LOG_STEP, "%s %s", who_text(c->who), text);
}

static bool begins(struct span span, const char *text)
{
	return span.length >= strlen(text) && !memcmp(span.text, text, strlen(text));
}

void log_connection_note(struct log_connection *c, struct span about)
{
	if (!about.length)
		return;
	log_ends_note(&c->ends, about);
	if (about.length < sizeof c->about)
		snprintf(c->about, sizeof c->about, "%.*s", (int)about.length, about.text);
	if (begins(about, "UNIX"))
		c->family = FAMILY_UNIX;
	else if (span_has(about, "MPTCP"))
		c->family = FAMILY_MPTCP4;
	else if (span_has(about, "::ffff:"))
		c->family = FAMILY_TCP4_MAPPED;
	else if (begins(about, "TCPv6") || span_has(about, "AF_INET6"))
		c->family = FAMILY_TCP6;
}

long log_connection_sent(const struct log_connection *c, long sent[LOG_CALLS])
{
	long first = c->count > LOG_CALLS ? c->count - LOG_CALLS : 0,
	     before = c->sent - c->sent_later;
	int count = 0;

	for (long i = first; i < c->count; i++) {
		before -= c->sent_by[i % LOG_CALLS];
		if (*c->step[i % LOG_CALLS])
			sent[count++] = c->sent_by[i % LOG_CALLS];
	}
	return c->whole ? before : -1;
}

void log_connection_print(const struct log_connection *c, FILE *out)
{
	long first = c->count > LOG_CALLS ? c->count - LOG_CALLS : 0;

	for (long i = first; i < c->count; i++)
		if (*c->step[i % LOG_CALLS])
			fprintf(out, "%s\n", c->step[i % LOG_CALLS]);
}
