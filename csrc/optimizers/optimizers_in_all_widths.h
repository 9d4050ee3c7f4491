/* Optimizers in the widths of single numbers and of the widest vectors. */
#ifndef FASTGAN_OPTIMIZERS_IN_ALL_WIDTHS_H
#define FASTGAN_OPTIMIZERS_IN_ALL_WIDTHS_H

#include "arithmetic/widths.h"

#define WIDTH 1
#include "optimizers/optimizers_template.h"
#undef WIDTH

#if LANES > 1
#define WIDTH LANES
#include "optimizers/optimizers_template.h"
#undef WIDTH
#endif

#endif
