/*
 * The vein pipeline on files, stage by stage, so that anybody can compare it
 * with another implementation (docs/bio.md):
 *
 *	mamori-bio --selftest-vein DIR --out OUT
 *	mamori-bio --selftest-vein --stage mc --sigma S IMAGE MASK [--out OUT]
 *	mamori-bio --selftest-vein --stage match TEMPLATE PROBE --ch N --cw N
 */
#ifndef AUTH_VEIN_SELFTEST_H
#define AUTH_VEIN_SELFTEST_H

/*
 * argv[0] is "--selftest-vein" itself, its arguments follow.  Returns the exit
 * code: 0, 1 (said on stderr) or 2 (usage).
 */
int vein_selftest(int argc, char **argv);

#endif
