/* The engine against a server that misbehaves, over plain HTTP.
** SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "../src/engine.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../src/sockets.h"
#include "check.h"
#include "resolver.h"
#include "server.h"

static sw_target *target_of(const char *origin, size_t max_connections) {
  sw_target *target = sw_target_new();
  CHECK(target != NULL && sw_target_set(&target->origin, origin) && sw_target_set(&target->proxy, ""));
  target->max_connections = max_connections;
  return target;
}

static sw_target *target_at(const server *s, size_t max_connections) {
  char origin[64];
  (void)snprintf(origin, sizeof origin, "http://127.0.0.1:%d", s->port);
  return target_of(origin, max_connections);
}

static sw_exchange *begin(sw_engine *e, sw_target *target, double timeout) {
  sw_request request = {"POST", "/", "{}", 2, timeout, timeout};
  sw_exchange *x = sw_exchange_new(target, &request);
  CHECK(x != NULL && sw_engine_start(e, x));
  return x;
}

static void work_until_done(sw_engine *e, const sw_exchange *x) {
  double limit = sw_now() + 20;
  while (x->stage != SW_DONE && sw_now() < limit)
    sw_engine_work(e, 1);
  CHECK(x->stage == SW_DONE);
}

static sw_exchange *finished(sw_engine *e, sw_target *target, double timeout) {
  sw_exchange *x = begin(e, target, timeout);
  work_until_done(e, x);
  return x;
}

typedef struct scene {
  server s;
  sw_engine *e;
  sw_target *target;
} scene;

static scene open_scene(const char *script, size_t max_connections) {
  scene c = {.s = start_server(script), .e = sw_engine_new()};
  c.target = target_at(&c.s, max_connections);
  return c;
}

static void close_scene(scene *c) {
  sw_target_release(c->target);
  sw_engine_free(c->e);
  stop_server(&c->s);
}

static void answers_over_one_connection(void) {
  scene c = open_scene("", 100);
  for (int i = 0; i < 10; i++) {
    sw_exchange *x = finished(c.e, c.target, 5);
    CHECK(x->outcome == SW_ANSWERED && x->status == 200 && x->response.length == 2);
    CHECK(x->sent && x->reused == (i > 0));
    sw_engine_forget(x);
  }
  CHECK(*c.s.requests == 10 && *c.s.connections == 1);
  close_scene(&c);
}

/* libcurl would repeat the request by itself, and the server would take it twice. */
static void never_repeats_on_a_warm_connection(const char *script) {
  scene c = open_scene(script, 100);
  sw_engine_forget(finished(c.e, c.target, 5));
  sw_exchange *x = finished(c.e, c.target, 5);
  CHECK(x->outcome == SW_NETWORK && x->sent);
  CHECK(*c.s.requests == 2);
  sw_engine_forget(x);
  close_scene(&c);
}

/* A connection that died while it was idle costs nothing: the request goes over a new one, once. */
static void survives_an_idle_connection_that_died(void) {
  scene c = open_scene("x", 100);
  sw_engine_forget(finished(c.e, c.target, 5));
  (void)usleep(100000);
  sw_exchange *x = finished(c.e, c.target, 5);
  CHECK(x->outcome == SW_ANSWERED);
  CHECK(*c.s.requests == 2 && *c.s.connections == 2);
  sw_engine_forget(x);
  close_scene(&c);
}

static void times_out_in_the_queue_and_in_flight(void) {
  scene c = open_scene("s", 1);
  sw_exchange *stalled = begin(c.e, c.target, 1.5);
  sw_exchange *queued = begin(c.e, c.target, 0.3);
  CHECK(stalled->stage == SW_RUNNING && queued->stage == SW_QUEUED);
  work_until_done(c.e, queued);
  CHECK(queued->outcome == SW_TIMEOUT && !queued->sent && stalled->stage == SW_RUNNING);
  work_until_done(c.e, stalled);
  CHECK(stalled->outcome == SW_TIMEOUT && stalled->sent);
  CHECK(*c.s.requests == 1);
  sw_engine_forget(queued);
  sw_engine_forget(stalled);
  close_scene(&c);
}

