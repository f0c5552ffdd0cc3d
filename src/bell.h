/* A bell that one thread rings to wake another, which waits for its descriptor.
** SPDX-License-Identifier: MIT */
#ifndef SW_BELL_H
#define SW_BELL_H

#include <stdbool.h>

#pragma GCC visibility push(hidden)

typedef struct sw_bell {
  int heard; /* readable once it has rung; -1: there is no bell */
  int rung;
} sw_bell;

#define SW_NO_BELL ((sw_bell){-1, -1})

/* False where the system has no descriptor left. */
bool sw_bell_open(sw_bell *b);
void sw_bell_close(sw_bell *b);
/* From any thread. */
void sw_bell_ring(const sw_bell *b);
/* Has the descriptor 'heard' of a bell wait for the next ring, and tells whether there was one. */
bool sw_bell_hush(int heard);

#pragma GCC visibility pop

#endif
