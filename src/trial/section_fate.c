#include "trial/section_fate.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

static bool is_send(const struct call *call)
{
	enum operation_id id = call_operation(call);

	return id != OPERATION_COUNT && operations[id].flags & SENDS;
}

/* Does the call tell how the connection does? */
static bool tells(const struct call *call)
{
	enum operation_id id = call_operation(call);

	if (id == OPERATION_COUNT)
		return false;
	return operations[id].flags & (SENDS | RECEIVES) || id == OP_CONNECT || id == OP_SHUTDOWN ||
	       id == OP_GETSOCKOPT;
}

void section_fate_keep(struct section_fate *fate, const struct call *call)
{
	long error = call->returned < 0 && tells(call) ? -call->returned : 0;

	if (call->id == CALL_getsockopt && call->option == SO_ERROR && !error)
		error = call->got;
	fate->sends_after += is_send(call) && fate->send_failed;
	fate->send_failed |= is_send(call) && (error == EPIPE || error == ECONNRESET);
	if (!error || error == EAGAIN || error == EINPROGRESS || error == EINTR)
		return;
	fate->errors++;
	if (fate->first_error)
		return;
	fate->first_error = (int)error;
	snprintf(fate->first_call, sizeof fate->first_call, "%s", call_name(call->id));
}
