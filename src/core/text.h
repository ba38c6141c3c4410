/*
 * Text of people and of the screen: width, clusters, cleaning, display.
 *
 * The one place that knows how many columns a character takes (STYLE 11), and
 * the only user of utf8proc.  Nothing here asks the process locale.  Stored
 * text keeps its code points: normal forms are for search keys only
 * (terminal-ui.md §2.2; traps 32, 33).
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

/* Most code points in one cluster: what one cell of the screen can hold. */
#define TEXT_CLUSTER_MAX 5

/* 〓, drawn for what cannot be drawn; two columns. */
#define TEXT_GETA "\xe3\x80\x93"

/*
 * Columns of one code point as glibc's wcwidth() counts in a UTF-8 locale:
 * 0 for marks and selectors, 1, 2, or -1 for what cannot be shown.
 */
int text_cp_width(int32_t cp);

/*
 * Columns of a text.  What cannot be shown counts as 〓 (2); a malformed byte
 * does too.
 */
unsigned text_width(struct str s);

/*
 * Cuts the next cluster (a base with its marks and selectors, at most
 * TEXT_CLUSTER_MAX code points) off *rest.  *width gets its columns, -1 when
 * it must be drawn as 〓 (then it takes 2).  False at the end.
 */
bool text_cluster_next(struct str *rest, struct str *cluster, int *width);

/* Clusters in a text. */
size_t text_clusters(struct str s);

/* The longest head of whole clusters that fits into `columns`. */
struct str text_clip(struct str s, unsigned columns);

/* Without spaces (U+0020, U+3000, tab) at both ends. */
struct str text_trim(struct str s);

/*
 * Appends `s` as it may be stored: spaces at the ends gone, kana + U+3099 or
 * U+309A composed, every other code point as it came.  ERR_UTF8 for malformed
 * bytes, controls, line separators, non-characters, format characters (bidi
 * controls among them), VS1–16, and VS17–256 that do not follow a kanji.  out
 * is unchanged on failure.
 */
int text_clean(struct buf *out, struct str s)
    __attribute__((warn_unused_result));

/*
 * Appends `s` as it may be drawn: controls, bidi and other format characters
 * dropped, malformed bytes and what has no width shown as 〓.  Data can never
 * drive the terminal.
 */
void text_display(struct buf *out, struct str s);

/* Appends `s` with full-width digits and full-width hyphen as ASCII. */
void text_fold_digits(struct buf *out, struct str s);

/*
 * Appends the NFKC form without selectors: for search keys only.  ERR_UTF8
 * for malformed input.
 */
int text_nfkc(struct buf *out, struct str s)
    __attribute__((warn_unused_result));

/* U+FE00–FE0F, U+E0100–E01EF (and Mongolian FVS). */
bool text_is_vs(int32_t cp);

/* A CJK ideograph (compatibility ideographs too), 々, 〆 or 〇. */
bool text_is_han(int32_t cp);

/*
 * Appends the codes of a cluster for 文字コード照会 (SRC-12): "U+845B VS17
 * (U+E0100)", "U+20BB7"; a malformed byte is written as <FF>.
 */
void text_codes(struct buf *out, struct str cluster);

/*
 * True when the shape on the screen may not be the registered one: a
 * selector, a compatibility ideograph, a private or unshown character.
 * Lists mark such names so that the clerk opens the enlargement (SRC-12).
 */
bool text_is_special(struct str s);

#endif
