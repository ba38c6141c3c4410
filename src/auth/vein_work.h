/*
 * The scratch planes shared by the steps of the vein pipeline.
 */
#ifndef AUTH_VEIN_WORK_H
#define AUTH_VEIN_WORK_H

#include "auth/vein.h"

#define VEIN_AREA (VEIN_W * VEIN_H)

struct vein_work {
	float row[3][VEIN_AREA]; /* after the row pass: g, g1, g2 */
	float plane[5]
		   [VEIN_AREA]; /* fx fy fxx fyy fxy, then k of 4 directions */
	float scores[VEIN_AREA];
	float connected[VEIN_AREA];
	float sorted[VEIN_AREA];
	uint8_t mask[VEIN_AREA];
	/* running sums of a canvas, one row and column more */
	int32_t sum[(VEIN_W + 1) * (VEIN_H + 1)];
	int32_t count[(VEIN_W + 1) * (VEIN_H + 1)];
};

#endif
