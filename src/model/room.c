#include "model/room.h"

#include "model/answer.h"

enum {
	QUEUE_USUAL = 1 << 20,
	QUEUE_LEAST = 1024, /* of SOCK_MIN_SNDBUF */
	READ_USUAL = 60000,
	READ_LEAST = 512, /* of SOCK_MIN_RCVBUF */
};

static long half(long buffer, long least, long most)
{
	return buffer / 2 < least ? least : buffer / 2 < most ? buffer / 2 : most;
}

long room_to_queue(const struct model *m, int peer)
{
	long most = m->network ? CAPACITY : QUEUE_USUAL;
	long buffer = peer_option(&m->peer[peer], OPT_SO_SNDBUF);

	return buffer ? half(buffer, QUEUE_LEAST, most) : most;
}

long room_to_read(const struct model *m, int peer)
{
	long most = m->network ? CAPACITY : READ_USUAL;
	long buffer = peer_option(&m->peer[peer], OPT_SO_RCVBUF);

	return buffer ? half(buffer, READ_LEAST, most) : most;
}

long room_taken(const struct model *m, int peer)
{
	const struct peer *p = &m->peer[peer];

	return m->peer[p->other].unread + p->held_back;
}
