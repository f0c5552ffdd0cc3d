/* Exchanges over the helper thread: the same ends as on the engine, and what threads, forks and signals add.
** SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "../src/desk.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../src/clock.h"
#include "check.h"
#include "resolver.h"
#include "server.h"

static sw_target *target_of(const char *origin, size_t max_connections) {
  sw_target *target = sw_target_new();
  CHECK(target != NULL && sw_target_set(&target->origin, origin) && sw_target_set(&target->proxy, ""));
  target->max_connections = max_connections;
  target->by_helper = true;
  return target;
}

static sw_target *target_at(const server *s, size_t max_connections) {
  char origin[64];
  (void)snprintf(origin, sizeof origin, "http://127.0.0.1:%d", s->port);
  return target_of(origin, max_connections);
}

static sw_exchange *begin(sw_desk *d, sw_target *target, double timeout) {
  sw_request request = {"POST", "/", "{}", 2, timeout, timeout};
  sw_exchange *x = sw_exchange_new(target, &request);
  CHECK(x != NULL && sw_desk_start(d, x));
  return x;
}

static void work_until_done(sw_desk *d, const sw_exchange *x) {
  double limit = sw_now() + 20;
  while (!sw_desk_done(x) && sw_now() < limit)
    sw_desk_work(d, 1);
  CHECK(sw_desk_done(x));
}

static sw_exchange *finished(sw_desk *d, sw_target *target, double timeout) {
  sw_exchange *x = begin(d, target, timeout);
  work_until_done(d, x);
  return x;
}

typedef struct scene {
  server s;
  sw_desk *d;
  sw_target *target;
} scene;

static scene open_scene(const char *script, size_t max_connections) {
  scene c = {.s = start_server(script), .d = sw_desk_new()};
  c.target = target_at(&c.s, max_connections);
  return c;
}

static void close_scene(scene *c) {
  sw_target_release(c->target);
  sw_desk_close(c->d);
  stop_server(&c->s);
}

static void wait_for_request(const server *s) {
  for (int i = 0; i < 2000 && *s->requests == 0; i++)
    (void)usleep(10000);
  CHECK(*s->requests > 0);
}

static void answers_over_one_connection(void) {
  scene c = open_scene("", 100);
  for (int i = 0; i < 10; i++) {
    sw_exchange *x = finished(c.d, c.target, 5);
    CHECK(x->outcome == SW_ANSWERED && x->status == 200 && x->response.length == 2);
    CHECK(x->sent && x->reused == (i > 0));
    sw_desk_forget(x);
  }
  CHECK(*c.s.requests == 10 && *c.s.connections == 1);
  close_scene(&c);
}

/* The connection is the process's: who comes behind a desk that was closed finds it warm. */
static void connections_outlive_a_desk(void) {
  scene c = open_scene("", 100);
  sw_desk_forget(finished(c.d, c.target, 5));
  sw_desk_close(c.d);
  c.d = sw_desk_new();
  sw_exchange *x = finished(c.d, c.target, 5);
  CHECK(x->outcome == SW_ANSWERED && x->reused && *c.s.connections == 1);
  sw_desk_forget(x);
  close_scene(&c);
}

static void never_repeats_on_a_warm_connection(const char *script) {
  scene c = open_scene(script, 100);
  sw_desk_forget(finished(c.d, c.target, 5));
  sw_exchange *x = finished(c.d, c.target, 5);
  CHECK(x->outcome == SW_NETWORK && x->sent);
  CHECK(*c.s.requests == 2);
  sw_desk_forget(x);
  close_scene(&c);
}

