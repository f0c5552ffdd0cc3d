/* A curl multi handle: kept connections, exchanges in flight and in the queue.
** SPDX-License-Identifier: MIT */
#include "engine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bell.h"
#include "deadlines.h"
#include "sigpipe.h"
#include "sockets.h"

/* A server that we speak with: how many exchanges it has, and which wait for a place. */
typedef struct sw_host {
  struct sw_host *next;
  char *origin;
  size_t running;
  sw_exchange *first;
  sw_exchange *last;
} sw_host;

struct sw_engine {
  CURLM *multi;  /* NULL until the first exchange, and after a fork */
  CURLSH *share; /* what outlives a handle, and the multi handle; or NULL */
  pid_t owner;   /* the process whose descriptors these are; 0: there are none */
  sw_bell bell;
  sw_sockets sockets;
  sw_deadlines deadlines;
  sw_host *hosts;
  sw_exchange *running;
  sw_exchange *abandoned;
  sw_channel *channels;
  size_t channel_count;
  sw_buffer tickets; /* of exchanges that have ended and channels with news */
  size_t tickets_read;
  size_t expected; /* exchanges that end elsewhere */
  void (*on_end)(sw_exchange *x);
  size_t kept;    /* how many connections libcurl keeps at rest */
  sw_buffer idle; /* seats at rest, still prepared for their targets */
  bool ended;     /* something has, since 'work' began */
};

/* {==================================================================
** Lists
** =================================================================== */

static void push(sw_exchange **list, sw_exchange *x) {
  x->previous = NULL;
  x->next = *list;
  if (*list != NULL) (*list)->previous = x;
  *list = x;
}

static void unlink_from(sw_exchange **list, sw_exchange *x) {
  if (x->previous != NULL)
    x->previous->next = x->next;
  else
    *list = x->next;
  if (x->next != NULL) x->next->previous = x->previous;
  x->next = x->previous = NULL;
}

static void append(sw_exchange **first, sw_exchange **last, sw_exchange *x) {
  x->next = NULL;
  x->previous = *last;
  if (*last != NULL)
    (*last)->next = x;
  else
    *first = x;
  *last = x;
}

static void take_out(sw_exchange **first, sw_exchange **last, sw_exchange *x) {
  if (*last == x) *last = x->previous;
  unlink_from(first, x);
}

static sw_host *find_host(sw_engine *e, const char *origin) {
  for (sw_host *h = e->hosts; h != NULL; h = h->next)
    if (strcmp(h->origin, origin) == 0) return h;
  sw_host *h = calloc(1, sizeof *h);
  if (h == NULL) return NULL;
  h->origin = strdup(origin);
  if (h->origin == NULL) {
    free(h);
    return NULL;
  }
  h->next = e->hosts;
  e->hosts = h;
  return h;
}

/* }================================================================== */

/* {==================================================================
** Seats
** =================================================================== */

/* A seat for any target, which may have to prepare it anew. While the multi handle lives and memory lasts, no handle is
** freed: libcurl 7.88 goes on to use one that was taken off while it connected. NULL where there is none at rest. */
static sw_seat *take_seat(sw_engine *e) {
  sw_seat *seat;
  if (e->idle.length == 0) return NULL;
  e->idle.length -= sizeof seat;
  memcpy(&seat, e->idle.data + e->idle.length, sizeof seat);
  return seat;
}

/* It keeps what its target prepared, for the next exchange with it. */
static void return_seat(sw_engine *e, sw_exchange *x) {
  sw_seat *seat = x->seat;
  x->seat = NULL;
  if (!sw_buffer_append(&e->idle, &seat, sizeof seat)) sw_seat_free(seat);
}

static sw_seat *new_seat(sw_engine *e) {
  sw_seat *seat = sw_seat_new();
  if (seat == NULL) return NULL;
  if (sw_sockets_adopt(&e->sockets, seat->easy) && curl_easy_setopt(seat->easy, CURLOPT_SHARE, e->share) == CURLE_OK)
    return seat;
  sw_seat_free(seat);
  return NULL;
}

