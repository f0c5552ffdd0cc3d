/* A curl multi handle: kept connections, exchanges in flight and in the queue.
** SPDX-License-Identifier: MIT */
#ifndef SW_ENGINE_H
#define SW_ENGINE_H

#include "exchange.h"

#pragma GCC visibility push(hidden)

typedef struct sw_engine sw_engine;

/* NULL where memory is short. */
sw_engine *sw_engine_new(void);
/* Ends what is in flight as 'closed'. */
void sw_engine_free(sw_engine *e);

/* Takes the exchange in: it runs, or waits for a place. False where memory is short; then it is the caller's as before.
** The exchange stays the caller's to free, by sw_engine_forget. */
bool sw_engine_start(sw_engine *e, sw_exchange *x);

/* The ticket of an exchange that has ended and that this did not name before; 0 where there is none. Exchanges whose
** ticket is 0 are not named. */
unsigned long sw_engine_next_ended(sw_engine *e);

/* The descriptor that is readable when there is work to do; -1 in a build that polls. It changes with a fork. */
int sw_engine_descriptor(sw_engine *e);

/* The seconds until there is work to do without it; infinite where there is nothing to wait for. */
double sw_engine_patience(sw_engine *e);

/* Works until an exchange ends, a signal arrives, or 'seconds' are over. */
void sw_engine_work(sw_engine *e, double seconds);

/* Ends the exchange as 'cancelled' if it has not ended. */
void sw_engine_cancel(sw_exchange *x);

/* Frees the exchange, whatever its stage. */
void sw_engine_forget(sw_exchange *x);

#pragma GCC visibility pop

#endif
