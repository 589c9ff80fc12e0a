/*
 * who: whose step it is: an end, which is one socket with the calls made on it, or the namespace
 * that all ends are in. Pure.
 */
#ifndef CLOSEWAIT_WHO_H
#define CLOSEWAIT_WHO_H

#include <stdbool.h>

/* The ends in turn of the client's process and of the server's, so that who_side() is a bit; then
 * the listening socket, which is the server's, too. */
enum who {
	CLIENT,
	SERVER,
	CLIENT2,
	SERVER2,
	CLIENT3,
	SERVER3,
	CLIENT4,
	SERVER4,
	LISTENER,
	NAMESPACE
};

enum {
	SIDES = 2,        /* CLIENT and SERVER, as the sides of a process */
	ENDS = NAMESPACE, /* all of both, and the listening socket */
};

/* "client", "server2", "listener"; empty for NAMESPACE. */
const char *who_text(enum who who);

/* The end called text; false when there is none. */
bool who_end(const char *text, enum who *who);

/* In whose process the end is: CLIENT or SERVER. Of NAMESPACE: itself. */
enum who who_side(enum who who);

/* Is it an end beside client and server, which most experiments do without? */
bool who_is_further(enum who who);

#endif
