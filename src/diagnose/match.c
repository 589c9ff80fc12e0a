#include "diagnose/match.h"

/* May end own of c be the request's? */
static bool may_be(const struct match_request *r, const struct conversation *c, int own)
{
	if (!r->either && !c->guessed && own != (r->accepted ? ACCEPTOR : CONNECTOR))
		return false;
	return tcp_addresses_agree(&r->local, &c->way[own].address) &&
	       tcp_addresses_agree(&r->remote, &c->way[!own].address);
}

bool match_may_be(const struct match_request *r, const struct conversation *c)
{
	return may_be(r, c, CONNECTOR) || may_be(r, c, ACCEPTOR);
}

static bool is_known(const struct tcp_address *address)
{
	return address->kind != TCP_ADDRESS_NONE && !tcp_address_is_any(address) && address->port;
}

static uint64_t bytes_of(const struct conversation_way *way)
{
	return way->bytes + way->missing;
}

/* How much speaks for it; 0: nothing. What has no address at all is known by all its bytes. */
static int score(const struct match_request *r, const struct conversation *c, int own)
{
	bool local = is_known(&r->local), remote = is_known(&r->remote);
	bool sent = bytes_of(&c->way[own]) == r->sent,
	     received = bytes_of(&c->way[!own]) == r->received;

	if (!may_be(r, c, own))
		return 0;
	if (!local && !remote && !(sent && received && r->whole))
		return 0;
	return 1 + 8 * local + 8 * remote + 2 * (sent && r->whole) + 2 * (received && r->whole);
}

bool match_is_taken(const struct matches *matches, const struct conversation *c)
{
	for (int i = 0; i < matches->count; i++)
		if (matches->taken[i] == c)
			return true;
	return false;
}

struct match match_take(struct matches *matches, const struct conversations *all,
	const struct match_request *request)
{
	struct match best = {0};
	const struct conversation *c;
	int most = 0;

	for (int i = 0; (c = conversations_at(all, i)); i++)
		for (int own = 0; own < 2 && !match_is_taken(matches, c); own++) {
			int points = score(request, c, own);

			/* Those with a trouble come first; of several alike the first is taken. */
			if (points > most) {
				most = points;
				best = (struct match){c, own, points > 2 * 8};
			}
		}
	if (best.c && matches->count < MATCHES)
		matches->taken[matches->count++] = best.c;
	return best;
}
