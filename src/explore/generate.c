#include "explore/generate.h"

#include "language/experiment.h"
#include "model/answer.h"
#include "model/segment.h"

#include <inttypes.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
	TRIES = 64, /* for a step that is legal */
	AWAITS = 2, /* of one side after a step */
};

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014) */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static size_t below(uint64_t *state, size_t limit)
{
	return (size_t)(next_random(state) % limit);
}

enum { EITHER = NAMESPACE }; /* of who makes a step: both ends, in turn by chance */

/* What is tried, by weight, with its arguments; choices of an argument stand between braces. */
static const struct choice {
	int weight, who;
	enum operation_id id;
	const char *arguments;
} choices[] = {
	{10, CLIENT, OP_CONNECT, ""},
	{2, CLIENT, OP_CONNECT, "AF_UNSPEC"},
	{1, SERVER, OP_CONNECT, "AF_UNSPEC"},
	{10, SERVER, OP_ACCEPT, ""},
	{1, CLIENT, OP_ACCEPT, ""},
	{1, EITHER, OP_LISTEN, ""},
	{6, EITHER, OP_WRITE, "{0,1,6,100,4000}"},
	{2, EITHER, OP_WRITEV, "{0,1,6,100}"},
	{6, EITHER, OP_SEND, "{0,6,100} {0,MSG_NOSIGNAL,MSG_DONTWAIT,MSG_NOSIGNAL|MSG_DONTWAIT}"},
	{2, EITHER, OP_SENDMSG, "{0,6,100} {0,MSG_NOSIGNAL,MSG_DONTWAIT}"},
	{1, EITHER, OP_SENDMMSG, "{0,6,100} {1,2,3}"},
	{1, EITHER, OP_SENDFILE, "{0,6,100}"},
	{1, EITHER, OP_SPLICE, "{0,6,100}"},
	{1, EITHER, OP_URING_WRITE, "{0,6,100}"},
	{1, EITHER, OP_URING_SEND, "{0,6,100} {0,MSG_DONTWAIT}"},
	{1, EITHER, OP_FILL, ""},
	{5, EITHER, OP_READ, "{0,1,3,16,8000}"},
	{2, EITHER, OP_READV, "{0,3,16}"},
	{6, EITHER, OP_RECV,
		"{0,3,16,8000} "
		"{0,MSG_PEEK,MSG_DONTWAIT,MSG_WAITALL,MSG_PEEK|MSG_DONTWAIT,MSG_OOB,MSG_TRUNC}"},
	{2, EITHER, OP_RECVMSG, "{0,3,16,8000} {0,MSG_PEEK,MSG_DONTWAIT,MSG_ERRQUEUE}"},
	{6, EITHER, OP_SHUTDOWN, "{SHUT_RD,SHUT_WR,SHUT_RDWR}"},
	{6, EITHER, OP_CLOSE, ""},
	{1, EITHER, OP_DUP, ""},
	{1, SERVER, OP_EXIT, ""},
	{1, SERVER, OP_KILL, ""},
	{2, EITHER, OP_DESTROY, ""},
	{5, EITHER, OP_POLL, ""},
	{2, EITHER, OP_POLL, "{POLLIN,POLLOUT,POLLRDHUP,POLLIN|POLLPRI}"},
	{2, EITHER, OP_SELECT, ""},
	{3, EITHER, OP_EPOLL_CTL,
		"EPOLL_CTL_ADD "
		"{EPOLLIN,EPOLLOUT,EPOLLIN|EPOLLRDHUP|EPOLLET,EPOLLIN|EPOLLONESHOT,EPOLLIN|"
		"EPOLLOUT|EPOLLET}"},
	{1, EITHER, OP_EPOLL_CTL,
		"EPOLL_CTL_MOD {EPOLLIN,EPOLLIN|EPOLLOUT|EPOLLET,EPOLLOUT|EPOLLONESHOT}"},
	{1, EITHER, OP_EPOLL_CTL, "EPOLL_CTL_DEL"},
	{4, EITHER, OP_EPOLL_WAIT, ""},
	{5, EITHER, OP_GETSOCKOPT, "SO_ERROR"},
	{1, EITHER, OP_GETSOCKOPT,
		"{SO_LINGER,SO_RCVLOWAT,SO_KEEPALIVE,TCP_NODELAY,TCP_KEEPCNT,SO_RCVTIMEO}"},
	{3, EITHER, OP_SETSOCKOPT, "SO_LINGER {1,0;0,0}"},
	{1, EITHER, OP_SETSOCKOPT, "SO_RCVLOWAT {1,4,10}"},
	{1, EITHER, OP_SETSOCKOPT, "TCP_LINGER2 -1"},
	{1, EITHER, OP_SETSOCKOPT, "SO_KEEPALIVE {0,1}"},
	{2, EITHER, OP_FCNTL, "F_SETFL {O_NONBLOCK,0}"},
	{2, EITHER, OP_GETPEERNAME, ""},
	{2, EITHER, OP_INQ, ""},
	{2, EITHER, OP_OUTQ, ""},
	{4, EITHER, OP_STATE, ""},
	{2, EITHER, OP_SIGPIPE, "{default,ignore,handler}"},
};

