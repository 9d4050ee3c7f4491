/* Losses and penalties in the widths of single numbers and of the widest vectors. */
#ifndef FASTGAN_OBJECTIVES_IN_ALL_WIDTHS_H
#define FASTGAN_OBJECTIVES_IN_ALL_WIDTHS_H

#include "arithmetic/widths.h"

#define WIDTH 1
#include "objectives/objectives_template.h"
#undef WIDTH

#if LANES > 1
#define WIDTH LANES
#include "objectives/objectives_template.h"
#undef WIDTH
#endif

#endif