static void a_place_in_the_queue_is_taken_when_one_ends(void) {
  scene c = open_scene("", 1);
  sw_exchange *all[50];
  for (int i = 0; i < 50; i++)
    all[i] = begin(c.e, c.target, 10);
  for (int i = 0; i < 50; i++) {
    work_until_done(c.e, all[i]);
    CHECK(all[i]->outcome == SW_ANSWERED);
    sw_engine_forget(all[i]);
  }
  CHECK(*c.s.requests == 50 && *c.s.connections == 1);
  close_scene(&c);
}

/* An answer that has arrived when another exchange starts is not forgotten over that. */
static void an_answer_is_not_lost_to_the_next_start(void) {
  scene c = open_scene("d", 1);
  sw_exchange *first = begin(c.e, c.target, 10);
  while (*c.s.requests == 0)
    sw_engine_work(c.e, 0.01);
  (void)usleep(400000);
  sw_exchange *second = begin(c.e, c.target, 10);
  double started = sw_now();
  sw_engine_work(c.e, 8);
  CHECK(first->outcome == SW_ANSWERED && sw_now() - started < 4);
  work_until_done(c.e, second);
  CHECK(second->outcome == SW_ANSWERED);
  sw_engine_forget(first);
  sw_engine_forget(second);
  close_scene(&c);
}

static void cancels_in_the_queue_and_in_flight(void) {
  scene c = open_scene("s", 1);
  sw_exchange *running = begin(c.e, c.target, 10);
  sw_exchange *queued = begin(c.e, c.target, 10);
  while (*c.s.requests == 0)
    sw_engine_work(c.e, 0.1);
  sw_engine_cancel(queued);
  CHECK(queued->outcome == SW_CANCELLED && !queued->sent);
  sw_engine_cancel(running);
  CHECK(running->outcome == SW_CANCELLED && running->sent);
  sw_engine_forget(queued);
  sw_engine_forget(running);
  close_scene(&c);
}

static void refuses_a_larger_response(void) {
  scene c = open_scene("b", 1);
  c.target->max_response = 9999;
  sw_exchange *x = finished(c.e, c.target, 5);
  CHECK(x->outcome == SW_TOO_LARGE && x->response.length <= 9999);
  sw_engine_forget(x);
  close_scene(&c);
}

/* Back in time, whatever the resolver does; and what is left of it does no harm, nor holds up the end. */
static void comes_back_while_a_name_resolves(void) {
  double started = sw_now();
  sw_engine *e = sw_engine_new();
  sw_target *target = target_of("http://a.name.that.hangs.example", 2);
  sw_exchange *late = begin(e, target, 0.3);
  sw_exchange *cancelled = begin(e, target, 10);
  sw_exchange *queued = begin(e, target, 10);
  work_until_done(e, late);
  CHECK(late->outcome == SW_TIMEOUT && !late->sent);
  sw_engine_cancel(cancelled);
  CHECK(cancelled->outcome == SW_CANCELLED && !cancelled->sent);
  sw_engine_forget(late);
  CHECK(queued->stage == SW_RUNNING);
  CHECK(sw_now() - started < HANGS - 1);
  sw_engine_free(e);
  CHECK(queued->outcome == SW_CLOSED);
  CHECK(sw_now() - started < HANGS - 1);
  sw_engine_forget(cancelled);
  sw_engine_forget(queued);
  sw_target_release(target);
}

/* The resolver comes back to an exchange that nobody waits for any more. */
static void buries_what_it_abandoned(void) {
  sw_engine *e = sw_engine_new();
  sw_target *target = target_of("http://a.name.that.hangs.example", 2);
  sw_engine_forget(finished(e, target, 0.1));
  sw_exchange *kept = finished(e, target, 0.1);
  double until = sw_now() + HANGS + 1;
  while (sw_now() < until)
    sw_engine_work(e, until - sw_now());
  CHECK(kept->seat == NULL && !kept->abandoned);
  sw_engine_forget(kept);
  sw_target_release(target);
  sw_engine_free(e);
}

static void closing_ends_what_is_in_flight(void) {
  scene c = open_scene("s", 1);
  sw_exchange *running = begin(c.e, c.target, 10);
  sw_exchange *queued = begin(c.e, c.target, 10);
  while (*c.s.requests == 0)
    sw_engine_work(c.e, 0.1);
  sw_engine_free(c.e);
  CHECK(running->outcome == SW_CLOSED && running->sent);
  CHECK(queued->outcome == SW_CLOSED && !queued->sent);
  sw_engine_forget(running);
  sw_engine_forget(queued);
  sw_target_release(c.target);
  stop_server(&c.s);
}

