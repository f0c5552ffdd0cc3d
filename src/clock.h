/* The clock.
** SPDX-License-Identifier: MIT */
#ifndef SW_CLOCK_H
#define SW_CLOCK_H

#pragma GCC visibility push(hidden)

/* Seconds of a clock that never goes back. */
double sw_now(void);

#pragma GCC visibility pop

#endif
