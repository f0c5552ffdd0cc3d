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

/* Works until an exchange ends, a signal arrives, or 'seconds' are over. */
void sw_engine_work(sw_engine *e, double seconds);

/* Ends the exchange as 'cancelled' if it has not ended. */
void sw_engine_cancel(sw_exchange *x);

/* Frees the exchange, whatever its stage. */
void sw_engine_forget(sw_exchange *x);

#pragma GCC visibility pop

#endif