/* Which operations are not tried, and why. What is held back for a time (TCP_CORK, MSG_MORE) is
 * left out, too: its results depend on time. */
static const char *const left_out[OPERATION_COUNT] = {
	[OP_AWAIT] = "stands behind each step that it can wait for",
	[OP_JOIN] = "stands where the call in the background is over",
	[OP_COUNT] = "what is counted is certain only where an experiment says why",
	[OP_SYSCTL] = "makes timers shorter, and what ends by a timer takes its time",
	[OP_LINK] = "what it brings about waits for timers",
};

/* The arguments of an operation that has no choice above: by their kinds. */
static const char *const usual_arguments[] = {
	[ARGUMENT_LENGTH] = "{0,6,100}",
	[ARGUMENT_FLAGS] = "{0,MSG_NOSIGNAL,MSG_DONTWAIT}",
	[ARGUMENT_COUNT] = "{1,2,3}",
	[ARGUMENT_HOW] = "{SHUT_RD,SHUT_WR,SHUT_RDWR}",
	[ARGUMENT_EVENTS] = "{POLLIN,POLLOUT,POLLRDHUP}",
};

const char *generate_left_out(enum operation_id id)
{
	return left_out[id];
}

static bool has_choice(enum operation_id id)
{
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		if (choices[i].id == id)
			return true;
	return false;
}

/* One of the alternatives in braces at *text, which moves behind them. They are separated by
 * commas, or by semicolons where they have commas of their own. */
static void choose_word(const char **text, uint64_t *state, char word[WORD_LIMIT + 1])
{
	const char *end = strchr(*text, '}'), *at = *text + 1;
	char separator = memchr(at, ';', (size_t)(end - at)) ? ';' : ',';
	size_t alternatives = 1;

	for (const char *c = at; c < end; c++)
		alternatives += *c == separator;
	for (size_t skip = below(state, alternatives); skip; at++)
		skip -= *at == separator;
	size_t length = 0;

	while (at[length] != separator && at[length] != '}')
		length++;
	snprintf(word, WORD_LIMIT + 1, "%.*s", (int)length, at);
	*text = end + 1;
}

static void next_word(const char **text, uint64_t *state, char word[WORD_LIMIT + 1])
{
	*text += strspn(*text, " ");
	if (**text == '{') {
		choose_word(text, state, word);
		return;
	}
	size_t length = strcspn(*text, " ");

	snprintf(word, WORD_LIMIT + 1, "%.*s", (int)length, *text);
	*text += length;
}

/* Reads argument i of step from *text; state is for a choice in it. */
static void read_argument(struct step *step, int i, const char **text, uint64_t *state)
{
	char word[WORD_LIMIT + 1], what[256];

	next_word(text, state, word);
	/* Flags of 0 are left out, as one would write it. */
	if (strcmp(word, "0") != 0 || step->operation->argument[i] != ARGUMENT_FLAGS)
		step_argument(step, i, word, what, sizeof what);
}

static struct step read_step(
	enum who who, enum operation_id id, const char *arguments, uint64_t *state)
{
	struct step step = {.who = who, .operation = &operations[id]};

	for (int i = 0; *arguments; i++)
		read_argument(&step, i, &arguments, state);
	return step;
}

