/*
 * The tables, and the steps from one version of them to the next.
 */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

/*
 * Part `part` (from 0) of the text that brings a database from `version` to
 * the next; NULL after the last part, and for part 0 when there is no step.
 * All parts run in one transaction.
 */
const char *schema_step(int version, unsigned part);

#endif