static void names_what_has_ended(void) {
  scene c = open_scene("", 1);
  sw_exchange *all[50];
  bool seen[51] = {false};
  sw_request request = {"POST", "/", "{}", 2, 10, 10};
  for (unsigned long i = 0; i < 50; i++) {
    all[i] = sw_exchange_new(c.target, &request);
    all[i]->ticket = i + 1;
    CHECK(sw_desk_start(c.d, all[i]));
  }
  double limit = sw_now() + 20;
  for (size_t count = 0; count < 50 && sw_now() < limit;) {
    unsigned long ticket = sw_desk_next_ended(c.d);
    if (ticket == 0) {
      sw_desk_work(c.d, 1);
      continue;
    }
    CHECK(ticket <= 50 && !seen[ticket] && sw_desk_done(all[ticket - 1]));
    seen[ticket] = true;
    count++;
  }
  CHECK(sw_desk_next_ended(c.d) == 0 && *c.s.requests == 50);
  for (int i = 0; i < 50; i++)
    sw_desk_forget(all[i]);
  close_scene(&c);
}

/* Who waits for the descriptor in a loop of another kind is woken by the helper too. */
static void wakes_by_the_descriptor(void) {
  scene c = open_scene("d", 1);
  sw_exchange *x = begin(c.d, c.target, 10);
  struct pollfd readable = {sw_desk_descriptor(c.d), POLLIN, 0};
  if (readable.fd >= 0) {
    CHECK(poll(&readable, 1, 10000) == 1);
    sw_desk_work(c.d, 0);
    CHECK(sw_desk_done(x) && poll(&readable, 1, 0) == 0);
  }
  work_until_done(c.d, x);
  sw_desk_forget(x);
  close_scene(&c);
}

/* Those of the thread itself and those of the helper are waited for in one place. */
static void both_kinds_at_one_desk(void) {
  server first = start_server("d"), second = start_server("d");
  sw_desk *d = sw_desk_new();
  sw_target *by_helper = target_at(&first, 1), *here = target_at(&second, 1);
  here->by_helper = false;
  sw_exchange *x = begin(d, by_helper, 10), *y = begin(d, here, 10);
  work_until_done(d, x);
  work_until_done(d, y);
  CHECK(x->outcome == SW_ANSWERED && y->outcome == SW_ANSWERED);
  sw_desk_forget(x);
  sw_desk_forget(y);
  sw_target_release(by_helper);
  sw_target_release(here);
  sw_desk_close(d);
  stop_server(&first);
  stop_server(&second);
}

static void times_out_in_the_queue_and_in_flight(void) {
  scene c = open_scene("s", 1);
  sw_exchange *stalled = begin(c.d, c.target, 1.5);
  sw_exchange *queued = begin(c.d, c.target, 0.3);
  work_until_done(c.d, queued);
  CHECK(queued->outcome == SW_TIMEOUT && !queued->sent && !sw_desk_done(stalled));
  work_until_done(c.d, stalled);
  CHECK(stalled->outcome == SW_TIMEOUT && stalled->sent);
  CHECK(*c.s.requests == 1);
  sw_desk_forget(queued);
  sw_desk_forget(stalled);
  close_scene(&c);
}

static void cancels_at_once(void) {
  scene c = open_scene("s", 1);
  sw_exchange *running = begin(c.d, c.target, 10);
  sw_exchange *queued = begin(c.d, c.target, 10);
  wait_for_request(&c.s);
  sw_desk_cancel(queued);
  CHECK(sw_desk_done(queued) && queued->outcome == SW_CANCELLED && !queued->sent);
  sw_desk_cancel(running);
  CHECK(sw_desk_done(running) && running->outcome == SW_CANCELLED && running->sent);
  sw_desk_cancel(running);
  sw_desk_forget(queued);
  sw_desk_forget(running);
  close_scene(&c);
}

static void comes_back_while_a_name_resolves(void) {
  double started = sw_now();
  sw_desk *d = sw_desk_new();
  sw_target *target = target_of("http://a.name.that.hangs.example", 3);
  sw_exchange *late = finished(d, target, 0.3);
  CHECK(late->outcome == SW_TIMEOUT && !late->sent);
  sw_exchange *cancelled = begin(d, target, 10), *forgotten = begin(d, target, 10);
  sw_desk_cancel(cancelled);
  CHECK(cancelled->outcome == SW_CANCELLED);
  sw_desk_forget(late);
  sw_desk_close(d);
  sw_desk_forget(cancelled);
  sw_desk_forget(forgotten);
  sw_target_release(target);
  CHECK(sw_now() - started < HANGS - 1);
}

