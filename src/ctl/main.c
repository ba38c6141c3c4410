/*
 * mamorictl: administration of a site (DESIGN §5).
 *
 * SECURITY: it runs in an administrator's shell and holds no right of its
 * own: who may read the site's directory or its socket may do what it does,
 * and every act is in the log with the Unix uid.
 */
#include "ctl/ctl.h"

int
main(int argc, char **argv)
{
	return ctl_main(argc, argv);
}
