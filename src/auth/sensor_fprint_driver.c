/*
 * Which of libfprint's drivers may speak for a person.
 *
 * SECURITY: libfprint loads every driver it has and believes the environment;
 * this file narrows both before the first call and looks again afterwards.
 */
#include "auth/sensor_fprint.h"

#include <string.h>

#include <fprint.h>

#include "core/err.h"

#define SOCKET_PATH_MAX 107

/*
 * Readers whose decision is worth something: matching in the chip, or on the
 * host with libfprint's full threshold of 40.  Drivers with 9 to 30 let 2 to
 * 25 % of strangers in (fingerprint.md §5) and are left out.
 */
static const char *const real_drivers[] = {
	"uru4000",
	"aes2501",
	"aes2550",
	"etes603",
	"vcom5s",
	"goodixmoc",
	"synaptics",
	"elanmoc",
	"fpcmoc",
};

bool
fprint_takes(struct str spec)
{
	return str_eqz(spec, "fprint") || str_starts(spec, STR("fprint:"))
#ifdef MAMORI_DEMO
	    || str_starts(spec, STR("virtual:image:")) ||
	    str_starts(spec, STR("virtual:device:"))
#endif
	    ;
}

static bool
is_real(struct str driver)
{
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(real_drivers); i++)
		if (str_eqz(driver, real_drivers[i]))
			return true;
	return false;
}

/* Which drivers libfprint may load; both names of the variable (§1). */
static void
allow(const char *list)
{
	g_setenv("FP_DRIVERS_WHITELIST", list, TRUE);
	g_setenv("FP_DRIVERS_ALLOWLIST", list, TRUE);
}

static int
allow_real(struct str driver)
{
	GString *all;
	size_t i;

	if (driver.n > 0 && !is_real(driver))
		return ERR_NODEV;
	all = g_string_new(NULL);
	for (i = 0; i < G_N_ELEMENTS(real_drivers); i++) {
		if (driver.n > 0 && !str_eqz(driver, real_drivers[i]))
			continue;
		if (all->len > 0)
			g_string_append_c(all, ':');
		g_string_append(all, real_drivers[i]);
	}
	allow(all->str);
	g_string_free(all, TRUE);
	return 0;
}

#ifdef MAMORI_DEMO
static const struct {
	const char *prefix;
	const char *variable;
	const char *driver;
} virtuals[] = {
	{ "virtual:image:", "FP_VIRTUAL_IMAGE", "virtual_image" },
	{ "virtual:device:", "FP_VIRTUAL_DEVICE", "virtual_device" },
};

static int
allow_virtual(struct str spec)
{
	char path[SOCKET_PATH_MAX + 1];
	size_t skip;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(virtuals); i++) {
		if (!str_starts(spec, str_of(virtuals[i].prefix)))
			continue;
		skip = strlen(virtuals[i].prefix);
		/* a longer path would be cut and bound elsewhere (§1) */
		if (spec.n == skip ||
		    str_copy(path, sizeof(path),
			str_n(spec.p + skip, spec.n - skip)) != 0)
			return ERR_RANGE;
		allow(virtuals[i].driver);
		g_setenv(virtuals[i].variable, path, TRUE);
		return 0;
	}
	return ERR_NODEV;
}
#endif

int
fprint_allow(struct str spec)
{
	struct str word;

	if (str_eqz(spec, "fprint"))
		return allow_real((struct str){ 0 });
	if (str_starts(spec, STR("fprint:"))) {
		str_cut(&spec, ':', &word);
		return spec.n == 0 ? ERR_RANGE : allow_real(spec);
	}
#ifdef MAMORI_DEMO
	return allow_virtual(spec);
#else
	return ERR_NODEV;
#endif
}

struct _FpDevice *
fprint_choose(struct _FpContext *context)
{
	GPtrArray *all = fp_context_get_devices(context);
	guint i;

	for (i = 0; all != NULL && i < all->len; i++) {
		FpDevice *dev = g_ptr_array_index(all, i);
		const char *driver = fp_device_get_driver(dev);

#ifdef MAMORI_DEMO
		if (g_str_has_prefix(driver, "virtual_"))
			return dev;
#endif
		if (is_real(str_of(driver)))
			return dev;
	}
	return NULL;
}
