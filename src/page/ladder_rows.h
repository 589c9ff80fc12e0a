/*
 * ladder_rows: the rows of a ladder diagram, placed from top to bottom. Pure.
 */
#ifndef CLOSEWAIT_LADDER_ROWS_H
#define CLOSEWAIT_LADDER_ROWS_H

#include "page/ladder_items.h"
#include "page/ladder_layout.h"

/* The names of the ends. */
void ladder_rows_head(struct ladder_layout *layout);

void ladder_rows_item(struct ladder_layout *layout, const struct ladder_item *item);

/* Ends the call in the background at y, if one is under way. */
void ladder_rows_end_wait(struct ladder_layout *layout, enum who who, int y);

#endif
