#include "observe/tap.h"

#include "language/family.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* As large as TAP has it (tun_net_init()), about as loopback's: a call's bytes go out in one
 * segment. */
enum { MTU = 65535 - ETHER_HDR_LEN };

/* linux/ipv6.h's struct in6_ifreq, which does not go together with netinet/in.h. */
struct in6_request {
	struct in6_addr address;
	uint32_t prefix_length;
	int index;
};

static struct ifreq request_of_device(void)
{
	return (struct ifreq){.ifr_name = TAP_NAME};
}

/* Addresses, with a network around them that the far one is in, too. Without ARP (and so without
 * neighbour discovery and duplicate address detection) a frame goes to the device's own address
 * (arp_constructor(), ndisc_constructor()), which is what it is delivered by. */
static int set_up_ipv4(int fd)
{
	struct ifreq request = request_of_device();
	struct address near = family_address(FAMILY_TCP4, PLACE_NEAR);

	request.ifr_mtu = MTU;
	if (ioctl(fd, SIOCSIFMTU, &request))
		return -errno;
	memcpy(&request.ifr_addr, &near.storage, sizeof request.ifr_addr);
	if (ioctl(fd, SIOCSIFADDR, &request))
		return -errno;
	request.ifr_flags = IFF_UP | IFF_NOARP;
	return ioctl(fd, SIOCSIFFLAGS, &request) ? -errno : 0;
}

static int set_up_ipv6(int fd)
{
	struct ifreq request = request_of_device();
	struct address near = family_address(FAMILY_TCP6, PLACE_NEAR);
	/* As large as the request of IPv4: what checks memory knows no other. */
	union {
		struct ifreq whole;
		struct in6_request in6;
	} set = {.whole = {.ifr_flags = 0}};

	if (ioctl(fd, SIOCGIFINDEX, &request))
		return -errno;
	set.in6 = (struct in6_request){.address = ((struct sockaddr_in6 *)&near.storage)->sin6_addr,
		.prefix_length = 64,
		.index = request.ifr_ifindex};
	return ioctl(fd, SIOCSIFADDR, &set) ? -errno : 0;
}

static int set_up(int domain, int set(int fd))
{
	int fd = socket(domain, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	int status = set(fd);

	close(fd);
	return status;
}

int tap_open(const char **what)
{
	struct ifreq request = request_of_device();
	int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	*what = "/dev/net/tun";
	if (tap < 0)
		return -errno;
	*what = "TUNSETIFF";
	request.ifr_flags = IFF_TAP | IFF_NO_PI;
	int status = ioctl(tap, TUNSETIFF, &request) ? -errno : 0;

	if (!status) {
		*what = "its IPv4 address";
		status = set_up(AF_INET, set_up_ipv4);
	}
	if (!status) {
		*what = "its IPv6 address";
		status = set_up(AF_INET6, set_up_ipv6);
	}
	/* Without IPv6, or where it is disabled, an experiment on it is skipped by itself: its
	 * server finds no such address. */
	if (!status || status == -EAFNOSUPPORT || status == -EACCES)
		return tap;
	close(tap);
	return status;
}
