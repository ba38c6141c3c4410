/*
 * Formats and escapes diagnostics for the installed sink.
 *
 * SECURITY: strings may come from the network: everything outside printable
 * ASCII is escaped, so a log viewer's terminal cannot be driven.
 */
#include "core/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

static log_sink *sink_fn;
static enum log_level sink_most;

void
log_set_sink(log_sink *sink, enum log_level most)
{
	sink_fn = sink;
	sink_most = most;
}

void
log_at(enum log_level level, const char *subsystem, const char *fmt, ...)
{
	char raw[512];
	char out[1024];
	size_t o = 0;
	size_t i;
	va_list ap;

	if (sink_fn == NULL || level > sink_most)
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	for (i = 0; raw[i] != '\0' && o < sizeof(out) - 5; i++) {
		unsigned char c = (unsigned char)raw[i];

		if (c >= 0x20 && c < 0x7f) {
			out[o++] = (char)c;
			continue;
		}
		snprintf(out + o, 5, "\\x%02x", c);
		o += 4;
	}
	out[o] = '\0';
	sink_fn(level, subsystem, out);
}