/* A host closes its Lua state: the desk may go before or behind its exchanges, whatever they are about. */
static void closes_at_any_moment(void) {
  scene c = open_scene("", 4);
  for (int i = 0; i < 300; i++) {
    sw_desk *d = sw_desk_new();
    sw_exchange *x = begin(d, c.target, 10), *y = begin(d, c.target, 10);
    if (i % 3 == 0) sw_desk_work(d, 0.001 * (i % 4));
    if (i % 2 == 0) sw_desk_close(d);
    sw_desk_forget(x);
    sw_desk_forget(y);
    if (i % 2 != 0) sw_desk_close(d);
  }
  close_scene(&c);
}

static volatile sig_atomic_t alarms;
static pthread_t alarmed;

static void on_alarm(int number) {
  (void)number;
  alarms++;
  alarmed = pthread_self();
}

/* A signal ends the wait of the thread that waits, and never gets to the helper. */
static void a_signal_ends_the_wait(void) {
  scene c = open_scene("s", 1);
  sw_exchange *x = begin(c.d, c.target, 10);
  struct sigaction action = {.sa_handler = on_alarm};
  CHECK(sigaction(SIGALRM, &action, NULL) == 0);
  wait_for_request(&c.s);
  (void)alarm(1);
  double started = sw_now();
  while (alarms == 0 && sw_now() - started < 8)
    sw_desk_work(c.d, 8);
  CHECK(alarms == 1 && sw_now() - started < 6 && !sw_desk_done(x));
  CHECK(pthread_equal(alarmed, pthread_self()));
  sw_desk_forget(x);
  close_scene(&c);
}

static void *work_in_a_thread(void *data) {
  scene *c = data;
  sw_desk *d = sw_desk_new();
  for (int i = 0; i < 100; i++) {
    sw_exchange *x = begin(d, c->target, 20), *y = begin(d, c->target, 20);
    if (i % 4 == 0) sw_desk_cancel(y);
    work_until_done(d, x);
    CHECK(x->outcome == SW_ANSWERED);
    sw_desk_forget(x);
    sw_desk_forget(y);
  }
  sw_desk_close(d);
  return NULL;
}

/* Several Lua states in threads of one process share the helper. */
static void serves_several_threads(void) {
  scene c = open_scene("", 1);
  pthread_t threads[4];
  for (int i = 0; i < 4; i++)
    CHECK(pthread_create(&threads[i], NULL, work_in_a_thread, &c) == 0);
  for (int i = 0; i < 4; i++)
    CHECK(pthread_join(threads[i], NULL) == 0);
  CHECK(*c.s.connections >= 1);
  close_scene(&c);
}

static void *change_ones_mind(void *data) {
  scene *c = data;
  sw_desk *d = sw_desk_new();
  for (int i = 0; i < 2000; i++) {
    sw_exchange *x = begin(d, c->target, 20);
    sw_desk_cancel(x);
    CHECK(sw_desk_done(x));
    sw_desk_forget(x);
  }
  sw_desk_close(d);
  return NULL;
}

/* An errand that comes while the helper works is heard of before it sleeps. */
static void hears_of_every_errand(void) {
  scene c = open_scene("s", 1);
  double started = sw_now();
  sw_exchange *stalled = begin(c.d, c.target, 60);
  wait_for_request(&c.s);
  pthread_t threads[4];
  for (int i = 0; i < 4; i++)
    CHECK(pthread_create(&threads[i], NULL, change_ones_mind, &c) == 0);
  for (int i = 0; i < 4; i++)
    CHECK(pthread_join(threads[i], NULL) == 0);
  CHECK(sw_now() - started < 55);
  sw_desk_forget(stalled);
  close_scene(&c);
}

