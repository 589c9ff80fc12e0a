#include "trial/section_fate.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

static bool moves_data(const struct call *call, int direction)
{
	enum operation_id id = call_operation(call);

	return id != OPERATION_COUNT && operations[id].flags & direction;
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

/* Whoever sends after a call failed, or receives after receiving failed, did not look at the error.
 * To receive after sending failed is how an answer is had that came before. */
static void keep_unnoticed(struct section_fate *fate, const struct call *call, bool failed)
{
	bool sends = moves_data(call, SENDS), receives = moves_data(call, RECEIVES);

	if (!sends && !receives)
		return;
	fate->unnoticed += fate->last == FAILED_RECEIVE || (fate->last == FAILED_SEND && sends);
	fate->last = !failed ? FAILED_NOTHING : sends ? FAILED_SEND : FAILED_RECEIVE;
}

static bool is_failure(long error)
{
	return error && error != EAGAIN && error != EINPROGRESS && error != EINTR;
}

void section_fate_keep(struct section_fate *fate, const struct call *call)
{
	bool sends = moves_data(call, SENDS);
	long error = call->returned < 0 && tells(call) ? -call->returned : 0;

	if (call->id == CALL_getsockopt && call->option == SO_ERROR && !error)
		error = call->got;
	fate->sends_after += sends && fate->send_failed;
	fate->send_failed |= sends && (error == EPIPE || error == ECONNRESET);
	keep_unnoticed(fate, call, is_failure(error));
	if (!is_failure(error) || fate->first_error)
		return;
	fate->first_error = (int)error;
	snprintf(fate->first_call, sizeof fate->first_call, "%s", call_name(call->id));
}
