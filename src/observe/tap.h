/*
 * tap: a TAP device in the sandbox: what is sent to the far addresses of families.def goes to
 * whoever reads it, and what that one writes arrives here. The near addresses are its own.
 */
#ifndef CLOSEWAIT_TAP_H
#define CLOSEWAIT_TAP_H

#define TAP_NAME "network"

/* Makes the device, and brings it up; it is gone when the descriptor is closed. Returns a
 * descriptor that does not block, or a negative errno, and *what was attempted. */
int tap_open(const char **what);

#endif
