/*
 * Forms and masters as data.  The YAML files of forms/ and masters/ are read by
 * conf/; ui/ shows them and server/ checks against the same tables, so the
 * structs live here.  All pointers belong to the loader and live as long as
 * the program.
 */
#ifndef CORE_FORM_H
#define CORE_FORM_H

#include <stdbool.h>
#include <stddef.h>

/* clang-format off */
#define FIELD_KIND_LIST(X)						\
/* name      what may be typed, and what the value becomes          */	\
X(text,      "any text; kanji as they come, kana by romaji")		\
X(kana,      "katakana, typed as romaji, hiragana or half-width")	\
X(digits,    "digits only, full-width folded")				\
X(jumin,     "住民票コード: 11 digits with check digit (App. C-2)")	\
X(mynumber,  "個人番号: 12 digits with check digit (App. C-1)")		\
X(atena,     "宛名番号: digits with check digit (App. C-3)")		\
X(date,      "a date in every form of terminal-ui.md §2.3 → ISO")	\
X(choice,    "one entry of a master, by digit or list")		\
X(id,        "ASCII letters, digits and - _")				\
X(pin,       "a PIN: shown as *, kept in locked memory, wiped")
/* clang-format on */

#define FIELD_KIND_ENUM(name, what) FIELD_##name,
enum field_kind { FIELD_KIND_LIST(FIELD_KIND_ENUM) FIELD_KIND_COUNT };
#undef FIELD_KIND_ENUM

struct form_field {
	const char *id;     /* name of the proto field it fills */
	const char *label;  /* English message id */
	const char *help;   /* English message id, one or two sentences */
	enum field_kind kind;
	unsigned columns;   /* width on the screen */
	unsigned max;       /* most bytes the server takes */
	bool required;
	const char *master; /* for choice; else NULL */
};

struct form {
	const char *id;
	const char *title; /* English message id: the process name (TRM-09) */
	const char *help;
	size_t n;
	const struct form_field *fields;
};

struct master_entry {
	const char *code;
	const char *label; /* in the language of the law: Japanese */
	const char *label_en;
	bool needs_ref; /* a reception number is mandatory with it */
};

struct master {
	const char *id;
	size_t n;
	const struct master_entry *entries;
};

#endif
