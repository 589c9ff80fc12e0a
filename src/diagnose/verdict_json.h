/*
 * verdict_json: a connection of a capture for other programs. Pure.
 */
#ifndef CLOSEWAIT_VERDICT_JSON_H
#define CLOSEWAIT_VERDICT_JSON_H

#include "packets/conversation.h"

#include <jansson.h>

/* The connection, what the capture lacks of it, and what its packets tell of its end if it had a
 * trouble; for json_decref(). NULL without memory. */
json_t *verdict_json(const struct conversation *c);

#endif
