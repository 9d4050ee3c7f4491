/* Sums over features in their fixed order: term j is added to partial sum j mod 16, in rising order
 * of j, and the partial sums are folded by halves (i with i + 8, then i + 4, i + 2, i + 1).
 *
 * A missing term is NO_TERM: -0.0, whose addition changes no number, not even the sign of a zero.
 *
 * Parameters:
 *   WIDTH  a width for which lanes_template.h has been included, 16 at most
 */
#include "arithmetic/build.h"

#define PARTIAL_SUMS 16
#define NO_TERM ((real)-0.0)

/* Fold the lanes of a vector into one number. */
ALWAYS_INLINE real W_(fold_lanes)(W(real) sums)
{
#if WIDTH == 1
    return sums;
#else
    real lane[WIDTH];
    for (int i = 0; i < WIDTH; i++)
        lane[i] = sums[i];
    for (int half = WIDTH / 2; half >= 1; half /= 2)
        for (int i = 0; i < half; i++)
            lane[i] = lane[i] + lane[i + half];
    return lane[0];
#endif
}

/* Fold `count` vectors of partial sums, at most PARTIAL_SUMS / WIDTH; they are overwritten. */
ALWAYS_INLINE real W_(fold)(W(real) *sums, int count)
{
    for (int half = PARTIAL_SUMS / 2 / WIDTH; half >= 1; half /= 2)
        for (int i = 0; i < half && i + half < count; i++)
            sums[i] = sums[i] + sums[i + half];
    return W_(fold_lanes)(sums[0]);
}
