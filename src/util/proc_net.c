#include "util/proc_net.h"

#include <unistd.h>

FILE *proc_net_open(const char *name)
{
	/* /proc/net shows the namespace of the process's first thread. The other path is only for
	 * the other threads: its directory entries hang below the process's own
	 * (background.c, open_stat()). */
	const char *folder = gettid() == getpid() ? "/proc/net" : "/proc/thread-self/net";
	char path[64];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return fopen(path, "re");
}
