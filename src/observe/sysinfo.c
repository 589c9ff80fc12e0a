#include "observe/sysinfo.h"

#include "util/memstream.h"
#include "util/text.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Documentation/networking/ip-sysctl.rst: the switches and timers that can change what a trace
 * shows. Sizes that the kernel computes from memory have no one default and are left out, but for a
 * table of time-wait entries that has no room: value is NULL, and 0 is what is told. */
static const struct {
	const char *name, *value;
} defaults[] = {
	{"tcp_abort_on_overflow", "0"},
	{"tcp_autocorking", "1"},
	{"tcp_challenge_ack_limit", "2147483647"},
	{"tcp_comp_sack_delay_ns", "1000000"},
	{"tcp_dsack", "1"},
	{"tcp_ecn", "2"},
	{"tcp_fastopen", "1"},
	{"tcp_fin_timeout", "60"},
	{"tcp_invalid_ratelimit", "500"},
	{"tcp_keepalive_intvl", "75"},
	{"tcp_keepalive_probes", "9"},
	{"tcp_keepalive_time", "7200"},
	{"tcp_max_tw_buckets", NULL},
	{"tcp_migrate_req", "0"},
	{"tcp_mtu_probing", "0"},
	{"tcp_orphan_retries", "0"},
	{"tcp_retries1", "3"},
	{"tcp_retries2", "15"},
	{"tcp_rfc1337", "0"},
	{"tcp_rto_max_ms", "120000"},
	{"tcp_rto_min_us", "200000"},
	{"tcp_sack", "1"},
	{"tcp_shrink_window", "0"},
	{"tcp_stdurg", "0"},
	{"tcp_syn_retries", "6"},
	{"tcp_synack_retries", "5"},
	{"tcp_syncookies", "1"},
	{"tcp_timestamps", "1"},
	{"tcp_tw_reuse", "2"},
	{"tcp_window_scaling", "1"},
};

/* Reads the first line of a file under /proc; false when it cannot be read. */
static bool read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");
	bool read = file && fgets(line, (int)size, file);

	if (file)
		fclose(file);
	if (read)
		line[strcspn(line, "\n")] = '\0';
	return read;
}

static bool read_sysctl(const char *name, char *value, size_t size)
{
	char path[128];

	snprintf(path, sizeof path, "/proc/sys/net/ipv4/%s", name);
	return read_line(path, value, size);
}

enum { SYSCTLS = sizeof defaults / sizeof *defaults };

/* Writes " net.ipv4.NAME=VALUE" of the sysctl at index i; 0 when it is at its default, or unknown.
 */
static int changed_text(sysinfo_reader *read, int i, char *text, size_t size)
{
	char value[128];

	if (!read(defaults[i].name, value, sizeof value) ||
		(defaults[i].value ? !strcmp(value, defaults[i].value) : strcmp(value, "0") != 0))
		return 0;
	return snprintf(text, size, " net.ipv4.%s=%s", defaults[i].name, value);
}

void sysinfo_print_sysctls(FILE *out, sysinfo_reader *read)
{
	char text[256];
	int column = 0;

	for (int i = 0; i < SYSCTLS; i++) {
		int length = changed_text(read, i, text, sizeof text);

		if (!length)
			continue;
		column = text_add_comment(
			out, column, "# sysctl, not at the default:", text, length);
	}
	if (column)
		fputc('\n', out);
}

bool sysinfo_changed_sysctl(char *text, size_t size)
{
	char with_blank[256];

	for (int i = 0; i < SYSCTLS; i++)
		if (changed_text(read_sysctl, i, with_blank, sizeof with_blank)) {
			snprintf(text, size, "%s", with_blank + 1);
			return true;
		}
	return false;
}

bool sysinfo_link_is_up(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool down = fd >= 0 && !ioctl(fd, SIOCGIFFLAGS, &request) && !(request.ifr_flags & IFF_UP);

	if (fd >= 0)
		close(fd);
	return !down;
}

char *sysinfo_read(struct version *kernel)
{
	char version[512], congestion[128] = "unknown";
	struct utsname name;
	char *text = NULL;
	size_t size;

	if (uname(&name) || !read_line("/proc/version", version, sizeof version))
		return NULL;
	if (!version_of_kernel(version, kernel)) {
		errno = EPROTO;
		return NULL;
	}
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	read_sysctl("tcp_congestion_control", congestion, sizeof congestion);
	fprintf(out, "# Linux %s %s, judged as %d.%d.%d; congestion control %s\n", name.release,
		name.machine, kernel->major, kernel->minor, kernel->patch, congestion);
	sysinfo_print_sysctls(out, read_sysctl);
	memory_close(out, &text);
	return text;
}
