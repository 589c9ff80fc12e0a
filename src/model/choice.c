#include "model/choice.h"

bool choices_ask(struct choices *choices)
{
	int question = choices->asked++;

	return question < CHOICES_LIMIT && choices->answers >> question & 1;
}

bool choices_next(struct choices *choices)
{
	int last = choices->asked - 1;

	if (choices->asked > CHOICES_LIMIT)
		return false;
	while (last >= 0 && choices->answers >> last & 1)
		last--;
	if (last < 0)
		return false;
	choices->answers = (choices->answers & ((1u << last) - 1)) | 1u << last;
	choices->asked = 0;
	return true;
}