static int child_of_a_fork(sw_desk *d, sw_target *target, sw_exchange *inherited) {
  failures = 0;
  sw_exchange *x = finished(d, target, 5);
  CHECK(x->outcome == SW_ANSWERED && !x->reused);
  CHECK(sw_desk_done(inherited) && inherited->outcome == SW_CLOSED);
  sw_desk_forget(x);
  sw_desk_forget(inherited);
  sw_desk_close(d);
  return failures;
}

/* The child has a helper of its own, and the parent's connections and request stay whole. */
static void a_fork_shares_nothing(bool at_once) {
  server first = start_server("as"), second = start_server(""), third = start_server("");
  sw_desk *d = sw_desk_new();
  sw_target *stalling = target_at(&first, 100), *kept = target_at(&second, 100), *childs = target_at(&third, 100);
  sw_desk_forget(finished(d, kept, 5));
  sw_desk_forget(finished(d, stalling, 5));
  sw_exchange *inherited = begin(d, stalling, 2);
  if (!at_once) (void)usleep(300000);
  (void)fflush(NULL);
  pid_t child = fork();
  if (child == 0) _exit(child_of_a_fork(d, childs, inherited));
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  work_until_done(d, inherited);
  CHECK(inherited->outcome == SW_TIMEOUT && inherited->sent && *first.requests == 2);
  sw_exchange *x = finished(d, kept, 5);
  CHECK(x->outcome == SW_ANSWERED && x->reused && *second.connections == 1);
  CHECK(*third.connections == 1 && *third.requests == 1);
  sw_desk_forget(x);
  sw_desk_forget(inherited);
  sw_target_release(stalling);
  sw_target_release(kept);
  sw_target_release(childs);
  sw_desk_close(d);
  stop_server(&first);
  stop_server(&second);
  stop_server(&third);
}

static int change_ones_mind_in_a_child(sw_target *target) {
  failures = 0;
  (void)signal(SIGALRM, SIG_DFL);
  (void)alarm(20);
  sw_desk *d = sw_desk_new();
  for (int i = 0; i < 50; i++) {
    sw_exchange *x = begin(d, target, 20);
    sw_desk_cancel(x);
    CHECK(sw_desk_done(x));
    sw_desk_forget(x);
  }
  sw_desk_close(d);
  return failures;
}

/* Threads of the parent wait for the helper while it forks; in the child nobody does. */
static void a_fork_waits_for_nobodys_errand(void) {
  scene c = open_scene("s", 1);
  pthread_t threads[4];
  int status = 0;
  for (int i = 0; i < 4; i++)
    CHECK(pthread_create(&threads[i], NULL, change_ones_mind, &c) == 0);
  for (int i = 0; i < 60 && status == 0; i++) {
    pid_t child = fork();
    if (child == 0) _exit(change_ones_mind_in_a_child(c.target));
    CHECK(waitpid(child, &status, 0) == child && status == 0);
  }
  for (int i = 0; i < 4; i++)
    CHECK(pthread_join(threads[i], NULL) == 0);
  close_scene(&c);
}

int main(void) {
  CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
  answers_over_one_connection();
  connections_outlive_a_desk();
  never_repeats_on_a_warm_connection("ac");
  never_repeats_on_a_warm_connection("ar");
  names_what_has_ended();
  wakes_by_the_descriptor();
  both_kinds_at_one_desk();
  times_out_in_the_queue_and_in_flight();
  cancels_at_once();
  comes_back_while_a_name_resolves();
  closes_at_any_moment();
  a_signal_ends_the_wait();
  serves_several_threads();
  hears_of_every_errand();
  a_fork_shares_nothing(true);
  a_fork_shares_nothing(false);
  if (CHILDREN_WORK) a_fork_waits_for_nobodys_errand();
  return failures != 0;
}
