/* Exchanges by when they are due: a heap, the next one first.
** SPDX-License-Identifier: MIT */
#include "deadlines.h"

#include <stdlib.h>

static void put(sw_deadlines *d, size_t place, sw_exchange *x) {
  d->heap[place] = x;
  x->heap_place = place;
}

static void settle(sw_deadlines *d, size_t place, sw_exchange *x) {
  while (place > 0 && d->heap[(place - 1) / 2]->due > x->due) {
    put(d, place, d->heap[(place - 1) / 2]);
    place = (place - 1) / 2;
  }
  for (;;) {
    size_t child = place * 2 + 1;
    if (child + 1 < d->count && d->heap[child + 1]->due < d->heap[child]->due) child++;
    if (child >= d->count || d->heap[child]->due >= x->due) break;
    put(d, place, d->heap[child]);
    place = child;
  }
  put(d, place, x);
}

bool sw_deadlines_add(sw_deadlines *d, sw_exchange *x) {
  if (d->count == d->capacity) {
    size_t capacity = d->capacity == 0 ? 16 : d->capacity * 2;
    sw_exchange **heap = realloc(d->heap, capacity * sizeof *heap);
    if (heap == NULL) return false;
    d->heap = heap;
    d->capacity = capacity;
  }
  settle(d, d->count++, x);
  return true;
}

void sw_deadlines_remove(sw_deadlines *d, sw_exchange *x) {
  size_t place = x->heap_place;
  sw_exchange *last = d->heap[--d->count];
  if (last != x) settle(d, place, last);
}

void sw_deadlines_move(sw_deadlines *d, sw_exchange *x, double due) {
  x->due = due;
  settle(d, x->heap_place, x);
}

sw_exchange *sw_deadlines_next(const sw_deadlines *d) { return d->count > 0 ? d->heap[0] : NULL; }

void sw_deadlines_free(sw_deadlines *d) {
  free(d->heap);
  d->heap = NULL;
  d->count = d->capacity = 0;
}