/* What the parent may yet send is not the child's to send again. */
static int child_of_a_fork(sw_engine *e, sw_target *target, sw_exchange *inherited, sw_exchange *waiting) {
  failures = 0;
  sw_exchange *x = finished(e, target, 5);
  CHECK(x->outcome == SW_ANSWERED && !x->reused);
  CHECK(inherited->outcome == SW_CLOSED && inherited->sent);
  CHECK(waiting->outcome == SW_CLOSED && waiting->sent);
  return failures;
}

/* The child's request goes over a connection of its own, and the parent's connection and request stay whole. */
static void a_fork_shares_nothing(void) {
  server first = start_server("as"), second = start_server("");
  sw_engine *e = sw_engine_new();
  sw_target *stalling = target_at(&first, 1), *answering = target_at(&second, 100);
  sw_engine_forget(finished(e, answering, 5));
  sw_exchange *inherited = begin(e, stalling, 10);
  work_until_done(e, inherited);
  sw_engine_forget(inherited);
  inherited = begin(e, stalling, 1);
  sw_exchange *waiting = begin(e, stalling, 0.5);
  CHECK(waiting->stage == SW_QUEUED);
  (void)fflush(NULL);
  pid_t child = fork();
  if (child == 0) _exit(child_of_a_fork(e, answering, inherited, waiting));
  int status = -1;
  /* The server takes the child's connection when the parent's is closed or served; it serves one at a time. */
  work_until_done(e, inherited);
  CHECK(inherited->outcome == SW_TIMEOUT && waiting->outcome == SW_TIMEOUT && !waiting->sent);
  sw_engine_forget(inherited);
  sw_engine_forget(waiting);
  sw_target_release(stalling);
  sw_target_release(answering);
  sw_engine_free(e);
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  CHECK(*second.connections == 2 && *second.requests == 2);
  stop_server(&first);
  stop_server(&second);
}

/* The child holds the parent's connections open for the kernel, although it never uses the library. What the parent has
** closed must not end another connection that got its number. */
static void a_fork_keeps_no_closed_socket_alive(void) {
  server closing = start_server("w"), answering = start_server("t");
  sw_engine *e = sw_engine_new();
  sw_target *first = target_at(&closing, 100), *second = target_at(&answering, 100);
  sw_exchange *late = begin(e, first, 0.2);
  while (*closing.requests == 0)
    sw_engine_work(e, 0.01);
  pid_t child = fork();
  if (child == 0) _exit(poll(NULL, 0, 3000));
  work_until_done(e, late);
  sw_exchange *x = finished(e, second, 5);
  CHECK(late->outcome == SW_TIMEOUT && x->outcome == SW_ANSWERED);
  sw_engine_forget(late);
  sw_engine_forget(x);
  sw_target_release(first);
  sw_target_release(second);
  sw_engine_free(e);
  (void)kill(child, SIGKILL);
  (void)waitpid(child, NULL, 0);
  stop_server(&closing);
  stop_server(&answering);
}

/* libcurl closes a connection that does not stand yet by itself. Its descriptor's number may be somebody else's by the
** time of a fork, and the child closes nothing of theirs. */
static void a_fork_closes_nothing_of_others(void) {
  scene c = open_scene("", 100);
  for (int i = 0; i < 20; i++) {
    sw_exchange *x = begin(c.e, c.target, 10);
    sw_engine_work(c.e, 0);
    sw_engine_cancel(x);
    sw_engine_forget(x);
  }
  int others[20];
  for (int i = 0; i < 20; i++)
    others[i] = dup(STDERR_FILENO);
  (void)fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    sw_engine_work(c.e, 0);
    for (int i = 0; i < 20; i++)
      CHECK(close(others[i]) == 0);
    _exit(failures);
  }
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  for (int i = 0; i < 20; i++)
    (void)close(others[i]);
  close_scene(&c);
}

/* libcurl 7.88 goes on to use a handle that was taken off while it connected; so none is freed meanwhile, whichever
** target it last served. */
static void cancels_while_it_connects_to_several(void) {
  scene c = open_scene("", 4);
  sw_target *other = target_at(&c.s, 4);
  for (int i = 0; i < 1500; i++) {
    sw_exchange *x = begin(c.e, c.target, 10);
    for (int turns = i % 3; turns > 0; turns--)
      sw_engine_work(c.e, 0.0002 * (i % 4));
    sw_exchange *y = begin(c.e, other, 10);
    for (int turns = i % 2; turns > 0; turns--)
      sw_engine_work(c.e, 0.0002 * (i % 5));
    sw_engine_forget(x);
    sw_engine_work(c.e, 0);
    sw_engine_forget(y);
  }
  sw_exchange *x = finished(c.e, other, 10);
  CHECK(x->outcome == SW_ANSWERED);
  sw_engine_forget(x);
  sw_target_release(other);
  close_scene(&c);
}

