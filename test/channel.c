/* Channels: bytes both ways, and each of their ends.
** SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "../src/channel.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../src/engine.h"
#include "../src/sockets.h"
#include "check.h"
#include "server.h"

static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

static sw_target *target_at(int port) {
  char origin[64];
  sw_target *target = sw_target_new();
  (void)snprintf(origin, sizeof origin, "http://127.0.0.1:%d", port);
  CHECK(target != NULL && sw_target_set(&target->origin, origin) && sw_target_set(&target->proxy, ""));
  target->channel = true;
  return target;
}

static sw_channel *begin(sw_engine *e, int port, double timeout) {
  sw_target *target = target_at(port);
  sw_channel *c = sw_channel_new(target, timeout);
  CHECK(c != NULL && sw_engine_connect(e, c));
  sw_target_release(target);
  sw_engine_listen(c, 7);
  return c;
}

static void work_until_news(sw_engine *e, const sw_channel *c) {
  double limit = sw_now() + 20;
  while (!c->news && sw_now() < limit)
    sw_engine_work(e, 1);
  CHECK(c->news);
}

static sw_channel *opened(sw_engine *e, int port) {
  sw_channel *c = begin(e, port, 5);
  work_until_news(e, c);
  CHECK(c->stage == SW_OPEN);
  return c;
}

/* Reads what comes next, into 'room'; 0 where it broke. */
static size_t read_some(sw_engine *e, sw_channel *c, char *room, size_t size) {
  size_t got = 0;
  while (sw_engine_receive(c, room, size, &got) && got == 0) {
    sw_engine_listen(c, 0);
    work_until_news(e, c);
  }
  return got;
}

/* The server's answers end with two letters. */
static bool reads_an_answer(sw_engine *e, sw_channel *c) {
  char room[512];
  size_t length = 0, got;
  do {
    got = read_some(e, c, room + length, sizeof room - 1 - length);
    length += got;
    room[length] = '\0';
  } while (got > 0 && (length < 2 || strcmp(room + length - 2, "bb") != 0));
  return got > 0 && memcmp(room, "HTTP/1.1 200 OK", 15) == 0;
}

static void carries_bytes_both_ways(void) {
  server s = start_server("");
  sw_engine *e = sw_engine_new();
  sw_channel *c = opened(e, s.port);
  CHECK(sw_engine_next_ended(e) == 7 && sw_engine_next_ended(e) == 0);
  for (int i = 0; i < 5; i++) {
    CHECK(sw_engine_send(c, request, sizeof request - 1));
    CHECK(reads_an_answer(e, c));
  }
  CHECK(*s.connections == 1 && *s.requests == 5);
  sw_engine_forget_channel(c);
  sw_engine_free(e);
  stop_server(&s);
}

static void says_how_it_ended(void) {
  char room[512];
  server s = start_server("c");
  sw_engine *e = sw_engine_new();
  sw_channel *c = opened(e, s.port);
  CHECK(sw_engine_send(c, request, sizeof request - 1));
  CHECK(read_some(e, c, room, sizeof room) == 0);
  CHECK(c->stage == SW_BROKEN && c->x->outcome == SW_NETWORK);
  CHECK(!sw_engine_send(c, request, sizeof request - 1));
  sw_engine_forget_channel(c);
  stop_server(&s);

  c = begin(e, s.port, 5);
  work_until_news(e, c);
  CHECK(c->stage == SW_BROKEN && c->x->outcome == SW_CONNECT);
  sw_engine_forget_channel(c);
  sw_engine_free(e);
}

static void ends_in_time(void) {
  server s = start_server("");
  sw_engine *e = sw_engine_new();
  sw_channel *c = begin(e, s.port, 0);
  work_until_news(e, c);
  CHECK(c->stage == SW_BROKEN && c->x->outcome == SW_TIMEOUT);
  sw_engine_forget_channel(c);
  sw_engine_free(e);
  stop_server(&s);
}

