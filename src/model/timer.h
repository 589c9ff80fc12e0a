/*
 * timer: what time alone brings about.
 */
#ifndef CLOSEWAIT_TIMER_H
#define CLOSEWAIT_TIMER_H

#include "model/state.h"

/* Lets every timer that is due soon expire: delayed acknowledgements arrive, held-back data is
 * sent. */
void timer_let_pass(struct model *m);

/* A second passes: a SYN that met a full queue is sent again (tcp_retransmit_timer(),
 * TCP_TIMEOUT_INIT). False when there are several: which of them is the first? */
bool timer_send_syn_again(struct model *m);

/* Would it be answered: has the queue got room, or the listening socket gone? */
bool timer_answers_syn(const struct model *m);

enum expiry {
	EXPIRY_NONE,      /* no timer runs that would end while one waits */
	EXPIRY_ENDED,     /* one ended the connection */
	EXPIRY_UNCERTAIN, /* one would, some time */
};

/* (expiry.c) Lets the timer expire that ends a socket's connection because nothing is answered, if
 * there is one, while a call waits: for so many milliseconds, LONG_MAX when it has no timeout. */
enum expiry timer_expire(struct model *m, int index, long patience);

#endif
