/* libcurl's sockets: opened, watched and closed.
** SPDX-License-Identifier: MIT */
#ifndef SW_SOCKETS_H
#define SW_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "clock.h"
#include "libcurl.h"

#pragma GCC visibility push(hidden)

/* A descriptor that libcurl had opened here. */
typedef struct sw_socket {
  bool open;
  bool at_rest;    /* libcurl does not watch it */
  uint32_t events; /* what it is watched for; 0: not known */
  ino_t inode;     /* by which it is told from a later one with its number */
} sw_socket;

typedef struct sw_sockets {
  CURLM *multi;
  int epoll;     /* the one descriptor behind which all others stand; -1 in a build that polls */
  bool broken;   /* the multi handle has failed, and is not to be used again */
  int bell;      /* a bell's descriptor, which ends a wait; -1: there is none */
  bool rung;     /* it has been heard; to be cleared by whoever looks */
  double timer;  /* when libcurl wants to be called next; infinite: not at all */
  double weeded; /* when that was done last; 0: before the last turn */
  sw_socket *by_number;
  int capacity;
  int claimed;       /* a descriptor that is not libcurl's to watch; -1: none */
  short wanted;      /* what was asked of it, in a build that polls */
  bool told;         /* since it was asked, it has something to say; or an included one has */
  bool told_to_read; /* and that is, that it can be read, or is broken */
  size_t included;
  bool closed;     /* a socket was closed since this was cleared */
  bool renumbered; /* a socket was opened or closed since this was cleared */
  struct sw_sockets *next;
} sw_sockets;

/* From then on till it is freed, a child of a fork closes what is open here at once. */
void sw_sockets_init(sw_sockets *s);
/* Makes what a wait needs, if it is not there. */
bool sw_sockets_open(sw_sockets *s);
/* From now on what the multi handle waits for is watched here. False where a descriptor or memory is lacking. */
bool sw_sockets_watch(sw_sockets *s, CURLM *multi);
/* From now on this bell ends a wait. */
bool sw_sockets_listen(sw_sockets *s, int bell);
/* From now on this handle's connections are opened and closed here. */
bool sw_sockets_adopt(sw_sockets *s, CURL *easy);
/* Ends the connections at rest that their servers have closed. To be called before a request goes out, with the time. */
void sw_sockets_weed(sw_sockets *s, double now);
/* Lets libcurl do what is due, or waits for a socket or the timer, 'seconds' at the most, and lets it do that.
** False where a signal ended the wait. */
bool sw_sockets_turn(sw_sockets *s, double seconds);
/* Waits until a turn would find something to do, 'seconds' at the most, and calls nothing of libcurl's. */
void sw_sockets_wait(const sw_sockets *s, double seconds);
/* From now on libcurl's wishes for this one of its descriptors are not heard. */
void sw_sockets_claim(sw_sockets *s, int fd);
/* Asks for word, once, that the claimed descriptor can be read, or written. A turn brings it: 'told'. */
void sw_sockets_ask(sw_sockets *s, bool read, bool write);
/* What 'inner' waits for ends a turn of 's' too: 'told'. It must leave before it is dropped. */
bool sw_sockets_include(sw_sockets *s, const sw_sockets *inner);
void sw_sockets_exclude(sw_sockets *s, const sw_sockets *inner);
/* Closes every descriptor without a word to the other side: they belong to the process that forked this one. */
void sw_sockets_drop(sw_sockets *s);
/* To be called when the multi handle is gone. */
void sw_sockets_free(sw_sockets *s);

#pragma GCC visibility pop

#endif
