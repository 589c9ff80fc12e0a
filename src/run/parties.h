/*
 * parties: who takes part in a run: the client's ends in this process, the server's in the
 * listener's, and what is left of those when that has ended.
 */
#ifndef CLOSEWAIT_PARTIES_H
#define CLOSEWAIT_PARTIES_H

#include "run/session.h"
#include "trace/trace.h"

/* Opens both sides for the trace's experiment, and aims the client's ends at the listener. False:
 * the trace says why it is skipped or has failed. */
bool parties_open(struct session *session, struct trace *trace);

/* Runs count steps of the server's in its process, each side told where the other's ends are.
 * Returns as listener_run(). */
int parties_run_server(struct session *session, const struct step *const *step, int count,
	int64_t deadline, struct outcome *outcome);

/* The server's process has ended: from now on there is what its addresses tell. */
void parties_server_ended(struct session *session, enum family family);

/* What is left of an end of the server then (ghost.h). */
struct endpoint *parties_left(struct session *session, enum who who);

/* Closes what was opened for that. */
void parties_close_left(struct session *session);

#endif
