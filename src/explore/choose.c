#include "explore/choose.h"

#include <stdio.h>
#include <string.h>

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014) */
uint64_t choose_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

size_t choose_below(uint64_t *state, size_t limit)
{
	return (size_t)(choose_random(state) % limit);
}

enum { EITHER = NAMESPACE + 1 }; /* of who makes a step: both ends, in turn by chance */

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
	{1, EITHER, OP_LISTEN, "{16,0,1,2}"},
	{2, EITHER, OP_BIND, "{0,client,server,listener,client2,server2}"},
	{1, EITHER, OP_BIND, "{0,client,listener} {any,nonlocal}"},
	{2, EITHER, OP_SETSOCKOPT, "SO_REUSEADDR {0,1,1}"},
	{1, EITHER, OP_SETSOCKOPT, "SO_REUSEPORT {0,1,1}"},
	{6, EITHER, OP_WRITE, "{0,1,6,100,4000}"},
	{3, EITHER, OP_WRITE, "{20000,65536,200000,1048576}"},
	{1, EITHER, OP_SEND, "{20000,100000,300000} {0,MSG_DONTWAIT}"},
	{1, EITHER, OP_SENDFILE, "{70000}"},
	{2, EITHER, OP_SETSOCKOPT, "{SO_SNDBUF,SO_RCVBUF} {1,4096,16384,65536}"},
	{1, EITHER, OP_WRITE, "{6,100} {mapped=0,mapped=3}"},
	{2, EITHER, OP_WRITE, "{\"ab\\n\",\"a\",\"\\n\"}"},
	{2, EITHER, OP_WRITEV, "{0,1,6,100}"},
	{1, EITHER, OP_WRITEV, "{6,100} {1,3,8,1024,1025}"},
	{6, EITHER, OP_SEND, "{0,6,100} {0,MSG_NOSIGNAL,MSG_DONTWAIT,MSG_NOSIGNAL|MSG_DONTWAIT}"},
	{4, EITHER, OP_SEND, "{1,1,1,0,6,100} {MSG_OOB,MSG_OOB,MSG_OOB,MSG_OOB|MSG_DONTWAIT}"},
	{1, EITHER, OP_SENDMSG, "{1,6} {MSG_OOB,MSG_OOB|MSG_NOSIGNAL}"},
	{1, EITHER, OP_SENDMMSG, "{1,6} {1,2} MSG_OOB"},
	{1, EITHER, OP_URING_SEND, "{1,6} MSG_OOB"},
	{1, EITHER, OP_SENDTO, "{0,6,100} {0,MSG_NOSIGNAL,MSG_DONTWAIT}"},
	{3, EITHER, OP_SENDTO, "{0,6,100} {MSG_FASTOPEN,MSG_FASTOPEN|MSG_DONTWAIT}"},
	{1, EITHER, OP_SEND, "{0,6} MSG_FASTOPEN"},
	{1, EITHER, OP_SETSOCKOPT, "TCP_FASTOPEN {5,-1}"},
	{1, EITHER, OP_SETSOCKOPT, "TCP_FASTOPEN_CONNECT {0,1,2}"},
	{2, EITHER, OP_SENDMSG, "{0,6,100} {0,MSG_NOSIGNAL,MSG_DONTWAIT}"},
	{1, EITHER, OP_SENDMSG, "{0,6} {0,MSG_DONTWAIT} {1,3,1024,1025}"},
	{1, EITHER, OP_SENDMMSG, "{0,6,100,\"b\\n\"} {1,2,3}"},
	{1, EITHER, OP_SENDFILE, "{0,6,100}"},
	{1, EITHER, OP_SPLICE, "{0,6,100}"},
	{1, EITHER, OP_URING_WRITE, "{0,6,100}"},
	{1, EITHER, OP_URING_SEND, "{0,6,100} {0,MSG_DONTWAIT}"},
	{1, EITHER, OP_URING_WRITEV, "{0,6,100} {1,3,1024,1025}"},
	{1, EITHER, OP_URING_SPLICE, "{0,6,100}"},
	{1, EITHER, OP_URING_READ, "{0,3,16}"},
	{2, EITHER, OP_URING_RECV, "{3,16} {0,MSG_DONTWAIT,MSG_PEEK}"},
	{2, CLIENT, OP_URING_CONNECT, ""},
	{2, SERVER, OP_URING_ACCEPT, ""},
	{1, EITHER, OP_URING_SHUTDOWN, "{SHUT_RD,SHUT_WR,SHUT_RDWR}"},
	{1, EITHER, OP_URING_CLOSE, ""},
	{2, EITHER, OP_URING_CANCEL, ""},
	{1, EITHER, OP_FILL, ""},
	{5, EITHER, OP_READ, "{0,1,3,16,8000}"},
	{1, EITHER, OP_READ, "{3,16} {mapped=0,mapped=6}"},
	{2, EITHER, OP_READ, "until {\"\\n\",\"b\\n\",\"\\0\"}"},
	{2, EITHER, OP_READV, "{0,3,16}"},
	{1, EITHER, OP_READV, "{3,16} {1,3,1024,1025}"},
	{6, EITHER, OP_RECV,
		"{0,3,16,8000} "
		"{0,MSG_PEEK,MSG_DONTWAIT,MSG_WAITALL,MSG_PEEK|MSG_DONTWAIT,MSG_OOB,MSG_TRUNC}"},
	{2, EITHER, OP_RECV, "{1,0,3} {MSG_OOB,MSG_OOB|MSG_PEEK,MSG_OOB|MSG_DONTWAIT}"},
	{1, EITHER, OP_RECVMSG, "{1,3} MSG_OOB"},
	{1, EITHER, OP_RECVFROM, "{1,3} MSG_OOB"},
	{1, EITHER, OP_URING_RECV, "3 MSG_OOB"},
	{2, EITHER, OP_SETSOCKOPT, "SO_OOBINLINE {0,1,1}"},
	{2, EITHER, OP_ATMARK, ""},
	{1, EITHER, OP_READ, "{20000,100000}"},
	{2, EITHER, OP_RECV, "{20000,65536,200000,1048576} {MSG_WAITALL,MSG_WAITALL,MSG_DONTWAIT}"},
	{1, EITHER, OP_RECV, "16 {0,MSG_PEEK,MSG_DONTWAIT,MSG_TRUNC} {mapped=0,mapped=6}"},
	{1, EITHER, OP_RECVMSG, "{3,16} {0,MSG_DONTWAIT} {1,3,1024,1025}"},
	{1, EITHER, OP_RECVFROM, "{0,3,16} {0,MSG_PEEK,MSG_DONTWAIT,MSG_WAITALL}"},
	{1, EITHER, OP_SENDTO, "{0,6} {0,MSG_NOSIGNAL,MSG_FASTOPEN} {client2,listener,server}"},
	{2, EITHER, OP_RECVMSG, "{0,3,16,8000} {0,MSG_PEEK,MSG_DONTWAIT,MSG_ERRQUEUE}"},
	{6, EITHER, OP_SHUTDOWN, "{SHUT_RD,SHUT_WR,SHUT_RDWR}"},
	{6, EITHER, OP_CLOSE, ""},
	{1, EITHER, OP_DUP, ""},
	{1, SERVER, OP_EXIT, ""},
	{1, SERVER, OP_KILL, ""},
	{2, EITHER, OP_DESTROY, ""},
	{5, EITHER, OP_POLL, ""},
	{2, EITHER, OP_POLL, "{POLLIN,POLLOUT,POLLRDHUP,POLLIN|POLLPRI,POLLPRI}"},
	{1, EITHER, OP_SELECT, ""},
	{1, EITHER, OP_SELECT, "{readfds,writefds,exceptfds,readfds|writefds}"},
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
		"{SO_LINGER,SO_RCVLOWAT,SO_KEEPALIVE,TCP_NODELAY,TCP_KEEPCNT,SO_RCVTIMEO,SO_"
		"ACCEPTCONN}"},
	{3, EITHER, OP_SETSOCKOPT, "SO_LINGER {1,0;0,0}"},
	{1, EITHER, OP_SETSOCKOPT, "SO_RCVLOWAT {1,4,10}"},
	{1, EITHER, OP_SETSOCKOPT, "TCP_LINGER2 -1"},
	{1, EITHER, OP_SETSOCKOPT, "SO_KEEPALIVE {0,1}"},
	{2, EITHER, OP_FCNTL, "F_SETFL {O_NONBLOCK,0}"},
	{1, EITHER, OP_GETSOCKNAME, ""},
	{2, EITHER, OP_GETPEERNAME, ""},
	{2, EITHER, OP_INQ, ""},
	{2, EITHER, OP_OUTQ, ""},
	{4, EITHER, OP_STATE, ""},
	{2, EITHER, OP_SLEEPS, ""},
	{12, NAMESPACE, OP_LINK, "{down,up}"},
	{2, EITHER, OP_SIGPIPE, "{default,ignore,handler}"},
};

