/*
 * Locale and language (terminal-ui.md §1.1).
 *
 * SECURITY: catalogues are read from the installed directory or from beside
 * the program, never from a path in the environment.  A translation is text
 * of the product; formats in it are checked by msgfmt -c when it is built.
 */
#include "core/i18n.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "core/err.h"

extern int _nl_msg_cat_cntr; /* glibc: a change drops cached translations */

static char current[3] = "ja";

int
i18n_language(const char *lang)
{
	if (strcmp(lang, "ja") != 0 && strcmp(lang, "en") != 0)
		return ERR_RANGE;
	memcpy(current, lang, sizeof(current));
	if (setenv("LANGUAGE", lang, 1) != 0)
		return ERR_NOMEM;
	++_nl_msg_cat_cntr;
	return 0;
}

int
i18n_init(const char *dir, const char *lang)
{
	if (setlocale(LC_ALL, "") == NULL || MB_CUR_MAX < 4) {
		if (setlocale(LC_ALL, "C.UTF-8") == NULL)
			return ERR_UTF8;
	}
	/* Numbers in protocols and logs never follow a locale. */
	(void)setlocale(LC_NUMERIC, "C");
	if (wcwidth(0x6F22) != 2)
		return ERR_UTF8;
	if (dir == NULL)
		dir = MAMORI_PREFIX "/share/locale";
	if (bindtextdomain(I18N_DOMAIN, dir) == NULL ||
	    bind_textdomain_codeset(I18N_DOMAIN, "UTF-8") == NULL)
		return ERR_NOMEM;
	return i18n_language(lang);
}

const char *
i18n_current(void)
{
	return current;
}

const char *
i18n_dir_beside(const char *exe, char *out, unsigned long cap)
{
	const char *slash = strrchr(exe, '/');
	int n;

	if (slash == NULL)
		return NULL;
	n = snprintf(out, cap, "%.*s/locale", (int)(slash - exe), exe);
	if (n < 0 || (unsigned long)n >= cap || access(out, R_OK) != 0)
		return NULL;
	return out;
}
