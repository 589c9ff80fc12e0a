#include "packets/conversations.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 8192 };

/* Who makes room: in this order. */
enum rank { RANK_CLOSED, RANK_OPEN, RANK_KEPT, RANKS };

struct entry {
	struct conversation c;
	enum rank rank;
	struct entry *below;         /* in its bucket */
	struct entry *older, *newer; /* of its rank, by its last packet */
};

struct place {
	const struct conversation *c;
};

struct conversations {
	struct conversations_totals totals;
	conversations_wanted *wanted;
	void *context;
	int count;
	int troubled, kept; /* of RANK_KEPT: with a trouble, and wanted */
	struct entry *bucket[BUCKETS];
	struct entry *oldest[RANKS], *newest[RANKS];
	struct place sorted[CONVERSATIONS_LIMIT]; /* as conversations_at() tells them */
};

struct conversations *conversations_new(conversations_wanted *wanted, void *context)
{
	struct conversations *all = calloc(1, sizeof *all);

	if (all) {
		all->wanted = wanted;
		all->context = context;
	}
	return all;
}

void conversations_free(struct conversations *all)
{
	if (!all)
		return;
	for (int rank = 0; rank < RANKS; rank++)
		for (struct entry *e = all->oldest[rank], *newer; e; e = newer) {
			newer = e->newer;
			free(e);
		}
	free(all);
}

const struct conversations_totals *conversations_totals(const struct conversations *all)
{
	return &all->totals;
}

/* FNV-1a */
static uint32_t hash(const struct tcp_address *address)
{
	uint32_t sum = 2166136261u ^ address->port;

	for (int i = 0; i < TCP_ADDRESS_BYTES && (address->byte[i] || i < 16); i++)
		sum = (sum ^ address->byte[i]) * 16777619u;
	return (sum ^ address->port) * 16777619u;
}

/* The same for both directions. */
static struct entry **bucket_of(
	struct conversations *all, const struct tcp_address *a, const struct tcp_address *b)
{
	return &all->bucket[(hash(a) + hash(b)) % BUCKETS];
}

static void unlink_entry(struct conversations *all, struct entry *e)
{
	*(e->older ? &e->older->newer : &all->oldest[e->rank]) = e->newer;
	*(e->newer ? &e->newer->older : &all->newest[e->rank]) = e->older;
}

static void link_newest(struct conversations *all, struct entry *e, enum rank rank)
{
	e->rank = rank;
	e->newer = NULL;
	e->older = all->newest[rank];
	*(e->older ? &e->older->newer : &all->oldest[rank]) = e;
	all->newest[rank] = e;
}

static void leave_bucket(struct conversations *all, struct entry *e)
{
	struct entry **at = bucket_of(all, &e->c.way[0].address, &e->c.way[1].address);

	while (*at != e)
		at = &(*at)->below;
	*at = e->below;
}

/* The one that is missed least. */
static struct entry *make_room(struct conversations *all)
{
	enum rank rank = all->oldest[RANK_CLOSED] ? RANK_CLOSED : RANK_OPEN;
	struct entry *e = all->oldest[rank];

	if (conversation_trouble(&e->c) != TROUBLE_NONE)
		all->totals.dropped++;
	else if (rank == RANK_CLOSED)
		all->totals.closed++;
	else
		all->totals.forgotten++;
	leave_bucket(all, e);
	unlink_entry(all, e);
	return e;
}

/* The latest connection between the two addresses stands first in its bucket. */
static struct entry *find(struct conversations *all, const struct tcp_packet *packet)
{
	for (struct entry *e = *bucket_of(all, &packet->from, &packet->to); e; e = e->below) {
		const struct tcp_address *a = &e->c.way[0].address, *b = &e->c.way[1].address;

		if ((tcp_addresses_equal(a, &packet->from) &&
			    tcp_addresses_equal(b, &packet->to)) ||
			(tcp_addresses_equal(b, &packet->from) &&
				tcp_addresses_equal(a, &packet->to)))
			return conversation_is_over(&e->c, packet) ? NULL : e;
	}
	return NULL;
}

static struct entry *begin(struct conversations *all, const struct tcp_packet *packet)
{
	struct entry **bucket = bucket_of(all, &packet->from, &packet->to), *e;

	if (all->count == CONVERSATIONS_LIMIT)
		e = make_room(all);
	else if ((e = malloc(sizeof *e)))
		all->count++;
	else
		return NULL;
	conversation_begin(&e->c, ++all->totals.begun, packet);
	e->below = *bucket;
	*bucket = e;
	link_newest(all, e, RANK_OPEN);
	return e;
}

/* Only so many are kept whatever comes. */
static bool has_room(const struct conversations *all, bool trouble)
{
	return (trouble ? all->troubled : all->kept) < CONVERSATIONS_KEPT;
}

static enum rank rank_of(struct conversations *all, const struct entry *e)
{
	enum conversation_trouble trouble = conversation_trouble(&e->c);
	bool over =
		trouble == TROUBLE_RESET || trouble == TROUBLE_REFUSED || trouble == TROUBLE_EARLY;
	bool wanted = all->wanted && all->wanted(&e->c, all->context);

	if (e->rank == RANK_KEPT)
		return RANK_KEPT;
	if (over && has_room(all, true)) {
		all->troubled++;
		return RANK_KEPT;
	}
	if (wanted && has_room(all, false)) {
		all->kept++;
		return RANK_KEPT;
	}
	return over || conversation_closed(&e->c) ? RANK_CLOSED : RANK_OPEN;
}

bool conversations_take(struct conversations *all, const struct tcp_packet *packet)
{
	struct entry *e = find(all, packet);

	if (!e && !(e = begin(all, packet)))
		return false;
	long copies = e->c.copies;

	conversation_take(&e->c, packet);
	all->totals.packets++;
	all->totals.fragments += packet->fragmented;
	all->totals.copies += e->c.copies - copies;
	enum rank rank = rank_of(all, e);

	unlink_entry(all, e);
	link_newest(all, e, rank);
	return true;
}

/* Those with a trouble, and in the order in which they began. */
static int compare(const void *a, const void *b)
{
	const struct conversation *x = ((const struct place *)a)->c,
				  *y = ((const struct place *)b)->c;
	bool of_x = conversation_trouble(x) != TROUBLE_NONE,
	     of_y = conversation_trouble(y) != TROUBLE_NONE;

	if (of_x != of_y)
		return of_x ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

void conversations_sort(struct conversations *all)
{
	int count = 0;

	for (int rank = 0; rank < RANKS; rank++)
		for (struct entry *e = all->oldest[rank]; e; e = e->newer)
			all->sorted[count++].c = &e->c;
	qsort(all->sorted, (size_t)count, sizeof *all->sorted, compare);
}

const struct conversation *conversations_at(const struct conversations *all, int i)
{
	return i < all->count ? all->sorted[i].c : NULL;
}