/* A multi handle whose callback has failed takes no handle any more. */
static bool add_handle(sw_engine *e, CURL *easy) {
  CURLMcode code = curl_multi_add_handle(e->multi, easy);
  if (code == CURLM_ABORTED_BY_CALLBACK) e->sockets.broken = true;
  return code == CURLM_OK;
}

static bool run_on_seat(sw_engine *e, sw_exchange *x) {
  sw_seat *seat = take_seat(e);
  if (seat == NULL) seat = new_seat(e);
  if (seat != NULL && sw_seat_take(seat, x) && add_handle(e, seat->easy)) return true;
  x->seat = NULL;
  sw_seat_free(seat);
  return false;
}

/* }================================================================== */

/* {==================================================================
** An exchange's way: queued, running, done
** =================================================================== */

static void announce(sw_engine *e, unsigned long ticket) {
  if (ticket != 0) (void)sw_buffer_append(&e->tickets, &ticket, sizeof ticket);
}

static void finish(sw_engine *e, sw_exchange *x) {
  sw_deadlines_remove(&e->deadlines, x);
  x->stage = SW_DONE;
  x->engine = NULL;
  e->ended = true;
  if (e->on_end != NULL)
    e->on_end(x);
  else
    announce(e, x->ticket);
}

static void run(sw_engine *e, sw_host *h, sw_exchange *x) {
  double due = sw_now() + x->connect_timeout;
  x->stage = SW_RUNNING;
  if (run_on_seat(e, x)) {
    h->running++;
    push(&e->running, x);
    if (due < x->deadline) sw_deadlines_move(&e->deadlines, x, due);
    return;
  }
  sw_exchange_fail(x, SW_INTERNAL, "out of memory");
  finish(e, x);
}

static void run_queued(sw_engine *e, sw_host *h, size_t places) {
  while (h->first != NULL && h->running < places && !e->sockets.broken) {
    sw_exchange *x = h->first;
    take_out(&h->first, &h->last, x);
    run(e, h, x);
  }
}

static void leave_running(sw_engine *e, sw_exchange *x) {
  unlink_from(&e->running, x);
  x->host->running--;
  finish(e, x);
  run_queued(e, x->host, x->target->max_connections);
}

/* The resolver of an abandoned exchange has come back. */
static void bury(sw_engine *e, sw_exchange *x) {
  unlink_from(&e->abandoned, x);
  sw_seat_free(x->seat);
  x->seat = NULL;
  x->abandoned = false;
  if (x->forgotten) sw_exchange_free(x);
}

static void complete(sw_engine *e, CURL *easy, CURLcode code) {
  sw_seat *seat = NULL;
  (void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&seat);
  (void)curl_multi_remove_handle(e->multi, easy);
  sw_exchange *x = seat->exchange;
  if (x->abandoned) {
    bury(e, x);
    return;
  }
  sw_exchange_observe(x);
  sw_exchange_conclude(x, code);
  return_seat(e, x);
  leave_running(e, x);
}

static void collect(sw_engine *e) {
  CURLMsg *message;
  int left;
  if (e->multi == NULL) return;
  while ((message = curl_multi_info_read(e->multi, &left)) != NULL)
    if (message->msg == CURLMSG_DONE) complete(e, message->easy_handle, message->data.result);
}

static void stop_running(sw_engine *e, sw_exchange *x) {
  sw_exchange_observe(x);
  x->abandoned = !SW_QUICK_EXIT && sw_seat_resolves(x->seat);
  if (!x->abandoned) {
    (void)curl_multi_remove_handle(e->multi, x->seat->easy);
    return_seat(e, x);
  }
  leave_running(e, x);
  if (x->abandoned) push(&e->abandoned, x);
}

