/* Where exchanges are handed in and come back: worked on here, or by the helper thread.
** SPDX-License-Identifier: MIT */
#ifndef SW_DESK_H
#define SW_DESK_H

#include "exchange.h"

#pragma GCC visibility push(hidden)

typedef struct sw_desk sw_desk;

/* NULL where memory is short. */
sw_desk *sw_desk_new(void);
/* Ends what is in flight here as 'closed'. What the helper has goes on, until it is forgotten. */
void sw_desk_close(sw_desk *d);

/* Takes the exchange in, as its target says, and sees to its end. False where memory or the system is short; then it is
** the caller's as before. The exchange stays the caller's to free, by sw_desk_forget. */
bool sw_desk_start(sw_desk *d, sw_exchange *x);

/* Has it ended? Only then may it be looked at. */
bool sw_desk_done(const sw_exchange *x);

/* The ticket of an exchange that has ended and that this did not name before; 0 where there is none. Exchanges whose
** ticket is 0 are not named. */
unsigned long sw_desk_next_ended(sw_desk *d);

/* The descriptor that is readable when there is work to do; -1 in a build that polls. It changes with a fork. */
int sw_desk_descriptor(sw_desk *d);

/* The seconds until there is work to do without it; infinite where there is nothing to wait for. */
double sw_desk_patience(sw_desk *d);

/* Works until an exchange ends, a signal arrives, or 'seconds' are over. What ended before ends no wait: who waits for
** tickets asks for them first. */
void sw_desk_work(sw_desk *d, double seconds);

/* The same for one exchange: has it ended? */
bool sw_desk_wait(sw_exchange *x, double seconds);

/* Ends the exchange as 'cancelled' if it has not ended. */
void sw_desk_cancel(sw_exchange *x);

/* The engine that works here, for what no helper does: channels. NULL once the desk is closed. */
struct sw_engine *sw_desk_engine(const sw_desk *d);

/* Frees the exchange, whatever its stage. */
void sw_desk_forget(sw_exchange *x);

/* Puts one that has ended to rest, for the next; false where something may still hold it: then it can only be forgotten. */
bool sw_desk_rest(sw_exchange *x);

#pragma GCC visibility pop

#endif
