#include "observe/forwarder.h"

#include "observe/flow.h"
#include "util/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

/* A frame on its way. */
struct held {
	STAILQ_ENTRY(held) next;
	int64_t due;      /* CLOCK_MONOTONIC, nanoseconds */
	bool from_client; /* and its segment */
	struct frame frame;
	size_t length;
	unsigned char bytes[];
};

STAILQ_HEAD(queue, held);

/* The next segment with these flags is lost, or held back. */
struct rule {
	bool reorders, from_client, over;
	uint8_t flags;
};

struct forwarder {
	int control, tap;
	uint16_t server_port;
	bool failed;  /* there was no memory: it serves no more */
	bool down;    /* everything is lost */
	bool forgets; /* the middlebox answers so what is not of the connection: */
	enum middlebox_answer answer;
	in_port_t remembered; /* the client's port of the connection since then, in network order */
	int64_t delay;        /* nanoseconds */
	struct queue on_way;  /* by the time that they are due */
	struct queue passed[2]; /* held back until another one of the direction has passed */
	int rule_count;
	struct rule rule[FORWARDER_RULES];
	struct flow flow;
	unsigned char bytes[FRAME_LIMIT];
};

/* The device takes a frame whole, or drops it for want of memory, as a network does. */
static void put(struct forwarder *f, unsigned char *bytes, size_t length, enum frame_mark mark)
{
	frame_set_mark(bytes, mark);
	while (write(f->tap, bytes, length) < 0 && errno == EINTR)
		;
}

static void deliver(struct forwarder *f, struct held *held)
{
	frame_cross(held->bytes, &held->frame);
	flow_delivered(&f->flow, held->from_client, held->bytes, &held->frame);
	put(f, held->bytes, held->length, FRAME_DELIVERED);
	free(held);
}

static struct held *take(struct queue *queue)
{
	struct held *first = STAILQ_FIRST(queue);

	if (first)
		STAILQ_REMOVE_HEAD(queue, next);
	return first;
}

static void forget_held(struct queue *queue)
{
	for (struct held *held; (held = take(queue));)
		free(held);
}

/* Delivers what is due, and behind it what was held back until something passed. */
static void deliver_due(struct forwarder *f)
{
	for (struct held *first, *late; (first = STAILQ_FIRST(&f->on_way));) {
		bool from_client = first->from_client;

		if (f->delay && first->due > clock_read(CLOCK_MONOTONIC))
			return;
		deliver(f, take(&f->on_way));
		while ((late = take(&f->passed[from_client])))
			deliver(f, late);
	}
}

/* The rule that this segment meets first, or NULL. */
static struct rule *find_rule(struct forwarder *f, bool from_client, uint8_t flags)
{
	for (struct rule *rule = f->rule; rule < f->rule + f->rule_count; rule++)
		if (!rule->over && rule->from_client == from_client && rule->flags == flags)
			return rule;
	return NULL;
}

/* RFC 9293 3.10.7.1, of a segment that meets no connection. */
static void answer_reset(struct forwarder *f, unsigned char *bytes, const struct frame *frame)
{
	unsigned char answer[FRAME_EMPTY_LIMIT];
	bool fin = frame->header.th_flags & TH_FIN;
	struct frame_fields fields = {.flags = TH_RST, .seq = frame->ack};

	if (!(frame->header.th_flags & TH_ACK))
		fields = (struct frame_fields){
			.flags = TH_RST | TH_ACK, .ack = frame->seq + frame->payload + fin};
	size_t length = frame_make(answer, bytes, frame, &fields);

	frame_turn(answer, frame);
	put(f, answer, length, FRAME_INJECTED);
}

/* Is the segment lost, or answered, on its way? What the middlebox sees from its SYN on it knows.
 */
static bool is_kept(struct forwarder *f, bool from_client, const struct frame *frame, size_t length)
{
	in_port_t client = from_client ? frame->header.th_sport : frame->header.th_dport;
	uint8_t flags = frame->header.th_flags;

	if ((flags & (TH_SYN | TH_ACK)) == TH_SYN)
		f->remembered = client;
	if (!f->down && (!f->forgets || client == f->remembered))
		return false;
	if (!f->down && f->answer == ANSWER_RESET && !(flags & TH_RST))
		answer_reset(f, f->bytes, frame);
	put(f, f->bytes, length, FRAME_LOST);
	return true;
}

/* Puts a copy of the frame on its way. Without memory the network ends: a segment that is lost for
 * no reason would pass for the kernel's answer. */
static void keep(struct forwarder *f, bool from_client, const struct frame *frame, size_t length,
	struct queue *queue)
{
	struct held *held = malloc(sizeof *held + length);

	f->failed |= !held;
	if (!held)
		return;
	*held = (struct held){.due = clock_read(CLOCK_MONOTONIC) + f->delay,
		.from_client = from_client,
		.frame = *frame,
		.length = length};
	memcpy(held->bytes, f->bytes, length);
	STAILQ_INSERT_TAIL(queue, held, next);
}