static void stop(sw_engine *e, sw_exchange *x, sw_outcome outcome, const char *message) {
  if (x->stage == SW_RUNNING) {
    stop_running(e, x);
  } else {
    take_out(&x->host->first, &x->host->last, x);
    finish(e, x);
  }
  sw_exchange_fail(x, outcome, message);
}

static const char *lateness(const sw_exchange *x) {
  if (x->stage == SW_QUEUED) return "no connection became free in time";
  if (!x->connected) return "no connection in time";
  if (x->headers.length == 0) return "no answer in time";
  return "the answer did not end in time";
}

static void expire(sw_engine *e, double now) {
  sw_exchange *x;
  while ((x = sw_deadlines_next(&e->deadlines)) != NULL && x->due <= now) {
    if (x->connected && x->due < x->deadline)
      sw_deadlines_move(&e->deadlines, x, x->deadline);
    else
      stop(e, x, SW_TIMEOUT, lateness(x));
  }
}

/* }================================================================== */

/* {==================================================================
** Birth, forks and death
** =================================================================== */

sw_engine *sw_engine_new(void) {
  sw_engine *e = calloc(1, sizeof *e);
  if (e == NULL) return NULL;
  e->bell = SW_NO_BELL;
  sw_sockets_init(&e->sockets);
  sw_buffer_init(&e->tickets, (size_t)-1);
  sw_buffer_init(&e->idle, (size_t)-1);
  return e;
}

/* TLS sessions would otherwise go with the handle that began them; and of a multi handle's own table of names all slots are
** gone through behind each exchange, which has three times as many. */
static CURLSH *new_share(void) {
  CURLSH *share = curl_share_init();
  if (share == NULL) return NULL;
  (void)curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  (void)curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  return share;
}

/* Those that were there before. */
static bool include_channels(sw_engine *e) {
  for (const sw_channel *c = e->channels; c != NULL; c = c->next)
    if (c->outer != NULL && !sw_sockets_include(&e->sockets, &c->sockets)) return false;
  return true;
}

static bool open_sockets(sw_engine *e) {
  if (!sw_sockets_open(&e->sockets)) return false;
  if (e->owner == 0) e->owner = getpid();
  return true;
}

static bool open_multi(sw_engine *e) {
  if (e->multi != NULL) return true;
  if (!open_sockets(e)) return false;
  if (e->share == NULL) e->share = new_share();
  e->kept = 0;
  e->multi = curl_multi_init();
  if (e->multi == NULL) return false;
  if (sw_sockets_watch(&e->sockets, e->multi) && include_channels(e)) return true;
  e->sockets.multi = NULL;
  (void)curl_multi_cleanup(e->multi);
  e->multi = NULL;
  return false;
}

static void end_all(sw_engine *e, sw_exchange **list, sw_outcome outcome, const char *message) {
  while (*list != NULL) {
    sw_exchange *x = *list;
    unlink_from(list, x);
    sw_seat_leave(x->seat);
    x->seat = NULL;
    sw_exchange_fail(x, outcome, message);
    finish(e, x);
  }
}

static void end_everything(sw_engine *e, sw_outcome outcome, const char *message) {
  for (sw_host *h = e->hosts; h != NULL; h = h->next) {
    end_all(e, &h->first, outcome, message);
    h->last = NULL;
    h->running = 0;
  }
  end_all(e, &e->running, outcome, message);
}

static void release_abandoned(sw_engine *e) {
  while (e->abandoned != NULL) {
    sw_exchange *x = e->abandoned;
    unlink_from(&e->abandoned, x);
    sw_seat_leave(x->seat);
    x->seat = NULL;
    x->abandoned = false;
    if (x->forgotten) sw_exchange_free(x);
  }
}

/* The parent may send what it holds, so it is not the child's to send again. */
static void leave_requests(sw_engine *e) {
  for (size_t i = 0; i < e->deadlines.count; i++)
    e->deadlines.heap[i]->sent = true;
  end_everything(e, SW_CLOSED, "the process forked, and the request is its parent's");
}