/* What is tried, each alike, on a network between the ends. */
static const struct choice on_network[] = {
	{1, NAMESPACE, OP_DROP, "{>,<} {P.,F.,R,R.}"}, {1, NAMESPACE, OP_REORDER, "{>,<} {P.,F.}"},
	{1, NAMESPACE, OP_INJECT, "{>,<} {R,R.,F.} {exact,in-window,out-of-window}"},
	{1, NAMESPACE, OP_FORGET, "{drop,reset}"},
	{1, NAMESPACE, OP_DELAY, "0ms"}, /* with more, how far a step has come depends on time */
};

/* Which operations are not tried, and why. What is held back for a time (TCP_CORK, MSG_MORE) is
 * left out, too: its results depend on time. */
static const char *const left_out[OPERATION_COUNT] = {
	[OP_AWAIT] = "stands behind each step that it can wait for",
	[OP_JOIN] = "stands where the call in the background is over",
	[OP_COUNT] = "what is counted is certain only where an experiment says why",
	[OP_SYSCTL] = "makes timers shorter, and what ends by a timer takes its time",
};

/* The arguments of an operation that has no choice above: by their kinds. One with an argument of
 * another kind needs a choice. */
static const char *const usual_arguments[ARGUMENT_KINDS] = {
	[ARGUMENT_LENGTH] = "{0,6,100}",
	[ARGUMENT_PAYLOAD] = "{0,6,100}",
	[ARGUMENT_FLAGS] = "{0,MSG_NOSIGNAL,MSG_DONTWAIT}",
	[ARGUMENT_COUNT] = "{1,2,3}",
	[ARGUMENT_HOW] = "{SHUT_RD,SHUT_WR,SHUT_RDWR}",
	[ARGUMENT_EVENTS] = "{POLLIN,POLLOUT,POLLRDHUP}",
};

