/*
 * symbols: the field's names and their numbers.
 *
 * Owns every table that turns a constant's C name (EPIPE, SIGPIPE, POLLIN, MSG_PEEK, SHUT_WR,
 * SO_LINGER) or a TCP state's kernel name (CLOSE_WAIT) into its value and back. Pure.
 */
#ifndef CLOSEWAIT_SYMBOLS_H
#define CLOSEWAIT_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>

/* A sequence number, as RFC 5961 tells them apart: the one that is expected next, another one of
 * the receive window, one outside of it. */
enum sequence { SEQUENCE_EXACT, SEQUENCE_IN_WINDOW, SEQUENCE_OUT_OF_WINDOW };

/* What a middlebox does with a segment of a connection that it does not know. */
enum middlebox_answer { ANSWER_DROP, ANSWER_RESET };

/* Which of the machine's addresses bind(2) is given: the end's usual one, every one, or one that it
 * has not. */
enum host { HOST_USUAL, HOST_ANY, HOST_NONLOCAL };

/* What a process does with SIGPIPE. */
enum sigpipe_mode { SIGPIPE_IGNORED, SIGPIPE_DEFAULT, SIGPIPE_HANDLED };

struct symbol {
	const char *text;
	long value;
};

/* Tables end with a row whose text is NULL. */
extern const struct symbol relations[];     /* enum relation; longer signs first: ">=" is not ">" */
extern const struct symbol tcp_states[];    /* include/net/tcp_states.h, without the TCP_ prefix */
extern const struct symbol poll_events[];   /* poll(2) */
extern const struct symbol message_flags[]; /* send(2), recv(2) */
extern const struct symbol shutdown_hows[]; /* shutdown(2) */
extern const struct symbol link_modes[];    /* of the loopback interface */
extern const struct symbol directions[];    /* of a packet: 1 from the client, 0 to it */
extern const struct symbol sequences[];     /* enum sequence */
extern const struct symbol middlebox_answers[]; /* enum middlebox_answer */
extern const struct symbol hosts[];             /* enum host */
extern const struct symbol sigpipe_modes[];     /* enum sigpipe_mode */
extern const struct symbol epoll_events[];      /* epoll_ctl(2) */
extern const struct symbol epoll_actions[];     /* epoll_ctl(2)'s op */
extern const struct symbol select_sets[];       /* select(2)'s sets as a mask of ours */
extern const struct symbol file_commands[];     /* fcntl(2)'s cmd */
extern const struct symbol file_flags[];        /* open(2)'s flags that F_SETFL changes */

/* The text of value in table, or NULL. */
const char *symbol_text(const struct symbol *table, long value);

/* Finds text in table; false when it is not there. */
bool symbol_value(const struct symbol *table, const char *text, long *value);

/* Reads "A|B|C" or "0" as a mask of names of table; on failure false, and *bad is the first word
 * that is not in the table (a pointer into text) with its length. */
bool symbol_mask(
	const struct symbol *table, const char *text, long *mask, const char **bad, size_t *length);

/* Writes mask as "A|B|C" in the table's order, "0" for none; bits without a name follow in hex. */
void symbol_mask_text(const struct symbol *table, long mask, char *text, size_t size);

/* The name in table that is nearest to the unknown word of length bytes (text_offer_nearest), or
 * NULL. */
const char *symbol_nearest(const struct symbol *table, const char *word, size_t length);

/* The number of errno name (EPIPE), or 0. EWOULDBLOCK, ENOTSUP and EDEADLOCK are known, too, as
 * Linux has them: other names of EAGAIN, EOPNOTSUPP and EDEADLK. */
int symbol_errno(const char *name);

/* The errno name that is nearest to the unknown word, or NULL. */
const char *symbol_nearest_errno(const char *word);

/* The name of an errno value; "E?" for a value without one. */
const char *symbol_errno_text(int value);

/* The number of a signal name (SIGPIPE), or 0. */
int symbol_signal(const char *name);

/* How the value of a socket option is written. */
enum option_form {
	OPTION_INT,     /* 1 */
	OPTION_LINGER,  /* 1,0: l_onoff,l_linger in seconds */
	OPTION_TIMEVAL, /* 0,20000: tv_sec,tv_usec */
	OPTION_ERRNO,   /* 0 or ECONNRESET; can be read only */
};

/* What getsockopt(2) gives of a value that was set (options.def). */
enum option_memory { NOT_REMEMBERED, AS_FLAG, IN_RANGE, AS_TAKEN, OF_STATE };

enum option_id {
#define SOCKET_OPTION(name, ...) OPT_##name,
#include "language/options.def"
	OPTION_COUNT
};

struct socket_option {
	enum option_id id;
	const char *name;
	int level, option;
	enum option_form form;
	enum option_memory memory;
	long preset, least, most;
	int since; /* the release that brought it, MAJOR * 100 + MINOR; 0: it was always there */
	int error_before; /* the answer before that */
};

/* By id; behind them one with a NULL name. */
extern const struct socket_option socket_options[OPTION_COUNT + 1];

/* The option called name, or NULL. */
const struct socket_option *socket_option_find(const char *name);

#endif