static void announce_news(sw_engine *e, sw_channel *c) {
  if (!c->news) return;
  e->ended = true;
  if (c->ticket != 0) (void)sw_buffer_append(&e->tickets, &c->ticket, sizeof c->ticket);
  c->ticket = 0;
}

static void leave_channels(sw_engine *e) {
  for (sw_channel *c = e->channels; c != NULL; c = c->next) {
    sw_channel_leave(c);
    announce_news(e, c);
  }
}

static void take_channel_out(sw_engine *e, sw_channel *c) {
  if (c->previous != NULL)
    c->previous->next = c->next;
  else
    e->channels = c->next;
  if (c->next != NULL) c->next->previous = c->previous;
  c->next = c->previous = NULL;
  c->engine = NULL;
  e->channel_count--;
}

/* One that a resolver still holds is left to the process's end. */
static void close_channels(sw_engine *e) {
  while (e->channels != NULL) {
    sw_channel *c = e->channels;
    sw_channel_break(c, SW_CLOSED, "the engine was closed");
    c->outer = NULL;
    take_channel_out(e, c);
  }
}

/* What libcurl holds belongs to the parent: to clean it up would say goodbye on the parent's connections. */
static void leave_to_parent(sw_engine *e) {
  leave_requests(e);
  release_abandoned(e);
  leave_channels(e);
  sw_sockets_drop(&e->sockets);
  while (e->idle.length > 0)
    sw_seat_leave(take_seat(e));
  e->share = NULL;
  sw_bell_close(&e->bell);
  e->sockets.bell = -1;
  e->multi = NULL;
  e->owner = 0;
}

static void close_multi(sw_engine *e) {
  /* To clean up what waits for a resolver would be to wait too. */
  if (e->abandoned == NULL) (void)curl_multi_cleanup(e->multi);
  release_abandoned(e);
  sw_sockets_drop(&e->sockets);
  e->multi = NULL;
}

/* What waits for a place may still be lucky; where there is nothing to run it on, it ends. */
static bool is_open(sw_engine *e) {
  if (open_multi(e)) return true;
  end_everything(e, SW_INTERNAL, "no descriptor, or no memory, for a connection");
  return false;
}

/* Where the helper does all the work, there is no more than a bell to wait for. */
static bool can_wait(sw_engine *e) { return e->multi != NULL || open_sockets(e) || is_open(e); }

/* The multi handle has failed: what runs ends, what waits runs on another. */
static void replace_multi(sw_engine *e) {
  while (e->running != NULL)
    stop(e, e->running, SW_INTERNAL, "libcurl failed, for want of memory or descriptors");
  close_multi(e);
  if (!is_open(e)) return;
  for (sw_host *h = e->hosts; h != NULL; h = h->next)
    if (h->first != NULL) run_queued(e, h, h->first->target->max_connections);
}

static void know_the_process(sw_engine *e) {
  if (e->owner != 0 && e->owner != getpid()) leave_to_parent(e);
}

void sw_engine_free(sw_engine *e) {
  sw_pipe_guard g;
  if (e == NULL) return;
  know_the_process(e);
  sw_guard(&g);
  while (e->running != NULL)
    stop(e, e->running, SW_CLOSED, "the engine was closed");
  end_everything(e, SW_CLOSED, "the engine was closed");
  close_channels(e);
  close_multi(e);
  while (e->idle.length > 0)
    sw_seat_free(take_seat(e));
  sw_buffer_free(&e->idle);
  (void)curl_share_cleanup(e->share);
  sw_unguard(&g);
  sw_sockets_free(&e->sockets);
  sw_bell_close(&e->bell);
  sw_deadlines_free(&e->deadlines);
  sw_buffer_free(&e->tickets);
  while (e->hosts != NULL) {
    sw_host *h = e->hosts;
    e->hosts = h->next;
    free(h->origin);
    free(h);
  }
  free(e);
}

