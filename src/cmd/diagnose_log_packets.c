#include "cmd/diagnose_log_packets.h"

#include "cmd/diagnose_capture.h"

struct match_request diagnose_log_request(const struct log_connection *c)
{
	return (struct match_request){.local = c->ends.local,
		.remote = c->ends.remote,
		.accepted = c->who == SERVER,
		.either = !c->whole,
		.sent = (uint64_t)c->sent,
		.received = (uint64_t)c->received,
		.whole = c->whole};
}

struct witness *diagnose_log_witness(struct packets_beside *beside, const struct log_connection *c,
	const struct seen *seen, struct sheet *sheet, struct witness *witness)
{
	struct match_request request = diagnose_log_request(c);
	struct match match = packets_beside_take(beside, &request, sheet);
	long sent[LOG_CALLS], before = log_connection_sent(c, sent);

	if (!match.c)
		return NULL;
	witness_begin(witness, seen, match.c, match.own, sent, before, *beside->totals.cut_short);
	witness->noun = diagnose_noun(&beside->totals);
	return witness;
}
