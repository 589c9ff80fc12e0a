#include "observe/tap.h"

#include "language/family.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* As large as TAP has it (tun_net_init()), about as loopback's: a call's bytes go out in one
 * segment. */
enum { MTU = 65535 - ETHER_HDR_LEN };

/* RTM_NEWADDR with one attribute: the address. */
struct new_address {
	struct nlmsghdr header;
	struct ifaddrmsg message;
	struct rtattr attribute;
	struct in6_addr address;
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

/* Sends the request, and has the kernel's answer: 0 or a negative errno. */
static int ask_rtnetlink(const struct new_address *request)
{
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char request[sizeof *request];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return -errno;
	ssize_t n = send(fd, request, sizeof *request, 0);

	if (n >= 0)
		n = recv(fd, &answer, sizeof answer, 0);
	int status = n < 0 ? -errno
		     : n < (ssize_t)NLMSG_LENGTH(sizeof answer.error) ||
				     answer.header.nlmsg_type != NLMSG_ERROR
			     ? -EPROTO
			     : answer.error.error;

	close(fd);
	return status;
}

/* IFA_F_NODAD: SIOCSIFADDR's address is tentative until a worker has found that there is nothing to
 * detect (addrconf_dad_work()), and nobody can bind to it before. */
static int set_up_ipv6(int fd)
{
	struct ifreq request = request_of_device();
	struct address near = family_address(FAMILY_TCP6, PLACE_NEAR);

	if (ioctl(fd, SIOCGIFINDEX, &request))
		return -errno;
	struct new_address new = {
		.header = {.nlmsg_len = sizeof new,
			.nlmsg_type = RTM_NEWADDR,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL},
		.message = {.ifa_family = AF_INET6,
			.ifa_prefixlen = 64,
			.ifa_flags = IFA_F_NODAD,
			.ifa_index = (unsigned)request.ifr_ifindex},
		.attribute = {.rta_len = RTA_LENGTH(sizeof new.address), .rta_type = IFA_LOCAL},
		.address = ((struct sockaddr_in6 *)&near.storage)->sin6_addr};

	return ask_rtnetlink(&new);
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