/* }================================================================== */

static void keep_connections(sw_engine *e, size_t count) {
  if (count <= e->kept) return;
  e->kept = count;
  (void)curl_multi_setopt(e->multi, CURLMOPT_MAXCONNECTS, (long)count);
}

/* Every exchange that has not ended can leave its ticket without further memory. */
static bool reserve_ticket(sw_engine *e) {
  size_t count = e->deadlines.count + e->expected + e->channel_count + 1;
  return sw_buffer_room(&e->tickets, count * sizeof(unsigned long)) != NULL;
}

bool sw_engine_start(sw_engine *e, sw_exchange *x) {
  sw_pipe_guard g;
  know_the_process(e);
  x->host = find_host(e, x->target->origin);
  x->deadline = x->due = x->began + x->timeout;
  if (x->host == NULL || !reserve_ticket(e) || !sw_deadlines_add(&e->deadlines, x)) return false;
  x->engine = e;
  x->stage = SW_QUEUED;
  append(&x->host->first, &x->host->last, x);
  if (!is_open(e)) return true;
  keep_connections(e, x->target->max_connections);
  sw_guard(&g);
  if (e->sockets.broken) replace_multi(e);
  sw_sockets_weed(&e->sockets, x->began);
  run_queued(e, x->host, x->target->max_connections);
  sw_unguard(&g);
  return true;
}

static double first_due(const sw_engine *e, double until) {
  for (const sw_channel *c = e->channels; c != NULL; c = c->next) {
    double due = sw_channel_due(c);
    if (due < until) until = due;
  }
  return until;
}

static double nearer(const sw_engine *e, double until) {
  const sw_exchange *next = sw_deadlines_next(&e->deadlines);
  return first_due(e, next != NULL && next->due < until ? next->due : until);
}

/* {==================================================================
** Channels
** =================================================================== */

bool sw_engine_connect(sw_engine *e, sw_channel *c) {
  know_the_process(e);
  if (!is_open(e)) return false;
  if (!reserve_ticket(e) || !sw_sockets_include(&e->sockets, &c->sockets)) return false;
  c->engine = e;
  c->outer = &e->sockets;
  c->next = e->channels;
  if (e->channels != NULL) e->channels->previous = c;
  e->channels = c;
  e->channel_count++;
  return true;
}

static void free_if_forgotten(sw_engine *e, sw_channel *c) {
  if (!c->forgotten || sw_channel_is_held(c)) return;
  take_channel_out(e, c);
  sw_channel_free(c);
}

static void turn_channels(sw_engine *e, double now) {
  for (sw_channel *c = e->channels, *next; c != NULL; c = next) {
    next = c->next;
    if (!e->sockets.told && sw_channel_due(c) > now) continue;
    sw_channel_turn(c);
    announce_news(e, c);
    free_if_forgotten(e, c);
  }
  e->sockets.told = false;
}

void sw_engine_listen(sw_channel *c, unsigned long ticket) {
  if (c->engine != NULL) know_the_process(c->engine);
  c->ticket = ticket;
  sw_channel_listen(c);
  if (c->engine != NULL) announce_news(c->engine, c);
}

bool sw_engine_send(sw_channel *c, const char *bytes, size_t length) {
  sw_pipe_guard g;
  if (c->engine == NULL) return false;
  know_the_process(c->engine);
  sw_guard(&g);
  bool fine = sw_channel_send(c, bytes, length);
  sw_unguard(&g);
  if (!fine) announce_news(c->engine, c);
  return fine;
}

bool sw_engine_receive(sw_channel *c, char *room, size_t size, size_t *got) {
  sw_pipe_guard g;
  *got = 0;
  if (c->engine == NULL) return false;
  know_the_process(c->engine);
  sw_guard(&g);
  bool fine = sw_channel_receive(c, room, size, got);
  sw_unguard(&g);
  return fine;
}

