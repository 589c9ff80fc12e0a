/*
 * ladder_packet: the packets of a ladder diagram: an arrow each from one lifeline to another. Pure.
 */
#ifndef CLOSEWAIT_LADDER_PACKET_H
#define CLOSEWAIT_LADDER_PACKET_H

#include "page/ladder_layout.h"

/* Adds a packet that was captured; one that is expected and was not seen. */
void ladder_packet_add(struct ladder_layout *layout, int capture);
void ladder_packet_add_missing(struct ladder_layout *layout, int wire);

#endif
