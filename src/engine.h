/* A curl multi handle: kept connections, exchanges in flight and in the queue.
** SPDX-License-Identifier: MIT */
#ifndef SW_ENGINE_H
#define SW_ENGINE_H

#include "channel.h"
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

/* The same for a channel, which begins to connect. Its ticket is announced when it has news. */
bool sw_engine_connect(sw_engine *e, sw_channel *c);

/* Asks for news of the channel, under that ticket. */
void sw_engine_listen(sw_channel *c, unsigned long ticket);
bool sw_engine_send(sw_channel *c, const char *bytes, size_t length);
bool sw_engine_receive(sw_channel *c, char *room, size_t size, size_t *got);

/* Announces news where there are none. */
void sw_engine_disturb(sw_channel *c);

void sw_engine_close_channel(sw_channel *c);
void sw_engine_forget_channel(sw_channel *c);

/* The ticket of an exchange that has ended, or of a channel with news, and that this did not name before; 0 where there
** is none. Those whose ticket is 0 are not named. */
unsigned long sw_engine_next_ended(sw_engine *e);

/* The descriptor that is readable when there is work to do; -1 in a build that polls. It changes with a fork. */
int sw_engine_descriptor(sw_engine *e);

/* The seconds until there is work to do without it; infinite where there is nothing to wait for. */
double sw_engine_patience(sw_engine *e);

/* Works until an exchange ends, a channel has news, a signal arrives, the bell rings, or 'seconds' are over. What ended
** before ends no wait: who waits for tickets asks for them first. */
void sw_engine_work(sw_engine *e, double seconds);

/* Waits for as long as there is no work to do, and does none. A fork in another thread does no harm meanwhile. */
void sw_engine_wait(sw_engine *e);

/* Gives the engine a bell, if it has none; false where the system is short of descriptors. */
bool sw_engine_hang_bell(sw_engine *e);
/* Ends the engine's wait, this one or the next: the one thing that may be done from another thread. */
void sw_engine_ring(const sw_engine *e);

/* Has every exchange that ends told to 'on_end' instead of by its ticket. It is still in the engine's hands there. */
void sw_engine_on_end(sw_engine *e, void (*on_end)(sw_exchange *x));

/* For exchanges that end elsewhere, and are announced by sw_engine_next_ended all the same: makes sure that one more
** can be; false where memory is short. */
bool sw_engine_expect(sw_engine *e);
void sw_engine_announce(sw_engine *e, unsigned long ticket);

/* Ends the exchange as 'cancelled' if it has not ended. */
void sw_engine_cancel(sw_exchange *x);

/* Frees the exchange, whatever its stage. */
void sw_engine_forget(sw_exchange *x);

#pragma GCC visibility pop

#endif