void sw_engine_disturb(sw_channel *c) {
  if (c->engine == NULL) return;
  c->news = true;
  announce_news(c->engine, c);
}

void sw_engine_close_channel(sw_channel *c) {
  sw_pipe_guard g;
  if (c->engine == NULL) return;
  know_the_process(c->engine);
  if (c->stage == SW_BROKEN) return;
  sw_guard(&g);
  sw_channel_break(c, SW_CLOSED, "the connection was closed here");
  sw_unguard(&g);
  announce_news(c->engine, c);
}

void sw_engine_forget_channel(sw_channel *c) {
  if (c == NULL) return;
  sw_engine_close_channel(c);
  c->forgotten = true;
  if (c->engine != NULL)
    free_if_forgotten(c->engine, c);
  else if (!sw_channel_is_held(c))
    sw_channel_free(c);
}

/* }================================================================== */

unsigned long sw_engine_next_ended(sw_engine *e) {
  unsigned long ticket;
  know_the_process(e);
  if (e->tickets_read == e->tickets.length) {
    e->tickets_read = e->tickets.length = 0;
    return 0;
  }
  memcpy(&ticket, e->tickets.data + e->tickets_read, sizeof ticket);
  e->tickets_read += sizeof ticket;
  return ticket;
}

int sw_engine_descriptor(sw_engine *e) {
  know_the_process(e);
  return can_wait(e) ? e->sockets.epoll : -1;
}

double sw_engine_patience(sw_engine *e) {
  know_the_process(e);
  if (e->multi == NULL) return (double)INFINITY;
  double until = nearer(e, e->sockets.timer);
  double now = sw_now();
  return until > now ? until - now : 0;
}

void sw_engine_work(sw_engine *e, double seconds) {
  sw_pipe_guard g;
  bool undisturbed;
  double now = sw_now(), until = now + seconds;
  know_the_process(e);
  e->ended = e->sockets.rung = false;
  if (!can_wait(e)) return;
  sw_guard(&g);
  do {
    undisturbed = sw_sockets_turn(&e->sockets, nearer(e, until) - now);
    collect(e);
    if (e->sockets.broken) replace_multi(e);
    now = sw_now();
    turn_channels(e, now);
    expire(e, now);
  } while (undisturbed && !e->ended && !e->sockets.rung && now < until);
  sw_unguard(&g);
}

void sw_engine_wait(sw_engine *e) { sw_sockets_wait(&e->sockets, sw_engine_patience(e)); }

bool sw_engine_hang_bell(sw_engine *e) {
  know_the_process(e);
  if (e->bell.heard >= 0) return true;
  if (!open_sockets(e) || !sw_bell_open(&e->bell)) return false;
  if (sw_sockets_listen(&e->sockets, e->bell.heard)) return true;
  sw_bell_close(&e->bell);
  return false;
}

void sw_engine_ring(const sw_engine *e) {
  if (e->bell.heard >= 0) sw_bell_ring(&e->bell);
}

void sw_engine_on_end(sw_engine *e, void (*on_end)(sw_exchange *x)) { e->on_end = on_end; }

bool sw_engine_expect(sw_engine *e) {
  if (!reserve_ticket(e)) return false;
  e->expected++;
  return true;
}

void sw_engine_announce(sw_engine *e, unsigned long ticket) {
  e->expected--;
  announce(e, ticket);
}

void sw_engine_cancel(sw_exchange *x) {
  sw_pipe_guard g;
  sw_engine *e = x->engine;
  if (e == NULL) return;
  know_the_process(e);
  if (x->stage == SW_DONE) return;
  sw_guard(&g);
  stop(e, x, SW_CANCELLED, "cancelled");
  sw_unguard(&g);
}

void sw_engine_forget(sw_exchange *x) {
  if (x == NULL) return;
  sw_engine_cancel(x);
  if (x->abandoned)
    x->forgotten = true;
  else
    sw_exchange_free(x);
}