/* Of an operation that neither is left out nor has a choice of its own. */
static struct step usual_step(enum operation_id id, uint64_t *state)
{
	struct step step = {.who = (enum who)below(state, 2), .operation = &operations[id]};

	for (int i = 0; i < STEP_ARGUMENTS && step.operation->argument[i]; i++) {
		const char *text = usual_arguments[step.operation->argument[i]];

		read_argument(&step, i, &text, state);
	}
	return step;
}

/* How many operations have neither, each of weight 1; if at is one of them, *id is its. */
static size_t count_usual(size_t at, enum operation_id *id)
{
	size_t count = 0;

	for (int i = 0; i < OPERATION_COUNT; i++)
		if (!left_out[i] && !has_choice((enum operation_id)i) && count++ == at)
			*id = (enum operation_id)i;
	return count;
}

static struct step choose_step(uint64_t *state)
{
	enum operation_id id = OPERATION_COUNT;
	size_t usual = count_usual(0, &id), total = usual, at;
	const struct choice *c = choices;

	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		total += (size_t)choices[i].weight;
	at = below(state, total);
	if (at >= total - usual) {
		count_usual(at - (total - usual), &id);
		return usual_step(id, state);
	}
	for (; at >= (size_t)c->weight; c++)
		at -= (size_t)c->weight;
	enum who who = c->who == EITHER ? (enum who)below(state, 2) : (enum who)c->who;

	return read_step(who, c->id, c->arguments, state);
}

/* What there is to wait for at a side. */
struct view {
	int state;
	long events, unread;
	bool open;
};

static struct view look(const struct model *m, enum who who)
{
	int i = m->at[who];

	return (struct view){peer_shown_state(m, who), peer_events(m, i), m->peer[i].unread,
		m->descriptors[who] > 0};
}

/* Adds an await of target to those of a side. */
static void add_await(enum who who, const char *target, struct step *step, int *count)
{
	char what[256];

	step[*count] = (struct step){.who = who, .operation = &operations[OP_AWAIT]};
	*count += step_argument(&step[*count], 0, target, what, sizeof what);
}

/* The awaits that see a side go from one view to another, up to AWAITS; how many there are. What
 * becomes of an orphan shows at the other end, or if that is closed, too, when it is gone. */
static int awaits_of(
	enum who who, struct view from, struct view to, bool other_open, struct step *step)
{
	char target[96];
	int count = 0;

	if (!to.open && (other_open || to.state != TCP_CLOSE))
		return 0;
	if (to.state && to.state != from.state)
		add_await(who, name_text(tcp_states, to.state), step, &count);
	if (to.open && to.unread != from.unread) {
		snprintf(target, sizeof target, "inq=%ld", to.unread);
		add_await(who, target, step, &count);
	}
	if (to.open && !count && to.events & ~from.events) {
		name_mask_text(poll_events, to.events, target, sizeof target);
		add_await(who, target, step, &count);
	}
	return count;
}

/* Has the model a certain answer, so that the step can be held against the kernel? */
static bool is_certain(const struct model *m, const struct prediction *p)
{
	return !m->lost && p->result.kind != RESULT_UNKNOWN && p->result.kind != RESULT_TIMEOUT;
}

static void print_step(FILE *out, const struct step *step, const struct prediction *p)
{
	char left[LINE_LIMIT + 1], right[RESULT_TEXT];

	if (!out)
		return;
	step_text(step, left, sizeof left);
	result_text(&p->result, right, sizeof right);
	line_layout(out, left, right, NULL);
	fputc('\n', out);
}

static bool take(struct model *m, const struct step *step, FILE *out)
{
	struct prediction p = model_predict(m, step);

	if (!is_certain(m, &p))
		return false;
	print_step(out, step, &p);
	return true;
}

/* Joins what a step ended, and waits for what it brought about, at both ends. */
static bool settle_both(struct model *m, const struct view before[2], FILE *out)
{
	static const enum who both[] = {CLIENT, SERVER};
	struct view after[2] = {look(m, CLIENT), look(m, SERVER)};
	struct step step;

	for (int i = 0; i < 2; i++) {
		const struct pending *pending = &m->pending[i];

		if (!pending->there || !pending->finished)
			continue;
		step = (struct step){.who = both[i],
			.operation = &operations[OP_JOIN],
			.joined = step_form(&pending->step)};
		if (!take(m, &step, out))
			return false;
	}
	for (int i = 0; i < 2; i++) {
		struct step await[AWAITS];
		int count = awaits_of(both[i], before[i], after[i], after[!i].open, await);

		for (int j = 0; j < count; j++)
			if (!take(m, &await[j], out))
				return false;
	}
	return true;
}

