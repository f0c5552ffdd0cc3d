/* Where exchanges are handed in and come back: worked on here, or by the helper thread.
**
** Exchanges of both kinds are waited for in one place, the engine of the thread that owns the desk: the helper rings
** its bell.
**
** SPDX-License-Identifier: MIT */
#include "desk.h"

#include <stdlib.h>

#include "helper.h"

struct sw_desk {
  sw_engine *engine; /* NULL once closed */
  sw_inbox inbox;
  size_t out;   /* exchanges that the helper has */
  size_t known; /* exchanges that it has or had, and that are not forgotten */
};

sw_engine *sw_desk_engine(const sw_desk *d) { return d->engine; }

sw_desk *sw_desk_new(void) {
  sw_desk *d = calloc(1, sizeof *d);
  if (d == NULL) return NULL;
  d->engine = sw_engine_new();
  if (d->engine == NULL) {
    free(d);
    return NULL;
  }
  sw_inbox_listen(&d->inbox, d->engine);
  return d;
}

static void free_if_over(sw_desk *d) {
  if (d->engine == NULL && d->known == 0) free(d);
}

void sw_desk_close(sw_desk *d) {
  if (d == NULL) return;
  sw_inbox_listen(&d->inbox, NULL);
  sw_engine_free(d->engine);
  d->engine = NULL;
  free_if_over(d);
}

static bool hand_over(sw_desk *d, sw_exchange *x) {
  if (!sw_engine_hang_bell(d->engine) || !sw_engine_expect(d->engine)) return false;
  x->inbox = &d->inbox;
  x->handed = true;
  d->out++;
  if (sw_helper_start(x)) return true;
  sw_engine_announce(d->engine, 0);
  d->out--;
  x->handed = false;
  return false;
}

bool sw_desk_start(sw_desk *d, sw_exchange *x) {
  if (!x->target->by_helper) return sw_engine_start(d->engine, x);
  if (!hand_over(d, x)) return false;
  x->desk = d;
  d->known++;
  return true;
}

/* True where one came back. */
static bool take_back(sw_desk *d) {
  sw_exchange *x;
  bool any = false;
  while (d->out > 0 && (x = sw_inbox_take(&d->inbox)) != NULL) {
    any = true;
    x->handed = false;
    d->out--;
    if (d->engine != NULL) sw_engine_announce(d->engine, x->ticket);
  }
  return any;
}

bool sw_desk_done(const sw_exchange *x) { return !x->handed && x->stage == SW_DONE; }

unsigned long sw_desk_next_ended(sw_desk *d) {
  (void)take_back(d);
  return sw_engine_next_ended(d->engine);
}

int sw_desk_descriptor(sw_desk *d) { return sw_engine_descriptor(d->engine); }

double sw_desk_patience(sw_desk *d) { return sw_engine_patience(d->engine); }

void sw_desk_work(sw_desk *d, double seconds) {
  sw_engine_work(d->engine, take_back(d) ? 0 : seconds);
  (void)take_back(d);
}

bool sw_desk_wait(sw_exchange *x, double seconds) {
  if (!sw_desk_done(x)) {
    if (x->desk != NULL)
      sw_desk_work(x->desk, seconds);
    else
      sw_engine_work(x->engine, seconds);
  }
  return sw_desk_done(x);
}

void sw_desk_cancel(sw_exchange *x) {
  if (x->desk == NULL) {
    sw_engine_cancel(x);
  } else if (x->handed) {
    sw_helper_cancel(x);
    (void)take_back(x->desk);
  }
}

void sw_desk_forget(sw_exchange *x) {
  if (x == NULL) return;
  sw_desk *d = x->desk;
  if (d == NULL) {
    sw_engine_forget(x);
    return;
  }
  sw_desk_cancel(x);
  sw_helper_forget(x);
  d->known--;
  free_if_over(d);
}

bool sw_desk_rest(sw_exchange *x) {
  if (x->desk != NULL || x->abandoned) return false;
  sw_exchange_rest(x);
  return true;
}