static void forward(struct forwarder *f, size_t length)
{
	struct frame frame;

	if (!frame_read(f->bytes, length, &frame))
		return; /* what the namespace says of itself: MLD, router solicitations */
	bool from_client = ntohs(frame.header.th_dport) == f->server_port;

	flow_sent(&f->flow, from_client, &frame);
	if (is_kept(f, from_client, &frame, length))
		return;
	struct rule *rule = find_rule(f, from_client, frame.header.th_flags);

	if (rule)
		rule->over = true;
	if (rule && !rule->reorders)
		put(f, f->bytes, length, FRAME_LOST);
	else
		keep(f, from_client, &frame, length, rule ? &f->passed[from_client] : &f->on_way);
}

/* Until nothing more is sent: what is delivered is answered before write(2) is over. */
static void forward_all(struct forwarder *f)
{
	ssize_t n;

	do {
		deliver_due(f);
		n = read(f->tap, f->bytes, sizeof f->bytes);
		if (n > 0)
			forward(f, (size_t)n);
	} while (n > 0 || (n < 0 && errno == EINTR));
}

static void begin(struct forwarder *f, uint16_t server_port)
{
	forget_held(&f->on_way);
	forget_held(&f->passed[0]);
	forget_held(&f->passed[1]);
	f->delay = 0;
	f->down = f->forgets = false;
	f->rule_count = 0;
	f->flow = (struct flow){0};
	f->server_port = server_port;
}

static int add_rule(struct forwarder *f, const struct step *step)
{
	if (f->rule_count == FORWARDER_RULES)
		return -ENOSPC;
	f->rule[f->rule_count++] = (struct rule){.reorders = step->operation->id == OP_REORDER,
		.from_client = step->number[0],
		.flags = (uint8_t)step->number[1]};
	return 0;
}

static int inject(struct forwarder *f, const struct step *step)
{
	unsigned char bytes[FRAME_EMPTY_LIMIT];
	size_t length = flow_inject(&f->flow, step->number[0], (uint8_t)step->number[1],
		(enum sequence)step->number[2], bytes);

	if (!length)
		return -ENOTCONN;
	put(f, bytes, length, FRAME_INJECTED);
	return 0;
}

static int run(struct forwarder *f, const struct step *step)
{
	switch (step->operation->id) {
	case OP_LINK:
		f->down = !step->number[0];
		return 0;
	case OP_DELAY:
		f->delay = step->number[0] * 1000000;
		return 0;
	case OP_FORGET:
		f->forgets = true;
		f->remembered = 0;
		f->answer = (enum middlebox_answer)step->number[0];
		return 0;
	case OP_INJECT:
		return inject(f, step);
	default:
		return add_rule(f, step);
	}
}

static unsigned waiting(const struct forwarder *f)
{
	unsigned bits = 0;

	for (int i = 0; i < f->rule_count; i++)
		bits |= f->rule[i].over ? 0 : 1u << i;
	return bits;
}

/* Answers a request. False when nobody asks any more. */
static bool answer(struct forwarder *f)
{
	struct forwarder_request request;
	ssize_t n = recv(f->control, &request, sizeof request, 0);

	if (n < 0 && errno == EINTR)
		return true;
	if (n != sizeof request)
		return false;
	struct forwarder_answer told = {0};

	forward_all(f); /* what was sent before */
	if (request.kind == FORWARDER_BEGIN)
		begin(f, request.server_port);
	else if (request.kind == FORWARDER_STEP)
		told.status = run(f, &request.step);
	forward_all(f);
	if (f->failed)
		return false;
	told.waiting = waiting(f);
	return send(f->control, &told, sizeof told, MSG_NOSIGNAL) == sizeof told;
}

/* Milliseconds, for poll(2), until something is due; -1: nothing is. */
static int until_due(const struct forwarder *f)
{
	const struct held *first = STAILQ_FIRST(&f->on_way);
	int64_t left = first ? first->due - clock_read(CLOCK_MONOTONIC) : 0;

	return !first ? -1 : left > 0 ? (int)(left / 1000000) + 1 : 0;
}

void forwarder_serve(int control, int tap)
{
	struct forwarder *f = calloc(1, sizeof *f);
	struct pollfd p[] = {{.fd = tap, .events = POLLIN}, {.fd = control, .events = POLLIN}};

	if (!f)
		return;
	f->control = control;
	f->tap = tap;
	STAILQ_INIT(&f->on_way);
	STAILQ_INIT(&f->passed[0]);
	STAILQ_INIT(&f->passed[1]);
	do {
		forward_all(f);
		if (poll(p, 2, until_due(f)) < 0)
			p[1].revents = 0; /* a signal: what stands there is the round's before */
	} while (!f->failed && (!p[1].revents || answer(f)));
	begin(f, 0); /* frees what was on its way */
	free(f);
}
