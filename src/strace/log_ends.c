#include "strace/log_ends.h"

#include <stdlib.h>
#include <string.h>

/* Reads "192.0.2.1:80" or "[::1]:80". */
static bool read_end(struct tcp_address *address, struct span text)
{
	const char *colon = text.length ? memrchr(text.text, ':', text.length) : NULL;

	if (!colon)
		return false;
	struct span port = {colon + 1, text.length - (size_t)(colon + 1 - text.text)};

	return tcp_address_read(
		address, text.text, (size_t)(colon - text.text), (uint16_t)span_number(port, 0));
}

void log_ends_note(struct log_ends *ends, struct span about)
{
	const char *begin = about.length ? memchr(about.text, '[', about.length) : NULL, *arrow;
	struct tcp_address local, remote;

	if (!begin || about.length < 4 || memcmp(about.text, "TCP", 3) != 0 ||
		about.text[about.length - 1] != ']')
		return;
	begin++;
	size_t length = about.length - (size_t)(begin - about.text) - 1;

	arrow = memmem(begin, length, "->", 2);
	if (!arrow || !read_end(&local, (struct span){begin, (size_t)(arrow - begin)}) ||
		!read_end(&remote, (struct span){arrow + 2, length - (size_t)(arrow + 2 - begin)}))
		return;
	ends->local = local;
	ends->remote = remote;
}

/* What stands in quotes behind key. */
static struct span quoted(struct span text, const char *key)
{
	const char *at = memmem(text.text, text.length, key, strlen(key)), *end;
	size_t left;

	if (!at)
		return (struct span){"", 0};
	at += strlen(key);
	left = text.length - (size_t)(at - text.text);
	end = memchr(at, '"', left);
	return (struct span){at, end ? (size_t)(end - at) : 0};
}

/* Reads {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.0.2.7")}, or AF_INET6's
 * inet_pton(AF_INET6, "::1", &sin6_addr). */
static bool read_structure(struct tcp_address *address, struct span text)
{
	static const char port_key[] = "_port=htons(";
	const char *port = memmem(text.text, text.length, port_key, sizeof port_key - 1);
	struct span host = quoted(text, "inet_addr(\"");

	if (!host.length)
		host = quoted(text, "inet_pton(AF_INET6, \"");
	if (!port || !host.length)
		return false;
	port += sizeof port_key - 1;
	struct span number = {port, text.length - (size_t)(port - text.text)};

	return tcp_address_read(address, host.text, host.length, (uint16_t)span_number(number, 0));
}

void log_ends_take(struct log_ends *ends, const char *name, struct span arguments)
{
	struct tcp_address address;

	if (!read_structure(&address, arguments))
		return;
	if (!strcmp(name, "connect") || !strcmp(name, "getpeername") || !strcmp(name, "accept") ||
		!strcmp(name, "accept4"))
		ends->remote = address;
	else if (!strcmp(name, "getsockname") || !strcmp(name, "bind"))
		ends->local = address;
}
