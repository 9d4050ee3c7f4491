/* Inlining and branch hints, as each compiler spells them. */
#ifndef FASTGAN_COMPILER_H
#define FASTGAN_COMPILER_H

#if defined(__GNUC__)
#define ALWAYS_INLINE static inline __attribute__((always_inline, unused))
#define NEVER_INLINE static __attribute__((noinline, unused))
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#else
#define ALWAYS_INLINE static inline
#define NEVER_INLINE static
#define UNLIKELY(condition) (condition)
#endif

#endif
