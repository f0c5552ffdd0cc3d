/* One thread of the process that works for those who must do no work with libcurl in theirs.
**
** It is made when first needed, and again in a child of a fork; it is kept, takes no signals, and knows no Lua.
**
** SPDX-License-Identifier: MIT */
#ifndef SW_HELPER_H
#define SW_HELPER_H

#include "engine.h"

#pragma GCC visibility push(hidden)

/* Where exchanges come back to. Its fields are the helper's. */
typedef struct sw_inbox {
  const sw_engine *listener; /* whose bell rings when one has come; NULL: nobody's */
  sw_exchange *first;
  sw_exchange *last;
} sw_inbox;

void sw_inbox_listen(sw_inbox *inbox, const sw_engine *listener);
/* An exchange that has ended, or NULL. */
sw_exchange *sw_inbox_take(sw_inbox *inbox);

/* Has the helper run the exchange, and put it into its inbox when it has ended; false where there can be no helper. */
bool sw_helper_start(sw_exchange *x);
/* Comes back when the exchange is in its inbox; it may have been before. */
void sw_helper_cancel(sw_exchange *x);
/* Frees an exchange that was taken from its inbox. */
void sw_helper_forget(sw_exchange *x);

#pragma GCC visibility pop

#endif