/* Takes a step with all that belongs to it; false, with the model in any state, when that is not
 * legal. */
static bool take_settled(struct model *m, const struct step *step, FILE *out)
{
	struct view before[2] = {look(m, CLIENT), look(m, SERVER)};
	struct step nodelay = read_step(step->who, OP_SETSOCKOPT, "TCP_NODELAY 1", &(uint64_t){0});
	struct step sndbuf =
		read_step(step->who, OP_SETSOCKOPT, "SO_SNDBUF 212992", &(uint64_t){0});

	if (step->background && m->pending[step->who].there)
		return false;
	/* Otherwise the kernel may find more room with the next segment: tcp_sndbuf_expand(). */
	if (step->operation->id == OP_FILL && !take(m, &sndbuf, out))
		return false;
	if (!take(m, step, out))
		return false;
	for (int i = 0; i < 2; i++)
		if (m->pending[i].got && !m->pending[i].finished)
			return false; /* when it takes what is there cannot be waited for */
	for (int i = 0; i < PEERS; i++)
		if (m->peer[i].orphan && m->peer[i].fin_ack_pending && m->peer[i].linger2 < 0)
			return false; /* the delayed acknowledgement brings a RST, some time */
	/* Nagle's algorithm would only make both ends wait for delayed acknowledgements. */
	if (step->operation->id == OP_ACCEPT && m->at[step->who] == THE_SERVER &&
		!step->background && before[step->who].state == TCP_LISTEN &&
		!take(m, &nodelay, out))
		return false;
	return settle_both(m, before, out);
}

/* Tries a step; one that would block for ever is started in the background. */
static bool try_step(struct model *m, struct step *step)
{
	struct model trial = *m;

	if (take_settled(&trial, step, NULL)) {
		*m = trial;
		return true;
	}
	trial = *m;
	struct prediction p = model_predict(&trial, step);

	if (p.rule != RULE_BLOCKS || !(step->operation->flags & MAY_BLOCK))
		return false;
	trial = *m;
	step->background = true;
	if (!take_settled(&trial, step, NULL))
		return false;
	*m = trial;
	return true;
}

static struct model begin(const struct generated *g, struct version kernel, FILE *out)
{
	struct model m = model_new(g->family, kernel);
	struct step nodelay = read_step(CLIENT, OP_SETSOCKOPT, "TCP_NODELAY 1", &(uint64_t){0});

	take(&m, &nodelay, out);
	return m;
}

void generate(struct generated *g, uint64_t seed, uint64_t number, enum family family,
	struct version kernel, int steps)
{
	uint64_t state = seed;

	state = next_random(&state) ^ number;
	*g = (struct generated){.seed = seed, .number = number, .family = family};
	struct model m = begin(g, kernel, NULL);
	int wanted = 1 + (int)below(&state, (size_t)steps);
	bool connected = below(&state, 4); /* most begin where most programs are */

	for (int tries = 0; g->count < wanted && tries < TRIES; tries++) {
		g->step[g->count] = connected && g->count < 2
					    ? read_step(g->count ? SERVER : CLIENT,
						      g->count ? OP_ACCEPT : OP_CONNECT, "", &state)
					    : choose_step(&state);
		if (!try_step(&m, &g->step[g->count]))
			continue;
		g->count++;
		tries = 0;
	}
}

bool generate_print(const struct generated *g, struct version kernel, FILE *out)
{
	fprintf(out,
		"# Generated: closewait explore --seed=%" PRIu64 ", experiment %" PRIu64
		".\nuse %s\n\n",
		g->seed, g->number, family_name(g->family));
	struct model m = begin(g, kernel, out);

	for (int i = 0; i < g->count; i++)
		if (!take_settled(&m, &g->step[i], out))
			return false;
	return true;
}
