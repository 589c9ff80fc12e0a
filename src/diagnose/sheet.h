/*
 * sheet: what a diagnosis is written on, in the same words: lines to read on a terminal, or the
 * parts of a page for a browser. Pure.
 */
#ifndef CLOSEWAIT_SHEET_H
#define CLOSEWAIT_SHEET_H

#include <stdbool.h>
#include <stdio.h>

enum {
	SHEET_COLUMN = 14, /* of what is said of an item, on a terminal */
	SHEET_TEXT = 4096, /* bytes of a text that is given with a format */
};

struct trace;

struct sheet {
	FILE *out;
	bool html;
	bool items;  /* a list of items is open */
	bool tells;  /* so does the part that was begun last, */
	bool opened; /* and one is unfolded */
	bool lacks_memory;
};

/* Ends what stands above the page's parts. */
void sheet_main(struct sheet *sheet);

/* Begins the part of something that has a heading, a connection say: number tells it from others.
 * One that tells has more than the heading, and remarks: the first of them is unfolded. */
__attribute__((format(printf, 4, 5))) void sheet_part_begin(
	struct sheet *sheet, long number, bool tells, const char *format, ...);
void sheet_part_end(struct sheet *sheet);

/* A remark: of something as a whole, or of what is said above it. */
__attribute__((format(printf, 2, 3))) void sheet_remark(
	struct sheet *sheet, const char *format, ...);
__attribute__((format(printf, 2, 3))) void sheet_further_remark(
	struct sheet *sheet, const char *format, ...);

/* A heading; the same of what is numbered. */
void sheet_heading(struct sheet *sheet, const char *text);
void sheet_numbered(struct sheet *sheet, int number, const char *text);

/* The sentence that something begins with; a paragraph, whose lines are broken as they are to be on
 * a terminal. */
void sheet_lead(struct sheet *sheet, const char *text);
__attribute__((format(printf, 2, 3))) void sheet_paragraph(
	struct sheet *sheet, const char *format, ...);

/* What is to be said of what the title names; nothing where text is empty. The second: as it is, on
 * a line. */
void sheet_item(struct sheet *sheet, const char *title, const char *text);
void sheet_item_line(struct sheet *sheet, const char *title, const char *text);

/* An entry of a list, behind its mark. */
void sheet_listed(struct sheet *sheet, const char *mark, const char *text);

/* The ladder diagram of a trace called name, with its text beside it, or without, and a caption: on
 * a page alone. */
void sheet_diagram(struct sheet *sheet, const struct trace *trace, const char *name, bool text,
	const char *caption);

#endif
