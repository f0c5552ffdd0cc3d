/* Bytes both ways, over a connection that libcurl made: name, proxy, TLS and its checks as for a request.
** SPDX-License-Identifier: MIT */
#ifndef SW_CHANNEL_H
#define SW_CHANNEL_H

#include "exchange.h"
#include "sockets.h"

#pragma GCC visibility push(hidden)

typedef enum sw_channel_stage { SW_CONNECTING, SW_OPEN, SW_BROKEN } sw_channel_stage;

typedef struct sw_channel {
  sw_channel_stage stage;
  bool news; /* it opened, broke, or can be read, since 'sw_channel_listen' */

  /* The channel's own. Its multi handle carries this connection alone: libcurl sorts out old connections among all that
  ** a multi handle has, and would take one that it does not read from for a dead one. */
  sw_exchange *x; /* how it connects, and what became of that */
  sw_seat *seat;
  CURLM *multi;
  sw_sockets sockets;
  double deadline; /* of connecting */
  sw_buffer out;   /* what waits for a place on the way */
  size_t sent;     /* how much of that has gone */
  bool listening;
  bool forgotten; /* to be freed when the resolver has come back */

  /* The engine's own */
  struct sw_engine *engine; /* NULL: it belongs to none */
  sw_sockets *outer;        /* that include the channel's; NULL: none do */
  struct sw_channel *next, *previous;
  unsigned long ticket; /* by which its news are announced; 0: they are not */
} sw_channel;

/* Begins to connect; NULL where memory is short. */
sw_channel *sw_channel_new(sw_target *target, double timeout);

/* Does what can be done without waiting. */
void sw_channel_turn(sw_channel *c);
/* When it wants a turn though nothing is heard from its sockets; infinite: never. */
double sw_channel_due(const sw_channel *c);

/* Asks for news: the channel opened, broke, or can be read. */
void sw_channel_listen(sw_channel *c);

/* False where the channel is not open, or breaks over it. What can't go at once goes as the peer takes it. */
bool sw_channel_send(sw_channel *c, const char *bytes, size_t length);
/* False where the channel is not open, or breaks over it. 'got' is 0 where there is nothing yet. */
bool sw_channel_receive(sw_channel *c, char *room, size_t size, size_t *got);

void sw_channel_break(sw_channel *c, sw_outcome outcome, const char *message);
/* What it holds belongs to the process that forked this one. */
void sw_channel_leave(sw_channel *c);
/* True where the resolver still runs: then it is to be freed by a later turn, once it is 'forgotten'. */
bool sw_channel_is_held(const sw_channel *c);
void sw_channel_free(sw_channel *c);

#pragma GCC visibility pop

#endif