const char *choose_left_out(enum operation_id id)
{
	return left_out[id];
}

static bool has_choice(enum operation_id id)
{
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		if (choices[i].id == id)
			return true;
	for (size_t i = 0; i < sizeof on_network / sizeof *on_network; i++)
		if (on_network[i].id == id)
			return true;
	return false;
}

static bool has_usual_arguments(enum operation_id id)
{
	const enum argument *argument = operations[id].argument;

	for (int i = 0; i < STEP_ARGUMENTS && argument[i]; i++)
		if (!usual_arguments[argument[i]])
			return false;
	return true;
}

/* Is it one that neither is left out nor has a choice of its own? */
static bool is_usual(enum operation_id id)
{
	return !left_out[id] && !has_choice(id) && has_usual_arguments(id);
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
	for (size_t skip = choose_below(state, alternatives); skip; at++)
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
	/* Flags of 0 are left out where nothing follows, as one would write it. */
	if (strcmp(word, "0") != 0 || **text || step->operation->argument[i] != ARGUMENT_FLAGS)
		step_argument(step, i, word, what, sizeof what);
}

struct step choose_read(enum who who, enum operation_id id, const char *arguments, uint64_t *state)
{
	struct step step = {.who = who, .operation = &operations[id]};

	for (int i = 0; *arguments; i++)
		read_argument(&step, i, &arguments, state);
	return step;
}

static struct step usual_step(enum operation_id id, uint64_t *state)
{
	struct step step = {.who = (enum who)choose_below(state, 2), .operation = &operations[id]};

	for (int i = 0; i < STEP_ARGUMENTS && step.operation->argument[i]; i++) {
		const char *text = usual_arguments[step.operation->argument[i]];

		read_argument(&step, i, &text, state);
	}
	return step;
}

/* How many such operations there are, each of weight 1; *id becomes that of number at. */
static size_t count_usual(size_t at, enum operation_id *id)
{
	size_t count = 0;

	for (int i = 0; i < OPERATION_COUNT; i++)
		if (is_usual((enum operation_id)i) && count++ == at)
			*id = (enum operation_id)i;
	return count;
}

struct step choose_network_step(uint64_t *state)
{
	const struct choice *c =
		&on_network[choose_below(state, sizeof on_network / sizeof *on_network)];

	return choose_read((enum who)c->who, c->id, c->arguments, state);
}

struct step choose_step(uint64_t *state)
{
	enum operation_id id = OPERATION_COUNT;
	size_t usual = count_usual(0, &id), total = usual, at;
	const struct choice *c = choices;

	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		total += (size_t)choices[i].weight;
	at = choose_below(state, total);
	if (at >= total - usual) {
		count_usual(at - (total - usual), &id);
		return usual_step(id, state);
	}
	for (; at >= (size_t)c->weight; c++)
		at -= (size_t)c->weight;
	enum who who = c->who == EITHER ? (enum who)choose_below(state, 2) : (enum who)c->who;

	return choose_read(who, c->id, c->arguments, state);
}

static enum who another_end(enum who who, uint64_t *state)
{
	if (who == SERVER && !choose_below(state, 3))
		return LISTENER;
	return (enum who)((int)who + SIDES * (int)choose_below(state, ENDS / SIDES));
}

void choose_end(struct step *step, uint64_t *state)
{
	static const enum who listening[] = {CLIENT2, SERVER2, CLIENT3, LISTENER};
	enum operation_id id = step->operation->id;
	bool of_process = step->operation->flags & ENDS_PROCESS;

	if (who_is_further(step->who) || step->who == NAMESPACE || of_process ||
		!choose_below(state, 2))
		return;
	enum who to = listening[choose_below(state, sizeof listening / sizeof *listening)];

	if (id == OP_CONNECT && !step->word_count && !choose_below(state, 4))
		*step = choose_read(step->who, id, who_text(to), state);
	step->who = another_end(step->who, state);
	if (step->who == LISTENER && step_accepts(step))
		step->who = SERVER2;
}
