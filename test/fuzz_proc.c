/*
 * What is read from /proc: lines of /proc/net/tcp and tcp6, /proc/net/netstat and snmp,
 * /proc/version; and the kernel versions of guards.
 */
#include "observe/counters.h"
#include "fuzz.h"
#include "language/guard.h"
#include "endpoint/proc_net_tcp.h"

#include <netinet/tcp.h>

static void read_sockets(char *line)
{
	for (int f = FAMILY_TCP4; f <= FAMILY_TCP6; f++) {
		struct address local = family_loopback((enum family)f), remote = local;
		int state = proc_net_tcp_line_state(line, &local, &remote);

		must(state >= 0 && state < 32, "no such TCP state");
	}
}

static void read_counters(const char *text)
{
	static struct counters before, after;
	long moved;

	before.count = after.count = 0;
	counters_parse(&after, text);
	must(after.count >= 0 && after.count <= COUNTER_LIMIT, "more counters than there is room");
	for (int i = 0; i < after.count; i++)
		must(memchr(after.counter[i].name, '\0', COUNTER_NAME), "a name without an end");
	if (after.count)
		must(counters_moved(&before, &after, after.counter[0].name, &moved),
			"a counter that is not found");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = string_of(data, size), *line, *rest = text;
	struct version version = {0};

	read_counters(text);
	version_of_kernel(text, &version);
	version_parse(text, &version);
	must(version.major >= 0 && version.minor >= 0 && version.patch >= 0, "a negative version");
	while ((line = strsep(&rest, "\n")))
		read_sockets(line);
	free(text);
	return 0;
}