/* libcurl closes the socket of a connection that does not stand yet, and only then says that it is done with it. */
static void gives_up_a_connection_and_no_other(void) {
  server full = start_full_server(), answering = start_server("t");
  sw_engine *e = sw_engine_new();
  sw_target *closed = target_at(&full, 100), *open = target_at(&answering, 1);
  sw_exchange *x = begin(e, open, 20), *queued = begin(e, open, 20);
  while (*answering.requests == 0)
    sw_engine_work(e, 0.01);
  sw_exchange *late = finished(e, closed, 0.2), *cancelled = begin(e, closed, 20);
  sw_engine_work(e, 0);
  CHECK(late->outcome == SW_TIMEOUT && !late->sent && x->stage != SW_DONE);
  sw_engine_cancel(cancelled);
  work_until_done(e, x);
  work_until_done(e, queued);
  CHECK(x->outcome == SW_ANSWERED && queued->outcome == SW_ANSWERED && queued->reused);
  CHECK(*answering.requests == 2 && *answering.connections == 1);
  sw_engine_forget(x);
  sw_engine_forget(queued);
  sw_engine_forget(late);
  sw_engine_forget(cancelled);
  sw_target_release(closed);
  sw_target_release(open);
  sw_engine_free(e);
  stop_server(&full);
  stop_server(&answering);
}

/* A child that holds what the parent has given up before it stood: the kernel knows it by a number that is free now, and
** would tell of its end for ever. */
static void a_fork_leaves_no_end_without_its_beginning(void) {
  server full = start_full_server();
  sw_engine *e = sw_engine_new();
  sw_target *closed = target_at(&full, 100);
  sw_exchange *x = begin(e, closed, 20);
  sw_engine_work(e, 0);
  pid_t child = fork();
  if (child == 0) _exit(poll(NULL, 0, 20000));
  sw_engine_forget(x);
  stop_server(&full);
  double until = sw_now() + 3; /* by then the kernel has knocked again, and been refused */
  struct pollfd quiet = {sw_engine_descriptor(e), POLLIN, 0};
  while (quiet.fd >= 0 && sw_now() < until)
    sw_engine_work(e, until - sw_now());
  CHECK(quiet.fd < 0 || poll(&quiet, 1, 0) == 0);
  sw_target_release(closed);
  sw_engine_free(e);
  (void)kill(child, SIGKILL);
  (void)waitpid(child, NULL, 0);
}

/* The server hears of the parent's goodbye although a child lives that never uses the library. */
static void a_fork_holds_no_connection(void) {
  scene c = open_scene("a", 100);
  sw_engine_forget(finished(c.e, c.target, 5));
  pid_t child = fork();
  if (child == 0) _exit(poll(NULL, 0, 20000));
  sw_engine_free(c.e);
  c.e = sw_engine_new();
  sw_exchange *x = finished(c.e, c.target, 10); /* this server serves one connection at a time */
  CHECK(x->outcome == SW_ANSWERED && *c.s.connections == 2);
  sw_engine_forget(x);
  (void)kill(child, SIGKILL);
  (void)waitpid(child, NULL, 0);
  close_scene(&c);
}

/* Who waits for one exchange is not kept awake by another's end that nobody asked for yet. */
static void a_wait_lasts_whatever_has_ended_before(void) {
  scene c = open_scene("s", 1);
  sw_exchange *stalled = begin(c.e, c.target, 20), *queued = begin(c.e, c.target, 20);
  queued->ticket = 7;
  sw_engine_cancel(queued);
  double started = sw_now();
  int turns = 0;
  for (; sw_now() - started < 0.3 && turns < 100; turns++)
    sw_engine_work(c.e, 0.3);
  CHECK(turns < 100 && stalled->stage != SW_DONE);
  CHECK(sw_engine_next_ended(c.e) == 7 && sw_engine_next_ended(c.e) == 0);
  sw_engine_forget(stalled);
  sw_engine_forget(queued);
  close_scene(&c);
}

