/* Eight bytes of a JSON text at a time.
** SPDX-License-Identifier: MIT */
#ifndef SW_PLAIN_H
#define SW_PLAIN_H

#include <stdint.h>
#include <string.h>

#define SW_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Its lowest bit that is the highest of a byte names the first of eight bytes that is below 'limit'. */
static inline uint64_t sw_below(uint64_t eight, uint64_t limit) { return (eight - SW_EACH(limit)) & ~eight; }

/* How many of these eight bytes stand in a JSON text as they are, up to the first that is no ASCII, a control, a quote or
** a backslash. */
static inline size_t sw_plain(const char *bytes) {
  uint64_t eight;
  memcpy(&eight, bytes, sizeof eight);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  eight = __builtin_bswap64(eight);
#endif
  uint64_t special =
      eight | sw_below(eight, 0x20) | sw_below(eight ^ SW_EACH('"'), 1) | sw_below(eight ^ SW_EACH('\\'), 1);
  special &= SW_EACH(0x80);
  return special == 0 ? 8 : (size_t)__builtin_ctzll(special) / 8;
}

#endif
