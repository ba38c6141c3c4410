/*
 * Lists of requests.
 *
 * SECURITY: a packed request may hold a verifier or a number of a person: it
 * is wiped when it goes.
 */
#include "client/ask.h"

#include <stdlib.h>

#include "core/err.h"
#include "core/wire.h"

struct ask *
ask_new(enum op op, const ProtobufCMessage *req, ui_done *done, void *arg)
{
	struct ask *q;

	q = calloc(1, sizeof(*q));
	BUG_ON(q == NULL);
	q->row = op_find(op);
	BUG_ON(q->row == NULL || q->row->req != req->descriptor);
	q->done = done;
	q->arg = arg;
	wire_pack(&q->body, req);
	BUG_ON(q->body.err != 0);
	return q;
}

void
ask_free(struct ask *q)
{
	if (q == NULL)
		return;
	buf_wipe(&q->body);
	buf_wipe(&q->lines);
	buf_wipe(&q->assertion);
	buf_wipe(&q->signature);
	free(q);
}

void
ask_append(struct ask **list, struct ask *q)
{
	while (*list != NULL)
		list = &(*list)->next;
	q->next = NULL;
	*list = q;
}

struct ask *
ask_take(struct ask **list)
{
	struct ask *q = *list;

	if (q != NULL) {
		*list = q->next;
		q->next = NULL;
	}
	return q;
}

void
ask_forget(struct ask *list, const void *arg)
{
	for (; list != NULL; list = list->next)
		if (list->arg == arg)
			list->done = NULL;
}

void
ask_silence(struct ask *list)
{
	for (; list != NULL; list = list->next)
		list->done = NULL;
}
