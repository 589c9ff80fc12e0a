#ifndef CLOSEWAIT_EVENTS_H
#define CLOSEWAIT_EVENTS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
struct events;
struct event {
	int64_t time;
	bool client;
	char text[96];
};
int events_open(struct events **events, char *message, size_t size);
void events_close(struct events *events);
int events_read(struct events *events, uint16_t client_port, uint16_t server_port,
	struct event *event, int limit);
#endif
