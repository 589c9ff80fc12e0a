#include "language/who.h"

#include <string.h>

static const char *const texts[] = {[CLIENT] = "client",
	[SERVER] = "server",
	[CLIENT2] = "client2",
	[SERVER2] = "server2",
	[CLIENT3] = "client3",
	[SERVER3] = "server3",
	[CLIENT4] = "client4",
	[SERVER4] = "server4",
	[LISTENER] = "listener",
	[NAMESPACE] = ""};

const char *who_text(enum who who)
{
	return texts[who];
}

bool who_end(const char *text, enum who *who)
{
	for (int i = 0; i < ENDS; i++)
		if (!strcmp(text, texts[i])) {
			*who = (enum who)i;
			return true;
		}
	return false;
}

enum who who_side(enum who who)
{
	if (who == NAMESPACE)
		return NAMESPACE;
	return who == LISTENER || who % SIDES ? SERVER : CLIENT;
}

bool who_is_further(enum who who)
{
	return who != CLIENT && who != SERVER && who != NAMESPACE;
}