static void can_be_closed_by_whoever(void) {
  server s = start_server("");
  sw_engine *e = sw_engine_new();
  sw_channel *waits = opened(e, s.port), *connects = begin(e, s.port, 5), *open = opened(e, s.port);
  while (sw_engine_next_ended(e) != 0)
    continue;
  sw_engine_listen(waits, 9);
  sw_engine_close_channel(waits);
  CHECK(waits->news && waits->x->outcome == SW_CLOSED);
  CHECK(sw_engine_next_ended(e) == 9);
  sw_engine_disturb(connects);
  CHECK(connects->news);
  sw_engine_forget_channel(waits);
  sw_engine_free(e);
  CHECK(open->stage == SW_BROKEN && connects->stage == SW_BROKEN);
  CHECK(!sw_engine_send(open, "x", 1));
  sw_engine_forget_channel(open);
  sw_engine_forget_channel(connects);
  stop_server(&s);
}

/* What can't be sent at once waits here, and goes on by itself. A peer that takes nothing ends it at the limit. */
static void keeps_what_the_peer_does_not_take_yet(void) {
  server s = start_server("s");
  sw_engine *e = sw_engine_new();
  sw_channel *c = opened(e, s.port);
  size_t length = (size_t)1 << 20, sent = 0;
  char *bytes = calloc(1, length);
  CHECK(bytes != NULL && sw_engine_send(c, request, sizeof request - 1));
  while (sent < ((size_t)64 << 20) && bytes != NULL && sw_engine_send(c, bytes, length))
    sent += length;
  CHECK(c->stage == SW_BROKEN && sent > (size_t)8 << 20);
  free(bytes);
  sw_engine_forget_channel(c);
  sw_engine_free(e);
  stop_server(&s);
}

static void belongs_to_its_process(void) {
  int status = -1;
  server s = start_server("");
  sw_engine *e = sw_engine_new();
  sw_channel *c = opened(e, s.port);
  pid_t child = fork();
  if (child == 0) {
    bool fine = !sw_engine_send(c, request, sizeof request - 1) && c->x->outcome == SW_CLOSED;
    _exit(fine ? 0 : 1);
  }
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  CHECK(sw_engine_send(c, request, sizeof request - 1));
  CHECK(reads_an_answer(e, c));
  sw_engine_forget_channel(c);
  sw_engine_free(e);
  stop_server(&s);
}

static void lives_beside_requests(void) {
  server s = start_server(""), other = start_server("");
  sw_engine *e = sw_engine_new();
  sw_channel *c = opened(e, s.port);
  char origin[64];
  sw_target *target = sw_target_new();
  (void)snprintf(origin, sizeof origin, "http://127.0.0.1:%d", other.port);
  CHECK(sw_target_set(&target->origin, origin) && sw_target_set(&target->proxy, ""));
  CHECK(sw_engine_send(c, request, sizeof request - 1));
  for (int i = 0; i < 20; i++) {
    sw_request r = {"POST", "/", "{}", 2, 5, 5};
    sw_exchange *x = sw_exchange_new(target, &r);
    double limit = sw_now() + 20;
    CHECK(x != NULL && sw_engine_start(e, x));
    while (x->stage != SW_DONE && sw_now() < limit)
      sw_engine_work(e, 1);
    CHECK(x->outcome == SW_ANSWERED);
    sw_engine_forget(x);
  }
  CHECK(reads_an_answer(e, c) && *s.connections == 1);
  sw_engine_forget_channel(c);
  sw_target_release(target);
  sw_engine_free(e);
  stop_server(&s);
  stop_server(&other);
}

int main(void) {
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
  carries_bytes_both_ways();
  says_how_it_ended();
  ends_in_time();
  can_be_closed_by_whoever();
  keeps_what_the_peer_does_not_take_yet();
  belongs_to_its_process();
  lives_beside_requests();
  curl_global_cleanup();
  return failures != 0;
}
