/*
 * capture_device: the packets of one network device, through libpcap; or, on a stack that has
 * packet sockets and no ring for them (gVisor), without which libpcap refuses, one by one.
 */
#ifndef CLOSEWAIT_CAPTURE_DEVICE_H
#define CLOSEWAIT_CAPTURE_DEVICE_H

#include <pcap/pcap.h>
#include <stdbool.h>
#include <stddef.h>

enum { CAPTURE_SNAPLEN = 128 /* bytes that are kept of a packet */ };

struct capture_device;

/* Opens the device called name of the calling thread's namespace. NULL on failure, and message says
 * what was attempted. */
struct capture_device *capture_device_open(const char *name, char *message, size_t size);

/* As capture_device_open() with a packet socket alone, which is what it does where libpcap finds no
 * ring. */
struct capture_device *capture_device_open_plain(const char *name, char *message, size_t size);

/* NULL is allowed. */
void capture_device_close(struct capture_device *device);

/* The next packet that is there; of loopback's two copies the one that arrives. *header and *bytes
 * stay until the next call. Returns 1, 0 or, as pcap_next_ex(), a negative number. */
int capture_device_next(
	struct capture_device *device, struct pcap_pkthdr **header, const u_char **bytes);

/* How many packets were lost since it was opened; a negative number: that cannot be told. A stack
 * that does not count them at all has lost none that anybody could know of. */
long capture_device_lost(struct capture_device *device);

/* What poll(2) waits for POLLIN on. */
int capture_device_fd(const struct capture_device *device);

/* For a file of its packets: its kind of link, nanoseconds. */
pcap_t *capture_device_pcap(struct capture_device *device);

#endif
