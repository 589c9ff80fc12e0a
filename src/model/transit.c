#include "model/transit.h"

#include <netinet/tcp.h>

bool transit_kind(long flags, enum segment_kind *kind)
{
	static const long flags_of[] = {
		[SEGMENT_DATA] = TH_PUSH | TH_ACK,
		[SEGMENT_FIN] = TH_FIN | TH_ACK,
		[SEGMENT_RST] = TH_RST | TH_ACK, /* tcp_send_active_reset() */
		[SEGMENT_ANSWER] = TH_RST,       /* tcp_v4_send_reset(), to what acknowledges */
	};

	for (int i = 0; i < SEGMENT_KINDS; i++)
		if (flags_of[i] == flags) {
			*kind = (enum segment_kind)i;
			return true;
		}
	return false;
}

bool transit_loses(struct model *m, int peer, enum segment_kind kind)
{
	int *losses = &m->losses[peer == THE_CLIENT][kind];

	if (!*losses)
		return false;
	--*losses;
	return true;
}