/* The one that has headers is gone by the time that the other is asked, over the same handle of libcurl's. */
static void keeps_no_headers_of_another_target(void) {
  scene c = open_scene("", 1);
  sw_target *first = target_at(&c.s, 1);
  CHECK(sw_target_add_header(first, "X-Gone: yes"));
  sw_engine_forget(finished(c.e, first, 5));
  sw_target_release(first);
  sw_exchange *x = finished(c.e, c.target, 5);
  CHECK(x->outcome == SW_ANSWERED && *c.s.requests == 2);
  sw_engine_forget(x);
  close_scene(&c);
}

static void no_time_to_connect_is_a_timeout(void) {
  server s = start_full_server();
  sw_engine *e = sw_engine_new();
  sw_target *target = target_at(&s, 1);
  sw_request request = {"POST", "/", "{}", 2, 5, 0};
  sw_exchange *x = sw_exchange_new(target, &request);
  CHECK(x != NULL && sw_engine_start(e, x));
  work_until_done(e, x);
  CHECK(x->outcome == SW_TIMEOUT && !x->sent);
  sw_engine_forget(x);
  sw_target_release(target);
  sw_engine_free(e);
  stop_server(&s);
}

/* Nothing of what it was shows in what it becomes. */
static void begins_anew_after_a_rest(void) {
  scene c = open_scene("ceba", 1);
  sw_request requests[] = {
      {"POST", "/1", "{}", 2, 5, 5}, {"POST", "/longer", "[1, 2, 3]", 9, 5, 5}, {"HEAD", "/", NULL, 0, 5, 5}};
  size_t lengths[] = {40, 10000, 0};
  sw_exchange *x = finished(c.e, c.target, 5);
  CHECK(x->outcome == SW_NETWORK);
  for (int i = 0; i < 3; i++) {
    sw_exchange_rest(x);
    CHECK(x->target == NULL && sw_exchange_begin(x, c.target, &requests[i]) && sw_engine_start(c.e, x));
    CHECK(!x->sent && !x->headed && x->body_length == requests[i].body_length);
    work_until_done(c.e, x);
    CHECK(x->outcome == SW_ANSWERED && x->status == (i == 0 ? 422 : 200) && x->response.length == lengths[i]);
    CHECK(memcmp(x->headers.data, "HTTP/", 5) == 0);
  }
  sw_engine_forget(x);
  CHECK(*c.s.requests == 4);
  close_scene(&c);
}

static void keeps_little_memory_at_rest(void) {
  static char body[100 * 1024];
  sw_target *target = target_of("http://127.0.0.1:9", 1);
  sw_request request = {"POST", "/", body, sizeof body, 5, 5};
  sw_exchange *x = sw_exchange_new(target, &request);
  CHECK(x != NULL && x->room > sizeof body && sw_buffer_append(&x->response, body, sizeof body));
  sw_exchange_rest(x);
  CHECK(x->room == 0 && x->path == NULL && x->response.capacity == 0);
  request.body_length = 2;
  CHECK(sw_exchange_begin(x, target, &request));
  sw_exchange_rest(x);
  CHECK(x->room > 0);
  sw_exchange_free(x);
  sw_target_release(target);
}

int main(void) {
  CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
  answers_over_one_connection();
  never_repeats_on_a_warm_connection("ac");
  never_repeats_on_a_warm_connection("ar");
  survives_an_idle_connection_that_died();
  times_out_in_the_queue_and_in_flight();
  a_place_in_the_queue_is_taken_when_one_ends();
  an_answer_is_not_lost_to_the_next_start();
  cancels_in_the_queue_and_in_flight();
  refuses_a_larger_response();
  comes_back_while_a_name_resolves();
  buries_what_it_abandoned();
  closing_ends_what_is_in_flight();
  a_fork_shares_nothing();
  a_fork_keeps_no_closed_socket_alive();
  a_fork_closes_nothing_of_others();
  cancels_while_it_connects_to_several();
  gives_up_a_connection_and_no_other();
  a_fork_leaves_no_end_without_its_beginning();
  a_fork_holds_no_connection();
  a_wait_lasts_whatever_has_ended_before();
  keeps_no_headers_of_another_target();
  no_time_to_connect_is_a_timeout();
  begins_anew_after_a_rest();
  keeps_little_memory_at_rest();
  curl_global_cleanup();
  return failures != 0;
}
