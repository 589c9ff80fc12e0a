/*
 * section: what was recorded of one connection of a program, in order: its calls, the peer's steps,
 * and the waits in which it was held. Knows of no process: a section becomes an experiment
 * (section_text) and its outcomes.
 */
#ifndef CLOSEWAIT_SECTION_H
#define CLOSEWAIT_SECTION_H

#include "calls/call.h"
#include "language/outcome.h"
#include "observe/connection.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
	RECORD_LIMIT = 200, /* of a section; what comes after is counted only */
	REMARK_LIMIT = 200, /* bytes */
};

struct record {
	enum record_kind {
		RECORD_STEP,
		RECORD_JOIN,    /* the end of the step that is under way at index of */
		RECORD_COMMENT, /* remark alone: a call that the vocabulary lacks */
	} kind;
	struct step step;
	struct outcome outcome;
	bool finished;
	bool beside; /* it waits while another does: no step goes on beside one in the background */
	int of;
	bool lost;    /* of a comment: what it tells of no step does again, nor does the model know
			 what it changed */
	bool opaque;  /* it sends bytes that are not told: what comes of them cannot be either */
	int state[2]; /* of both ends after it; 0: not looked at */
	char remark[REMARK_LIMIT]; /* behind the step */
};

/* How many descriptors of the socket a process has, one at least; process 0: those that are under
 * way from one to another over a socket of AF_UNIX (SCM_RIGHTS). */
struct holder {
	pid_t process;
	int count;
};

/* What the program made of errors, and of its descriptor. */
struct section_fate {
	int first_error; /* the errno that its first failing call gave; 0: none failed */
	char first_call[64];
	int unnoticed;   /* calls that failed, and after which it did the same again */
	int sends_after; /* sending calls after one had failed with EPIPE or ECONNRESET */
	bool send_failed;
	enum {
		FAILED_NOTHING,
		FAILED_SEND,
		FAILED_RECEIVE
	} last; /* of its calls that send or receive: has it failed? */
};

struct section {
	unsigned long inode; /* of the program's socket; 0: it was closed */
	enum who program;    /* which end the program is */
	bool connected;      /* it is a connection to the peer, or was refused by it */
	bool known;          /* connection is set */
	bool listens;        /* inode is that of a socket that waits for the peer */
	bool accepted;       /* by the server */
	bool peer_closed;    /* the peer has no descriptor of its end any more */
	struct connection connection;
	struct address client; /* once known, where the peer is the server */
	bool calm; /* neither end leaves its state before the peer's script goes on, or the program
		      does more than to send and receive */
	int state[2];              /* of both ends, when they were looked at last */
	int shown[2];              /* the state of each end that the records tell last */
	enum sigpipe_mode sigpipe; /* as the records tell it */
	int count, background;     /* background: the record under way beside others, or -1 */
	long calls, left_out;      /* calls of the program; records that had no room */
	struct record *record;     /* RECORD_LIMIT */
	int open;                  /* descriptors that the records tell of: dup and close steps */
	int holder_count, holder_room;
	struct holder *holder;
	struct section_fate fate;
};

/* Makes an empty section of the socket that process has made; inode 0: of none. False without
 * memory. */
bool section_new(struct section *section, unsigned long inode, enum who program, pid_t process);

void section_free(struct section *section);

/* Adds a step that is under way. Another one that is not finished yet goes on in the background
 * from here on. Returns its index, or -1 when there is no room. */
int section_begin(struct section *section, const struct step *step, int64_t now);

/* Does the step at index wait for an event, if it sleeps? Such a step in front does not wait. */
bool section_may_sleep(const struct section *section, int index);

/* The step at index sleeps: it goes on in the background from here on, if it may. */
void section_sleeps(struct section *section, int index);

/* The step at index is over. */
void section_end(struct section *section, int index, const struct result *result, int64_t now);

/* The signal came of the step at index: it stands where that tells its result. */
void section_signal(struct section *section, int index, int signal);

/* Adds a step that is over. Returns its index or -1. */
int section_add(struct section *section, const struct step *step, const struct outcome *outcome,
	const char *remark);

/* Puts the last record before the one at index, and what comes behind one on. */
void section_move_last(struct section *section, int index);

/* Adds a comment line. */
__attribute__((format(printf, 3, 4))) void section_comment(
	struct section *section, int64_t now, const char *format, ...);

/* The same of what no step does again (language/replay.h). */
__attribute__((format(printf, 3, 4))) void section_lose(
	struct section *section, int64_t now, const char *format, ...);

/* Takes the record at index out again: it was nothing to the connection. */
void section_drop(struct section *section, int index);

/* When the last step that is finished was; 0 without one. What comments tell of goes on beside the
 * peer's steps. */
int64_t section_last_end(const struct section *section);

/* Makes a step of who, from its words; they must be of the vocabulary. */
struct step section_step(enum who who, enum operation_id id, const char *word);

/* How many descriptors of the socket the processes have together. */
int section_descriptors(const struct section *section);

/* How many the process has, as section_hold was told last. */
int section_held_by(const struct section *section, pid_t process);

/* Process has count descriptors of the socket now, because of why, a clause. What that means to the
 * connection is recorded: the last close(2), a dup(2) and the close that undoes it as steps; of
 * what other processes share a comment tells. already: the call that did it is a record. */
void section_hold(struct section *section, pid_t process, int count, const char *why, bool already);

/* Puts the records of prelude, which holds steps before there was a connection, first. False when
 * there is no room for them. */
bool section_prepend(struct section *section, const struct section *prelude);

/* Puts first that the link is down, as it was when this connection began. False when there is no
 * room for it. */
bool section_prepend_link_down(struct section *section);

#endif
