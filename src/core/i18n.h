/*
 * Message translation.  _() translates now, N_() marks a string in a table
 * that somebody translates later.  Message ids are English; po/ja.po has the
 * Japanese that everybody sees by default.
 *
 * i18n_init() and i18n_language() live in ui/i18n.c: core does no I/O.
 */
#ifndef CORE_I18N_H
#define CORE_I18N_H

#include <libintl.h>
#include <stddef.h>

#define I18N_DOMAIN "mamori"

#define _(msgid)    dgettext(I18N_DOMAIN, msgid)
#define N_(msgid)   msgid

/* The translation of a msgid that is not a literal; "" stays "". */
static inline const char *
i18n_text(const char *msgid)
{
	return msgid == NULL || msgid[0] == '\0' ? ""
						 : dgettext(I18N_DOMAIN, msgid);
}

/*
 * Chooses the locale (the environment's, else C.UTF-8) and the language, "ja"
 * or "en"; `dir` holds ja/LC_MESSAGES/mamori.mo, NULL for the installed one.
 * ERR_UTF8 when even C.UTF-8 is missing or cannot measure kanji, ERR_RANGE
 * for another language.
 */
int i18n_init(const char *dir, const char *lang);

/* Switches at run time. */
int i18n_language(const char *lang);

/* "ja" or "en". */
const char *i18n_current(void);

/*
 * Finds the catalogue of a program that runs from a build directory: `exe` is
 * its path; <dir of exe>/locale, else NULL.  Result in out[cap].
 */
const char *i18n_dir_beside(const char *exe, char *out, unsigned long cap);

#endif
