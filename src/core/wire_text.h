/*
 * What the schema says of a field, for code that walks messages.
 */
#ifndef CORE_WIRE_TEXT_H
#define CORE_WIRE_TEXT_H

#include <stdbool.h>

/* True when proto/mamori.proto marks the field as one-line text. */
bool wire_is_text(const char *message, const char *field);

#endif
