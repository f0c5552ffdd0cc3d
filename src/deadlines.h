/* Exchanges by when they are due: a heap, the next one first.
** SPDX-License-Identifier: MIT */
#ifndef SW_DEADLINES_H
#define SW_DEADLINES_H

#include "exchange.h"

#pragma GCC visibility push(hidden)

typedef struct sw_deadlines {
  sw_exchange **heap;
  size_t count;
  size_t capacity;
} sw_deadlines;

/* Takes the exchange in under x->due; false where memory is short. */
bool sw_deadlines_add(sw_deadlines *d, sw_exchange *x);
void sw_deadlines_remove(sw_deadlines *d, sw_exchange *x);
/* Moves the exchange to where its 'due' now belongs. */
void sw_deadlines_move(sw_deadlines *d, sw_exchange *x, double due);
sw_exchange *sw_deadlines_next(const sw_deadlines *d);
void sw_deadlines_free(sw_deadlines *d);

#pragma GCC visibility pop

#endif
