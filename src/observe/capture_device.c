#include "observe/capture_device.h"

#include "util/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { BUFFER = 1 << 20 };

struct capture_device {
	pcap_t *pcap;
	int plain; /* a packet socket; -1: pcap gives the packets */
	struct pcap_pkthdr header;
	u_char bytes[CAPTURE_SNAPLEN];
};

/* The settings that have to be made before the capture is active. */
static bool configure(pcap_t *pcap)
{
	return !pcap_set_snaplen(pcap, CAPTURE_SNAPLEN) && !pcap_set_buffer_size(pcap, BUFFER) &&
	       !pcap_set_immediate_mode(pcap, 1) &&
	       !pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
}

/* NULL on failure, and message says what was attempted; *no_ring: it was the ring that is not
 * there. */
static pcap_t *open_pcap(const char *name, bool *no_ring, char *message, size_t size)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_create(name, error);
	const char *what = "activate";
	bool active = pcap && configure(pcap) && pcap_activate(pcap) >= 0;

	*no_ring = pcap && strstr(pcap_geterr(pcap), "memory-mapped");
	if (active && !pcap_setnonblock(pcap, 1, error))
		return pcap;
	if (active)
		what = "not to block";
	if (pcap)
		snprintf(message, size, "cannot capture on %s: %s: %s", name, what,
			pcap_geterr(pcap));
	else
		snprintf(message, size, "cannot capture on %s: %s", name, error);
	if (pcap)
		pcap_close(pcap);
	return NULL;
}

/* Returns the socket, or -1 with errno. */
static int open_socket(unsigned index)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)index};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(ETH_P_ALL));

	struct timeval never;

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, sizeof address)) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	ioctl(fd, SIOCGSTAMP, &never); /* asked for once, every packet is stamped as it arrives */
	return fd;
}

/* A device of what was opened, which it takes; one that is not open is a failure that was told. */
static struct capture_device *device_of(pcap_t *pcap, int plain, char *message, size_t size)
{
	struct capture_device *device = pcap ? calloc(1, sizeof *device) : NULL;

	if (device) {
		device->pcap = pcap;
		device->plain = plain;
		return device;
	}
	snprintf(message, size, "cannot capture: no memory");
	if (pcap)
		pcap_close(pcap);
	if (plain >= 0)
		close(plain);
	return NULL;
}

struct capture_device *capture_device_open_plain(const char *name, char *message, size_t size)
{
	unsigned index = if_nametoindex(name);
	int fd = index ? open_socket(index) : -1;

	if (!index) { /* 0 would be every device */
		snprintf(message, size, "cannot capture on %s: no such device", name);
		return NULL;
	}
	if (fd < 0) {
		snprintf(message, size, "cannot capture on %s: packet socket: %s", name,
			strerror(errno));
		return NULL;
	}
	return device_of(pcap_open_dead_with_tstamp_precision(
				 DLT_EN10MB, CAPTURE_SNAPLEN, PCAP_TSTAMP_PRECISION_NANO),
		fd, message, size);
}

struct capture_device *capture_device_open(const char *name, char *message, size_t size)
{
	bool no_ring;
	pcap_t *pcap = open_pcap(name, &no_ring, message, size);

	if (pcap)
		return device_of(pcap, -1, message, size);
	return no_ring ? capture_device_open_plain(name, message, size) : NULL;
}

void capture_device_close(struct capture_device *device)
{
	if (!device)
		return;
	pcap_close(device->pcap);
	if (device->plain >= 0)
		close(device->plain);
	free(device);
}

/* When the packet that was read last arrived. The stack has it in microseconds; a packet must not
 * seem older than the call that sent it. */
static void stamp(struct capture_device *device)
{
	struct timeval when;
	int64_t now = clock_read(CLOCK_REALTIME);

	if (!ioctl(device->plain, SIOCGSTAMP, &when))
		now = ((int64_t)when.tv_sec * 1000000 + when.tv_usec) * 1000 + 999;
	/* With nanosecond precision tv_usec counts nanoseconds. */
	device->header.ts = (struct timeval){
		.tv_sec = (time_t)(now / 1000000000), .tv_usec = (suseconds_t)(now % 1000000000)};
}

int capture_device_next(
	struct capture_device *device, struct pcap_pkthdr **header, const u_char **bytes)
{
	struct sockaddr_ll from = {0};
	socklen_t length;
	ssize_t n;

	if (device->plain < 0)
		return pcap_next_ex(device->pcap, header, bytes);
	do {
		length = sizeof from;
		n = recvfrom(device->plain, device->bytes, sizeof device->bytes, MSG_TRUNC,
			(struct sockaddr *)&from, &length);
	} while (n >= 0 && from.sll_pkttype == PACKET_OUTGOING);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : PCAP_ERROR;
	stamp(device);
	device->header.len = (bpf_u_int32)n;
	device->header.caplen = n < CAPTURE_SNAPLEN ? (bpf_u_int32)n : CAPTURE_SNAPLEN;
	*header = &device->header;
	*bytes = device->bytes;
	return 1;
}

long capture_device_lost(struct capture_device *device)
{
	struct pcap_stat stat;

	if (device->plain >= 0)
		return 0;
	return pcap_stats(device->pcap, &stat) ? -1 : (long)stat.ps_drop + (long)stat.ps_ifdrop;
}

int capture_device_fd(const struct capture_device *device)
{
	return device->plain >= 0 ? device->plain : pcap_get_selectable_fd(device->pcap);
}

pcap_t *capture_device_pcap(struct capture_device *device)
{
	return device->pcap;
}
