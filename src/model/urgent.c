#include "model/urgent.h"

/* SOCK_URGINLINE */
static bool is_inline(const struct peer *peer)
{
	return peer->option[OPT_SO_OOBINLINE].first;
}

bool urgent_is_next(const struct peer *peer)
{
	return peer->urgent.there && !peer->urgent.at;
}

bool urgent_is_passed_over(const struct peer *peer)
{
	return urgent_is_next(peer) && !is_inline(peer);
}

long urgent_inq(const struct peer *peer)
{
	bool counts = !peer->urgent.there || is_inline(peer);

	return counts ? peer->unread : peer->urgent.at;
}

struct urgent_read urgent_read(const struct peer *peer, long length, long there, long got)
{
	bool passed_over = urgent_is_passed_over(peer) && !got && length;
	long before = peer->urgent.there && (peer->urgent.at || got) ? peer->urgent.at : there;
	long rest = (passed_over ? there - 1 : before < there ? before : there);
	long count = length < rest ? length : rest;

	return (struct urgent_read){
		.count = count, .passed = count + passed_over, .stops = before < there};
}

void urgent_pass(struct peer *peer, long passed)
{
	peer->urgent.there &= passed <= peer->urgent.at;
	peer->urgent.at -= passed;
}
