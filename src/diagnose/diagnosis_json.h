/*
 * diagnosis_json: the causes as JSON. Pure.
 */
#ifndef CLOSEWAIT_DIAGNOSIS_JSON_H
#define CLOSEWAIT_DIAGNOSIS_JSON_H

#include "diagnose/causes.h"

#include <jansson.h>

/* What the page says, as an object; for json_decref(). NULL without memory. */
json_t *diagnosis_json(const struct causes *causes);

#endif
