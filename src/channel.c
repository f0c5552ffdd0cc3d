/* Bytes both ways, over a connection that libcurl made: name, proxy, TLS and its checks as for a request.
** SPDX-License-Identifier: MIT */
#include "channel.h"

#include <math.h>
#include <stdlib.h>

#define MAX_WAITING ((size_t)32 * 1024 * 1024)

/* {==================================================================
** Birth and death
** =================================================================== */

static bool prepare(sw_channel *c, sw_target *target, double timeout) {
  sw_request request = {"GET", "/", NULL, 0, timeout, timeout};
  c->x = sw_exchange_new(target, &request);
  c->seat = sw_seat_new();
  c->multi = curl_multi_init();
  if (c->x == NULL || c->seat == NULL || c->multi == NULL) return false;
  CURL *easy = c->seat->easy;
  return sw_seat_take(c->seat, c->x) && sw_sockets_watch(&c->sockets, c->multi) &&
         sw_sockets_adopt(&c->sockets, easy) && curl_multi_add_handle(c->multi, easy) == CURLM_OK;
}

sw_channel *sw_channel_new(sw_target *target, double timeout) {
  sw_channel *c = calloc(1, sizeof *c);
  if (c == NULL) return NULL;
  sw_sockets_init(&c->sockets);
  sw_buffer_init(&c->out, MAX_WAITING);
  c->deadline = sw_now() + timeout;
  if (prepare(c, target, timeout)) return c;
  sw_channel_free(c);
  return NULL;
}

static void close_connection(sw_channel *c) {
  if (c->outer != NULL) sw_sockets_exclude(c->outer, &c->sockets);
  c->outer = NULL;
  if (c->seat != NULL && c->multi != NULL) (void)curl_multi_remove_handle(c->multi, c->seat->easy);
  sw_seat_free(c->seat);
  (void)curl_multi_cleanup(c->multi);
  c->seat = NULL;
  c->multi = NULL;
  sw_sockets_drop(&c->sockets);
}

/* Before 7.87 libcurl waits for a resolver that is not done. */
static bool resolves(const sw_channel *c) { return !SW_QUICK_EXIT && c->seat != NULL && sw_seat_resolves(c->seat); }

void sw_channel_break(sw_channel *c, sw_outcome outcome, const char *message) {
  if (c->stage == SW_BROKEN) return;
  sw_exchange_fail(c->x, outcome, message);
  c->news = true;
  sw_buffer_free(&c->out);
  c->sent = 0;
  if (c->stage == SW_OPEN || !resolves(c)) close_connection(c);
  c->stage = SW_BROKEN;
}

void sw_channel_leave(sw_channel *c) {
  c->outer = NULL;
  sw_seat_leave(c->seat);
  c->seat = NULL;
  c->multi = NULL;
  sw_sockets_drop(&c->sockets);
  sw_channel_break(c, SW_CLOSED, "the process forked, and the connection is its parent's");
}

bool sw_channel_is_held(const sw_channel *c) { return c->stage == SW_BROKEN && c->seat != NULL; }

void sw_channel_free(sw_channel *c) {
  if (c == NULL) return;
  close_connection(c);
  sw_exchange_free(c->x);
  sw_sockets_free(&c->sockets);
  sw_buffer_free(&c->out);
  free(c);
}

/* }================================================================== */

/* {==================================================================
** Connecting
** =================================================================== */

static void open_channel(sw_channel *c) {
  curl_socket_t fd = CURL_SOCKET_BAD;
  (void)curl_easy_getinfo(c->seat->easy, CURLINFO_ACTIVESOCKET, &fd);
  if (fd == CURL_SOCKET_BAD) {
    sw_channel_break(c, SW_NETWORK, "the connection closed at once");
    return;
  }
  c->stage = SW_OPEN;
  c->news = true;
  sw_sockets_claim(&c->sockets, fd);
}

