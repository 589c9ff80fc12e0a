/*
 * connected: a connection to 127.0.0.1, for the programs that closewait try is tried with.
 */
#ifndef CLOSEWAIT_TEST_CONNECTED_H
#define CLOSEWAIT_TEST_CONNECTED_H

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static uint16_t port;

static inline int connected(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int s = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	if (connect(s, (struct sockaddr *)&to, sizeof to)) {
		perror("connect");
		exit(1);
	}
	return s;
}

#endif
