/* Lanes, elementary functions and sums in every width in use, and short names for the widest
 * vectors (WIDE) and for those of rows of few features (ROW).
 */
#ifndef FASTGAN_WIDTHS_H
#define FASTGAN_WIDTHS_H

#include "arithmetic/build.h"

#define WIDTH 1
#include "arithmetic/lanes_template.h"

#include "arithmetic/elementary_template.h"

#include "arithmetic/sums_template.h"
#undef WIDTH

#if LANES > 1
#define WIDTH LANES
#include "arithmetic/lanes_template.h"

#include "arithmetic/elementary_template.h"

#include "arithmetic/sums_template.h"
#undef WIDTH
#endif

#if ROW_LANES != LANES
#define WIDTH ROW_LANES
#include "arithmetic/lanes_template.h"

#include "arithmetic/elementary_template.h"

#include "arithmetic/sums_template.h"
#undef WIDTH
#endif

typedef CONCAT(real, LANES) vec;
typedef CONCAT(bits, LANES) vec_bits;
typedef CONCAT(sigmoids, LANES) wide_sigmoids;
#define WIDE(name) CONCAT(name##_, LANES)

typedef CONCAT(real, ROW_LANES) row_vec;
typedef CONCAT(mask, ROW_LANES) row_mask;
typedef CONCAT(sigmoids, ROW_LANES) row_sigmoids;
#define ROW(name) CONCAT(name##_, ROW_LANES)

#endif