static void end_connecting(sw_channel *c, CURLcode code) {
  if (c->stage == SW_BROKEN) {
    close_connection(c);
  } else if (code == CURLE_OK) {
    open_channel(c);
  } else {
    sw_exchange_observe(c->x);
    sw_exchange_conclude(c->x, code);
    sw_channel_break(c, c->x->outcome, c->x->message);
  }
}

static void go_on_connecting(sw_channel *c) {
  CURLMsg *message;
  int left;
  (void)sw_sockets_turn(&c->sockets, 0);
  if (c->sockets.broken) {
    sw_channel_break(c, SW_INTERNAL, "libcurl failed, for want of memory or descriptors");
    return;
  }
  message = curl_multi_info_read(c->multi, &left);
  if (message != NULL && message->msg == CURLMSG_DONE)
    end_connecting(c, message->data.result);
  else if (sw_now() >= c->deadline)
    sw_channel_break(c, SW_TIMEOUT, "no connection in time");
}

double sw_channel_due(const sw_channel *c) {
  if (c->stage == SW_OPEN || c->seat == NULL) return (double)INFINITY;
  double timer = c->sockets.timer;
  return c->stage == SW_CONNECTING && c->deadline < timer ? c->deadline : timer;
}

/* }================================================================== */

/* {==================================================================
** Sending and receiving
** =================================================================== */

static void ask(sw_channel *c) { sw_sockets_ask(&c->sockets, c->listening, c->sent < c->out.length); }

static bool fail(sw_channel *c, CURLcode code) {
  sw_exchange_conclude(c->x, code);
  sw_channel_break(c, c->x->outcome, c->x->message);
  return false;
}

/* Sends what the connection takes. */
static bool flush(sw_channel *c) {
  while (c->sent < c->out.length) {
    size_t part = 0;
    CURLcode code = curl_easy_send(c->seat->easy, c->out.data + c->sent, c->out.length - c->sent, &part);
    if (code == CURLE_AGAIN) return true;
    if (code != CURLE_OK) return fail(c, code);
    c->sent += part;
  }
  c->sent = c->out.length = 0;
  return true;
}

static void drop_sent(sw_channel *c) {
  if (c->sent == 0) return;
  c->out.length -= c->sent;
  memmove(c->out.data, c->out.data + c->sent, c->out.length);
  c->sent = 0;
}

bool sw_channel_send(sw_channel *c, const char *bytes, size_t length) {
  if (c->stage != SW_OPEN) return false;
  drop_sent(c);
  if (!sw_buffer_append(&c->out, bytes, length)) {
    sw_channel_break(c, SW_NETWORK, "the other side takes nothing, and too much waits for it");
    return false;
  }
  if (!flush(c)) return false;
  if (c->out.length > 0) ask(c);
  return true;
}

bool sw_channel_receive(sw_channel *c, char *room, size_t size, size_t *got) {
  *got = 0;
  if (c->stage != SW_OPEN) return false;
  CURLcode code = curl_easy_recv(c->seat->easy, room, size, got);
  if (code == CURLE_AGAIN) {
    *got = 0;
    return true;
  }
  if (code != CURLE_OK) return fail(c, code);
  if (*got > 0) return true;
  sw_channel_break(c, SW_NETWORK, "the other side closed the connection");
  return false;
}

void sw_channel_listen(sw_channel *c) {
  c->news = c->stage == SW_BROKEN;
  c->listening = true;
  if (c->stage == SW_OPEN) ask(c);
}

static void hear(sw_channel *c) {
  (void)sw_sockets_turn(&c->sockets, 0);
  if (!c->sockets.told) return;
  if (c->out.length > 0 && !flush(c)) return;
  if (c->sockets.told_to_read) {
    c->news = true;
    c->listening = false;
  }
  ask(c);
}

void sw_channel_turn(sw_channel *c) {
  if (c->seat == NULL) return;
  if (c->stage == SW_OPEN)
    hear(c);
  else
    go_on_connecting(c);
}

/* }================================================================== */
