/*
 * The step that a system call is, and its result.
 */
#include "calls/call.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* A call, and the line that it is: in strace's form where the vocabulary lacks it. */
static const struct row {
	struct call call;
	const char *step, *result;
} rows[] = {
	{{.id = CALL_connect}, "client connect", "0"},
	{{.id = CALL_connect, .returned = -EINPROGRESS}, "client connect", "-1 EINPROGRESS"},
	{{.id = CALL_connect, .disconnects = true}, "client connect AF_UNSPEC", "0"},
	{{.id = CALL_accept4, .returned = 7}, "client accept", "0"},
	{{.id = CALL_write, .length = 6, .returned = 6}, "client write 6", "6"},
	{{.id = CALL_write, .length = 6, .returned = -EPIPE, .signal = SIGPIPE}, "client write 6",
		"-1 EPIPE SIGPIPE"},
	{{.id = CALL_sendto, .length = 6, .flags = MSG_NOSIGNAL, .returned = 6},
		"client send 6 MSG_NOSIGNAL", "6"},
	{{.id = CALL_recvmsg, .length = 16, .flags = MSG_CMSG_CLOEXEC}, "client recvmsg 16", "0"},
	{{.id = CALL_sendto, .length = 6, .flags = MSG_CONFIRM}, NULL,
		"sendto(0, 0, 0, 0, 0, 0) = 0"},
	{{.id = CALL_sendmsg, .length = -1, .returned = -EFAULT}, NULL,
		"sendmsg(0, 0, 0) = -1 EFAULT"},
	{{.id = CALL_sendmmsg, .length = 6, .count = 2, .returned = 2}, "client sendmmsg 6 2", "2"},
	{{.id = CALL_shutdown, .flags = SHUT_WR}, "client shutdown SHUT_WR", "0"},
	{{.id = CALL_poll,
		 .events = POLLIN | POLLRDNORM,
		 .returned = 1,
		 .got = POLLIN | POLLRDNORM},
		"client poll POLLIN", "POLLIN"},
	{{.id = CALL_ppoll, .events = POLLOUT | POLLWRBAND, .got = 0}, "client poll POLLOUT", "0"},
	{{.id = CALL_select, .sets = 7, .returned = 1, .got = 2}, "client select", "writefds"},
	{{.id = CALL_pselect6, .sets = 1, .returned = 1, .got = 1}, "client select readfds",
		"readfds"},
	{{.id = CALL_epoll_ctl,
		 .flags = EPOLL_CTL_ADD,
		 .events = EPOLLIN | (long)(unsigned)EPOLLET},
		"client epoll_ctl EPOLL_CTL_ADD EPOLLIN|EPOLLET", "0"},
	{{.id = CALL_epoll_pwait, .returned = 1, .got = EPOLLIN | EPOLLRDHUP}, "client epoll_wait",
		"EPOLLIN|EPOLLRDHUP"},
	{{.id = CALL_getsockopt, .level = SOL_SOCKET, .option = SO_ERROR, .got = ECONNRESET},
		"client getsockopt SO_ERROR", "ECONNRESET"},
	{{.id = CALL_getsockopt,
		 .level = SOL_SOCKET,
		 .option = SO_LINGER,
		 .got = 1,
		 .got_second = 5},
		"client getsockopt SO_LINGER", "1,5"},
	{{.id = CALL_setsockopt, .level = SOL_SOCKET, .option = SO_LINGER, .value = 1},
		"client setsockopt SO_LINGER 1,0", "0"},
	{{.id = CALL_setsockopt, .level = IPPROTO_IP, .option = IP_TOS, .value = 1}, NULL,
		"setsockopt(0, 0, 0, 0, 0) = 0"},
	{{.id = CALL_fcntl, .flags = F_SETFL, .value = O_RDWR | O_NONBLOCK},
		"client fcntl F_SETFL O_NONBLOCK", "0"},
	{{.id = CALL_fcntl, .flags = F_SETFL, .value = O_RDWR}, "client fcntl F_SETFL 0", "0"},
	{{.id = CALL_fcntl, .flags = F_DUPFD_CLOEXEC, .returned = 9}, "client dup", "0"},
	{{.id = CALL_fcntl, .argument = {3, F_GETFD}, .flags = F_GETFD, .returned = 1}, NULL,
		"fcntl(3, 1, 0) = 1"},
	{{.id = CALL_ioctl, .flags = FIONREAD, .got = 6}, "client inq", "6"},
	{{.id = CALL_ioctl, .flags = TIOCOUTQ, .got = 0}, "client outq", "0"},
	{{.id = CALL_ioctl, .flags = FIONBIO, .value = 1}, "client fcntl F_SETFL O_NONBLOCK", "0"},
};

static void a_call_is_a_step(void **state)
{
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct step step;
		bool known = call_step(&rows[i].call, CLIENT, &step);

		assert_int_equal(known, rows[i].step != NULL);
		if (!known) {
			call_text(&rows[i].call, text, sizeof text);
			assert_string_equal(text, rows[i].result);
			continue;
		}
		step_text(&step, text, sizeof text);
		assert_string_equal(text, rows[i].step);
		struct result result = call_result(&rows[i].call, &step);

		result_text(&result, text, sizeof text);
		assert_string_equal(text, rows[i].result);
	}
}

static void a_call_is_found_by_its_name(void **state)
{
	(void)state;
	assert_int_equal(call_find("sendto"), CALL_sendto);
	assert_int_equal(call_find("openat"), CALL_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_is_a_step),
		cmocka_unit_test(a_call_is_found_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
