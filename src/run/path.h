/*
 * path: what a run does about the network between the ends, if its experiment has one.
 */
#ifndef CLOSEWAIT_PATH_H
#define CLOSEWAIT_PATH_H

#include "run/session.h"

/* Before the ends are opened: makes the network if trace's experiment asks for it. False when there
 * is none; then the trace is skipped or an error, and says why. */
bool path_open(struct session *session, struct trace *trace);

/* Where the server is. */
enum place path_place(const struct session *session);

/* An address of one end as the other end sees it. */
struct address path_seen(
	const struct session *session, enum family family, const struct address *a);

/* Once the server listens: nothing of the experiment before is on its way. False as above. */
bool path_begin(struct session *session, struct trace *trace);

/* After a step: waits until what it sent is at the other end, unless the experiment has the network
 * delay it, lose it or hold it back. False as above. */
bool path_settle(struct session *session, struct trace *trace);

/* After the last step: notes the steps that asked for a segment which never came by. */
void path_note(const struct session *session, struct trace *trace);

#endif
