/* chaos [SECONDS] [SEED]: random walks over a desk, its engine, the helper and channels, against servers that do all
** that servers do. Whatever becomes of one exchange, what was not disturbed must end as its server has it end; and
** nothing may hang, be sent twice, be announced twice, or be left behind. A failure names the seed of its walk.
** SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "../src/desk.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../src/clock.h"
#include "../src/engine.h"
#include "check.h"
#include "crowd.h"
#include "server.h"

/* {==================================================================
** Chance, and the watchdog
** =================================================================== */

static unsigned long seed;
static unsigned long long chance;
static const char *doing = "nothing";

static unsigned long long draw_from(unsigned long long *from) {
  unsigned long long z = (*from += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

static unsigned long long draw(void) { return draw_from(&chance); }

static int below(int limit) { return (int)(draw() % (unsigned long long)limit); }

static bool one_in(int count) { return below(count) == 0; }

static double between(double from, double to) { return from + (to - from) * (double)(draw() % 10001) / 10000; }

#define HUNG 60 /* seconds, on a machine that has much else to do */

static void begin_to(const char *what) {
  doing = what;
  (void)alarm(HUNG);
}

static void on_hang(int number) {
  char text[200];
  (void)number;
  int length = snprintf(text, sizeof text, "chaos: seed %lu: hung while it began to %s\n", seed, doing);
  ssize_t written = write(STDERR_FILENO, text, (size_t)length);
  (void)written;
  abort();
}

static void on_signal(int number) { (void)number; }

static void complain(const char *format, ...) {
  va_list list;
  failures++;
  (void)fprintf(stderr, "chaos: seed %lu: ", seed);
  va_start(list, format);
  (void)vfprintf(stderr, format, list);
  va_end(list);
  (void)fputc('\n', stderr);
}

/* }================================================================== */

/* ThreadSanitizer does not know what libcurl's resolvers do. */
#if defined(__SANITIZE_THREAD__)
#define IS_WATCHED true
#else
#define IS_WATCHED false
#endif

/* {==================================================================
** Where commands go
** =================================================================== */

enum { STEADY, STEADY_TOO, ROUGH, REFUSED, FULL, NAME, PLACES };

/* What is asked of each. A rough server may close a connection that the next command is about to take. */
static const char *const letters[PLACES] = {"aaadbek", "aadb", "aadcrshxylbk", "a", "a", "a"};

static crowd steady, rough;
static server full;
static sw_target *places[PLACES], *channel_places[PLACES];
static atomic_ulong commands;  /* so many were given a number */
static bool *may_have_arrived; /* which of them may a server have seen? */

static sw_target *target_at(int place, bool channel, size_t max_connections) {
  char origin[64];
  const int ports[PLACES] = {steady.port, steady.port, rough.port, 1, full.port, 0};
  sw_target *target = sw_target_new();
  (void)snprintf(origin, sizeof origin, "http://127.0.0.1:%d", ports[place]);
  if (place == NAME) (void)snprintf(origin, sizeof origin, "http://a.name.that.hangs.example");
  CHECK(target != NULL && sw_target_set(&target->origin, origin) && sw_target_set(&target->proxy, ""));
  target->max_connections = max_connections;
  target->max_response = 1000000;
  target->channel = channel;
  return target;
}

/* The helper has none of them, all, or some. */
static void choose_places(void) {
  int helped = below(3);
  for (int i = 0; i < PLACES; i++) {
    places[i] = target_at(i, false, (size_t)(1 + below(4)));
    places[i]->by_helper = helped == 1 || (helped == 2 && one_in(2));
    channel_places[i] = target_at(i, true, 1);
  }
}

static void release_places(void) {
  for (int i = 0; i < PLACES; i++) {
    sw_target_release(places[i]);
    sw_target_release(channel_places[i]);
  }
}

static int any_place(void) {
  static const int drawn[] = {STEADY, STEADY, STEADY, STEADY_TOO, STEADY_TOO, ROUGH,
                              ROUGH,  ROUGH,  ROUGH,  REFUSED,    FULL,       FULL};
  return !IS_WATCHED && one_in(40) ? NAME : drawn[below(sizeof drawn / sizeof *drawn)];
}

static unsigned long next_number(void) {
  unsigned long number = atomic_fetch_add(&commands, 1) + 1;
  if (number < MAX_COMMANDS) return number;
  complain("all numbers of commands are used up");
  exit(1);
}

/* }================================================================== */

/* {==================================================================
** Commands
** =================================================================== */

typedef struct command {
  sw_exchange *x; /* NULL once forgotten */
  int place;
  char letter;
  unsigned long number;
  bool patient; /* its time is longer than the walk */
  bool disturbed;
  bool announced;
} command;

#define MOST 600
#define LONG 120 /* seconds */

static sw_desk *desk;
static command all[MOST];
static int given;

static bool is_under_way(const command *c) { return c->x != NULL && !sw_desk_done(c->x); }

static int count_under_way(void) {
  int count = 0;
  for (int i = 0; i < given; i++)
    if (is_under_way(&all[i])) count++;
  return count;
}

static command *any_command(bool (*fits)(const command *)) {
  int start = given > 0 ? below(given) : 0;
  for (int i = 0; i < given; i++) {
    command *c = &all[(start + i) % given];
    if (fits(c)) return c;
  }
  return NULL;
}

static bool is_kept(const command *c) { return c->x != NULL; }

/* Or only when the resolver is tired of it, which few wait for. */
static bool never_ends_by_itself(const command *c) {
  return c->place == FULL || c->letter == 's' || (c->place == NAME && !one_in(20));
}

static void give_command(void) {
  static const char body[600000];
  char path[40];
  if (given == MOST || count_under_way() > 40) return;
  command *c = &all[given];
  *c = (command){.place = any_place(), .number = next_number()};
  c->letter = letters[c->place][below((int)strlen(letters[c->place]))];
  c->patient = !never_ends_by_itself(c) && !one_in(3);
  double timeout = c->patient ? LONG : one_in(2) ? between(0, 0.05) : between(0, 0.5);
  double connect = c->patient || one_in(2) ? LONG : between(0, 0.1);
  (void)snprintf(path, sizeof path, "/%c/%lu", c->letter, c->number);
  size_t length = one_in(20) ? (size_t)below(sizeof body) : 2;
  sw_request r = {"POST", path, body, length, timeout, connect};
  begin_to("give a command");
  c->x = sw_exchange_new(places[c->place], &r);
  c->x->ticket = one_in(4) ? 0 : (unsigned long)(given + 1);
  if (!sw_desk_start(desk, c->x)) complain("a command could not begin");
  given++;
}

static bool is_answer_to(const command *c) {
  char number[11];
  size_t length = c->letter == 'b' ? BIG : 10;
  (void)snprintf(number, sizeof number, "%010lu", c->number);
  return c->x->response.length == length && c->x->sent && c->x->status == (c->letter == 'e' ? 422 : 200) &&
         memcmp(c->x->response.data, number, 10) == 0 && arrived[c->number] == 1;
}

/* Beside a time-out, where the command's time was short. */
static bool is_what_the_place_gives(const command *c) {
  const sw_exchange *x = c->x;
  if (c->place == FULL) return false;
  if (c->place == REFUSED || c->place == NAME) return x->outcome == SW_CONNECT && !x->sent;
  if (c->place == ROUGH && x->sent && x->outcome == SW_NETWORK) return true;
  if (strchr("crh", c->letter) != NULL) return x->outcome == SW_NETWORK && x->sent;
  if (c->letter == 'l') return x->outcome == SW_TOO_LARGE && x->sent;
  return x->outcome == SW_ANSWERED && is_answer_to(c);
}

static void check_end(const command *c) {
  const sw_exchange *x = c->x;
  bool fine = is_what_the_place_gives(c) || (!c->patient && x->outcome == SW_TIMEOUT) ||
              (c->disturbed && (x->outcome == SW_CANCELLED || x->outcome == SW_CLOSED));
  if (!fine)
    complain("command %lu, %c at place %d%s%s%s, ended as %s (%s), %ssent, %sreused; status %ld, %zu bytes, %.10s; it "
             "arrived %d times",
             c->number, c->letter, c->place, c->patient ? ", patient" : "", c->disturbed ? ", disturbed" : "",
             x->target->by_helper ? ", by the helper" : "", sw_outcome_word(x->outcome),
             x->message != NULL ? x->message : "", x->sent ? "" : "not ", x->reused ? "" : "not ", x->status,
             x->response.length, x->response.length > 0 ? x->response.data : "", arrived[c->number]);
  if (!c->announced && x->ticket != 0 && !c->disturbed) complain("nothing told of the end of command %lu", c->number);
}

/* What is forgotten under way may be seen by its server even later. */
static void forget(command *c) {
  bool unsent = sw_desk_done(c->x) && !c->x->sent;
  may_have_arrived[c->number] = !unsent;
  begin_to("forget a command");
  sw_desk_forget(c->x);
  c->x = NULL;
}

static void cancel_some(void) {
  command *c = any_command(is_under_way);
  if (c == NULL) return;
  begin_to("cancel a command");
  c->disturbed = true;
  sw_desk_cancel(c->x);
  if (!sw_desk_done(c->x)) complain("a cancelled command goes on");
}

static void hear_of_ends(void);

static void forget_some(void) {
  command *c = any_command(is_kept);
  if (c == NULL) return;
  if (sw_desk_done(c->x)) {
    hear_of_ends();
    check_end(c);
  }
  forget(c);
}

/* }================================================================== */

/* {==================================================================
** Channels
** =================================================================== */

#define MOST_CHANNELS 6

typedef struct conversation {
  sw_channel *c; /* NULL: none */
  int place;
  char letter;
  unsigned long number; /* of the question that waits for its answer; 0: none does */
  bool patient;
  size_t got;
  char head[200];
} conversation;

static conversation talks[MOST_CHANNELS];

static void listen_to(conversation *t) {
  begin_to("listen to a channel");
  sw_engine_listen(t->c, (unsigned long)(MOST + 1 + (t - talks)));
}

static void open_talk(conversation *t) {
  *t = (conversation){.place = any_place(), .patient = !one_in(3)};
  double timeout = t->patient && t->place != FULL && t->place != NAME ? LONG : between(0, 0.3);
  begin_to("open a channel");
  t->c = sw_channel_new(channel_places[t->place], timeout);
  CHECK(t->c != NULL && sw_engine_connect(sw_desk_engine(desk), t->c));
  listen_to(t);
}

static void end_talk(conversation *t) {
  if (t->c == NULL) return;
  begin_to("forget a channel");
  sw_engine_forget_channel(t->c);
  t->c = NULL;
}

static void ask(conversation *t) {
  char text[200];
  t->letter = letters[t->place][below((int)strlen(letters[t->place]))];
  t->number = next_number();
  t->got = 0;
  may_have_arrived[t->number] = true;
  int length = snprintf(text, sizeof text, "POST /%c/%lu HTTP/1.1\r\nContent-Length: 0\r\n\r\n", t->letter, t->number);
  begin_to("send over a channel");
  (void)sw_engine_send(t->c, text, (size_t)length);
  listen_to(t);
}

static bool is_answered(conversation *t) {
  const char *body = strstr(t->head, "\r\n\r\n");
  size_t length = t->letter == 'b' ? BIG : 10;
  if (body == NULL || t->got < (size_t)(body + 4 - t->head) + length) return false;
  if (strtoul(body + 4, NULL, 10) != t->number || t->got != (size_t)(body + 4 - t->head) + length)
    complain("a channel brought another answer");
  return true;
}

static void hear_talk(conversation *t) {
  char room[16384];
  size_t got = 0;
  begin_to("receive from a channel");
  while (sw_engine_receive(t->c, room, sizeof room, &got) && got > 0) {
    for (size_t i = 0; i < got && t->got + i + 1 < sizeof t->head; i++)
      t->head[t->got + i] = room[i], t->head[t->got + i + 1] = '\0';
    t->got += got;
  }
  if (t->number != 0 && t->letter != 'l' && is_answered(t)) t->number = 0;
  if (t->c->stage == SW_OPEN) listen_to(t);
}

static bool must_stand(const conversation *t) { return t->patient && (t->place == STEADY || t->place == STEADY_TOO); }

static void go_on_talking(void) {
  conversation *t = &talks[below(MOST_CHANNELS)];
  if (t->c == NULL)
    open_talk(t);
  else if (t->c->stage == SW_BROKEN && must_stand(t))
    complain("a channel broke: %s", t->c->x->message);
  else if (t->c->stage == SW_BROKEN || one_in(8))
    end_talk(t);
  else if (one_in(20))
    sw_engine_disturb(t->c);
  else if (t->c->stage == SW_OPEN && t->number == 0)
    ask(t);
  else
    hear_talk(t);
}

static void finish_talks(void) {
  double limit = sw_now() + LONG;
  for (int i = 0; i < MOST_CHANNELS; i++) {
    conversation *t = &talks[i];
    while (t->c != NULL && must_stand(t) && t->c->stage != SW_BROKEN && sw_now() < limit) {
      if (t->c->stage == SW_OPEN && t->number == 0) break;
      if (t->c->stage == SW_OPEN) hear_talk(t);
      if (t->number == 0 && t->c->stage == SW_OPEN) break;
      if (t->c->stage == SW_CONNECTING) listen_to(t);
      begin_to("wait for a channel");
      if (!t->c->news) sw_desk_work(desk, 5);
    }
    if (t->c != NULL && must_stand(t) && (t->c->stage != SW_OPEN || t->number != 0))
      complain("a channel at place %d did not bring its answer: stage %d, asked %lu, got %zu, %s", t->place,
               (int)t->c->stage, t->number, t->got, t->c->x->message != NULL ? t->c->x->message : "");
    end_talk(t);
  }
}

/* }================================================================== */

/* {==================================================================
** Waits
** =================================================================== */

static void hear_of_ends(void) {
  unsigned long ticket;
  begin_to("hear what has ended");
  while ((ticket = sw_desk_next_ended(desk)) != 0) {
    if (ticket > MOST) continue;
    command *c = &all[ticket - 1];
    if (c->announced) complain("the end of command %lu was told twice", c->number);
    if (c->x != NULL && !sw_desk_done(c->x)) complain("command %lu was told to have ended", c->number);
    c->announced = true;
  }
}

static void work(void) {
  begin_to("work");
  sw_desk_work(desk, one_in(2) ? 0 : between(0, 0.004));
}

static void wait_for_some(void) {
  command *c = any_command(is_under_way);
  begin_to("wait for a command");
  if (c != NULL) (void)sw_desk_wait(c->x, between(0, 0.01));
}

/* As a loop of another kind does. */
static void wait_by_descriptor(void) {
  begin_to("wait by the descriptor");
  double patience = sw_desk_patience(desk), most = between(0, 0.01);
  struct pollfd readable = {sw_desk_descriptor(desk), POLLIN, 0};
  (void)poll(&readable, readable.fd >= 0, (int)((patience < most ? patience : most) * 1000));
  sw_desk_work(desk, 0);
}

/* }================================================================== */

/* {==================================================================
** Forks
** =================================================================== */

#define MOST_CHILDREN 8

static pid_t children[MOST_CHILDREN];

static void ask_as_child(unsigned long number) {
  char path[40];
  (void)snprintf(path, sizeof path, "/a/%lu", number);
  sw_request r = {"POST", path, "{}", 2, LONG, LONG};
  sw_exchange *x = sw_exchange_new(places[STEADY], &r);
  double limit = sw_now() + LONG;
  CHECK(sw_desk_start(desk, x));
  while (!sw_desk_done(x) && sw_now() < limit) {
    begin_to("wait in a child");
    sw_desk_work(desk, 1);
  }
  if (!sw_desk_done(x) || x->outcome != SW_ANSWERED)
    complain("a child's command ended as %s (%s)", sw_outcome_word(x->outcome), x->message);
  sw_desk_forget(x);
}

static void live_as_child(unsigned long number) {
  failures = 0;
  chance += number;
  if (one_in(2)) sw_desk_work(desk, 0);
  for (int i = below(10); i > 0; i--) {
    command *c = any_command(is_under_way);
    if (c == NULL) break;
    begin_to("cancel or forget in a child");
    sw_desk_cancel(c->x);
    if (!sw_desk_done(c->x)) complain("in a child, a command goes on");
  }
  for (int i = 0; i < MOST_CHANNELS; i++)
    talks[i].patient = false;
  if (one_in(2)) go_on_talking();
  ask_as_child(number);
  for (int i = 0; i < given; i++)
    if (all[i].x != NULL) {
      if (!sw_desk_done(all[i].x)) complain("a child does not know that its parent's command is not its own");
      if (!sw_desk_done(all[i].x) || one_in(2)) sw_desk_forget(all[i].x);
    }
  begin_to("close the desk in a child");
  sw_desk_close(desk);
}

static void collect_child(pid_t *child, bool wait) {
  int status = 0;
  if (*child == 0) return;
  begin_to("wait for a child");
  pid_t ended;
  do
    ended = waitpid(*child, &status, wait ? 0 : WNOHANG);
  while (ended < 0 && errno == EINTR);
  if (ended == 0) return;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) complain("a child failed: %d", status);
  *child = 0;
}

/* One that uses the library, or one that only holds what it inherited for a while. */
static void fork_now(void) {
  pid_t *child = &children[below(MOST_CHILDREN)];
  collect_child(child, false);
  if (*child != 0) return;
  bool works = one_in(2) && CHILDREN_WORK;
  int linger = below(400);
  unsigned long number = next_number();
  may_have_arrived[number] = true;
  begin_to("fork");
  (void)fflush(NULL);
  *child = fork();
  if (*child != 0) return;
  if (works)
    live_as_child(number);
  else
    (void)poll(NULL, 0, linger);
  _exit(failures != 0);
}

/* }================================================================== */

/* {==================================================================
** Companions: other threads, each at a desk of its own, while this one walks
** =================================================================== */

#define MOST_COMPANIONS 4

static pthread_t companions[MOST_COMPANIONS];
static unsigned long long companions_chances[MOST_COMPANIONS];
static int companion_count;
static atomic_bool walking;

static void go_along(sw_desk *d, sw_target *target, unsigned long long *own) {
  char path[40];
  unsigned long number = next_number(), mood = draw_from(own) % 8;
  may_have_arrived[number] = true;
  (void)snprintf(path, sizeof path, "/a/%lu", number);
  sw_request r = {"POST", path, "{}", 2, LONG, LONG};
  sw_exchange *x = sw_exchange_new(target, &r);
  double limit = sw_now() + LONG;
  CHECK(sw_desk_start(d, x));
  if (mood == 1) sw_desk_work(d, 0.0005);
  if (mood < 4) sw_desk_cancel(x);
  while (!sw_desk_done(x) && sw_now() < limit)
    sw_desk_work(d, 5);
  if (!sw_desk_done(x))
    complain("a companion's command hangs");
  else if (mood >= 4 && x->outcome != SW_ANSWERED)
    complain("a companion's command ended as %s (%s)", sw_outcome_word(x->outcome), x->message);
  sw_desk_forget(x);
}

static void *accompany(void *data) {
  sw_desk *d = sw_desk_new();
  sw_target *target = target_at(STEADY, false, 2);
  target->by_helper = draw_from(data) % 4 != 0;
  while (walking)
    go_along(d, target, data);
  sw_target_release(target);
  sw_desk_close(d);
  return NULL;
}

static void set_out_together(void) {
  walking = true;
  companion_count = one_in(3) ? 1 + below(MOST_COMPANIONS) : 0;
  for (int i = 0; i < companion_count; i++) {
    companions_chances[i] = draw();
    CHECK(pthread_create(&companions[i], NULL, accompany, &companions_chances[i]) == 0);
  }
}

static void part(void) {
  begin_to("wait for the companions");
  walking = false;
  for (int i = 0; i < companion_count; i++)
    CHECK(pthread_join(companions[i], NULL) == 0);
}

/* }================================================================== */

/* {==================================================================
** Walks
** =================================================================== */

/* The desk goes before what was given to it, or behind. */
static void close_desk(void) {
  bool before = one_in(2);
  for (int i = 0; i < given; i++) {
    if (all[i].x == NULL) continue;
    if (!sw_desk_done(all[i].x)) all[i].disturbed = true;
    if (!before) forget(&all[i]);
  }
  for (int i = 0; i < MOST_CHANNELS && !before; i++)
    end_talk(&talks[i]);
  begin_to("close the desk");
  sw_desk_close(desk);
  for (int i = 0; i < given; i++)
    if (all[i].x != NULL) forget(&all[i]);
  for (int i = 0; i < MOST_CHANNELS; i++)
    end_talk(&talks[i]);
  given = 0;
}

static void reopen(void) {
  close_desk();
  desk = sw_desk_new();
}

static void step(void) {
  int what = below(200);
  if (what < 70)
    give_command();
  else if (what < 85)
    cancel_some();
  else if (what < 95)
    forget_some();
  else if (what < 135)
    work();
  else if (what < 145)
    wait_for_some();
  else if (what < 155)
    wait_by_descriptor();
  else if (what < 165)
    hear_of_ends();
  else if (what < 195)
    go_on_talking();
  else if (what < 199)
    fork_now();
  else if (one_in(3))
    reopen();
}

static void finish_commands(void) {
  double limit = sw_now() + LONG - 20;
  while (count_under_way() > 0 && sw_now() < limit) {
    begin_to("wait for what is under way");
    sw_desk_work(desk, 10);
  }
  hear_of_ends();
  for (int i = 0; i < given; i++) {
    if (all[i].x == NULL) continue;
    if (is_under_way(&all[i]))
      complain("command %lu, %c at place %d, hangs", all[i].number, all[i].letter, all[i].place);
    else
      check_end(&all[i]);
  }
}

/* Where nothing is under way, nothing keeps a loop of another kind awake; whoever holds what this process had open. */
static void check_rest(void) {
  struct pollfd readable = {sw_desk_descriptor(desk), POLLIN, 0};
  begin_to("rest");
  for (int turns = 0; turns < 200; turns++) {
    sw_desk_work(desk, 0);
    if (readable.fd < 0 || poll(&readable, 1, 1) == 0) return;
  }
  complain("there is always something to do, though nothing is under way");
}

static void walk(void) {
  chance = seed;
  choose_places();
  desk = sw_desk_new();
  set_out_together();
  for (int steps = 50 + below(600); steps > 0 && failures == 0; steps--)
    step();
  finish_talks();
  finish_commands();
  part();
  check_rest();
  close_desk();
  release_places();
  for (int i = 0; i < MOST_CHILDREN; i++)
    collect_child(&children[i], true);
}

/* }================================================================== */

static int open_descriptors(void) {
  int count = 0;
  DIR *all_open = opendir("/proc/self/fd");
  while (all_open != NULL && readdir(all_open) != NULL)
    count++;
  if (all_open != NULL) (void)closedir(all_open);
  return count;
}

/* The helper keeps a bell, the descriptor that it waits for, libcurl's own bell, and its connections at rest. */
#define KEPT_BY_HELPER (2 + 1 + 2 + 4)

/* Resolvers that hang have descriptors of their own until they come back. */
static void check_descriptors(int before) {
  double limit = sw_now() + 20;
  while (SW_QUICK_EXIT && open_descriptors() > before + KEPT_BY_HELPER && sw_now() < limit)
    (void)poll(NULL, 0, 100);
  if (SW_QUICK_EXIT && open_descriptors() > before + KEPT_BY_HELPER)
    complain("%d descriptors were left open", open_descriptors() - before);
}

static void check_arrivals(void) {
  for (unsigned long i = 1; i <= commands; i++)
    if (arrived[i] > may_have_arrived[i]) complain("command %lu arrived %d times", i, arrived[i]);
}

static void catch (int number, void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler};
  (void)sigaction(number, &action, NULL);
}

int main(int count, char **arguments) {
  double until = sw_now() + (count > 1 ? atof(arguments[1]) : 5);
  unsigned long walks = 0;
  seed = count > 2 ? strtoul(arguments[2], NULL, 10)
                   : (unsigned long)time(NULL) * 1000 % 1000000000 + (unsigned)getpid() % 1000;
  catch (SIGUSR1, on_signal);
  count_arrivals();
  may_have_arrived = calloc(MAX_COMMANDS, sizeof *may_have_arrived);
  steady = start_crowd();
  rough = start_crowd();
  full = start_full_server();
  catch (SIGALRM, on_hang);
  CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK && may_have_arrived != NULL);
  int descriptors = open_descriptors();
  do {
    walk();
    walks++;
    if (failures == 0) seed++;
  } while (failures == 0 && sw_now() < until);
  (void)alarm(0);
  stop_crowd(&steady);
  stop_crowd(&rough);
  stop_server(&full);
  if (failures == 0) check_descriptors(descriptors);
  if (failures == 0) check_arrivals();
  (void)printf("chaos: %lu walks, %lu commands; %s\n", walks, commands, failures == 0 ? "nothing found" : "FOUND");
  free(may_have_arrived);
  return failures != 0;
}
