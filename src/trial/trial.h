/*
 * trial: a program, run unchanged against a peer that a script plays.
 *
 * One process does it all, in one thread: it is the program's tracer, and asks the listener's
 * process, which is the peer, without waiting for it. The program is held at the entry of a call on
 * the connection until the script rests and the kernel has settled: then what the call returns is
 * certain.
 */
#ifndef CLOSEWAIT_TRIAL_H
#define CLOSEWAIT_TRIAL_H

#include "trial/state.h"

/* Runs the program against peer, whose steps script_fits. What cannot be done stands in
 * fate.trouble. Afterwards no process of it is left. Free it with trial_free. */
void trial_run(struct trial *trial, struct session *session, const struct experiment *peer,
	const struct trial_options *options);

void trial_free(struct trial *trial);

#endif
