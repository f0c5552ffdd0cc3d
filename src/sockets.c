/* libcurl's sockets: opened, watched and closed.
** SPDX-License-Identifier: MIT */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include "sockets.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bell.h"

#if defined(__linux__) && !defined(SIGNALWIRE_POLL)
#include <sys/epoll.h>
#define USE_EPOLL 1
#else
#define USE_EPOLL 0
#endif

static int milliseconds(double seconds) {
  if (seconds <= 0) return 0;
  return seconds < 86400 ? (int)ceil(seconds * 1000) : 86400 * 1000;
}

/* {==================================================================
** Opening and closing
** =================================================================== */

/* All of the process, so that a child of a fork closes what it inherits at once. While it held a connection, the server
** would never hear that the parent has closed it, and the kernel would tell the parent's epoll of it for ever, by a
** number that is another connection's by then. Whoever forks has the lock. */
static struct {
  pthread_mutex_t lock;
  sw_sockets *first;
} all = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void lock(void) { (void)pthread_mutex_lock(&all.lock); }

static void unlock(void) { (void)pthread_mutex_unlock(&all.lock); }

static ino_t inode_of(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

static void close_open(sw_sockets *s) {
  for (int fd = 0; fd < s->capacity; fd++) {
    if (s->by_number[fd].open && inode_of(fd) == s->by_number[fd].inode) (void)close(fd);
    s->by_number[fd].open = false;
  }
}

static void close_in_child(void) {
  for (sw_sockets *s = all.first; s != NULL; s = s->next)
    close_open(s);
  unlock();
}

static void prepare_for_forks(void) { (void)pthread_atfork(lock, unlock, close_in_child); }

static void enrol(sw_sockets *s) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  (void)pthread_once(&once, prepare_for_forks);
  lock();
  s->next = all.first;
  all.first = s;
  unlock();
}

static void strike_off(sw_sockets *s) {
  lock();
  sw_sockets **place = &all.first;
  while (*place != NULL && *place != s)
    place = &(*place)->next;
  if (*place != NULL) *place = s->next;
  unlock();
}

/* NULL where it was not opened here. */
static sw_socket *find(const sw_sockets *s, int fd) {
  return fd < s->capacity && s->by_number[fd].open ? &s->by_number[fd] : NULL;
}

static void forget(sw_sockets *s, int fd) {
  sw_socket *known = find(s, fd);
  if (known != NULL) known->open = false;
}

/* libcurl closes a socket by itself where it gives up a connection that does not stand yet, and its number remains. */
static bool remember(sw_sockets *s, int fd) {
  if (fd >= s->capacity) {
    int capacity = fd < 16 ? 32 : fd * 2;
    /* NOLINTNEXTLINE(clang-analyzer-optin.taint.TaintedAlloc): a descriptor's number is the system's, no attacker's */
    sw_socket *longer = realloc(s->by_number, (size_t)capacity * sizeof *longer);
    if (longer == NULL) return false;
    memset(longer + s->capacity, 0, (size_t)(capacity - s->capacity) * sizeof *longer);
    s->by_number = longer;
    s->capacity = capacity;
  }
  s->by_number[fd] = (sw_socket){.open = true, .inode = inode_of(fd)};
  return true;
}

static int open_unshared(int family, int type, int protocol) {
#ifdef SOCK_CLOEXEC
  return socket(family, type | SOCK_CLOEXEC, protocol);
#else
  int fd = socket(family, type, protocol);
  if (fd >= 0) (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
  return fd;
#endif
}

static int open_known(sw_sockets *s, int family, int type, int protocol) {
  int fd = open_unshared(family, type, protocol);
  if (fd < 0 || remember(s, fd)) return fd;
  (void)close(fd);
  return -1;
}

static curl_socket_t on_open(void *data, curlsocktype purpose, struct curl_sockaddr *address) {
  sw_sockets *s = data;
  (void)purpose;
  lock();
  int fd = open_known(s, address->family, address->socktype, address->protocol);
  unlock();
  s->renumbered = true;
  return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static void stop_watching(const sw_sockets *s, int fd);

static int on_close(void *data, curl_socket_t fd) {
  sw_sockets *s = data;
  lock();
  forget(s, fd);
  stop_watching(s, fd);
  int result = close(fd);
  unlock();
  s->renumbered = s->closed = true;
  return result;
}

bool sw_sockets_adopt(sw_sockets *s, CURL *easy) {
  return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, s) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, s) == CURLE_OK;
}

/* }================================================================== */

void sw_sockets_init(sw_sockets *s) {
  *s = (sw_sockets){.epoll = -1, .bell = -1, .claimed = -1, .timer = (double)INFINITY};
  enrol(s);
}

/* {==================================================================
** Watching
** =================================================================== */

#if USE_EPOLL

static int on_timer(CURLM *multi, long timeout, void *data) {
  sw_sockets *s = data;
  (void)multi;
  s->timer = timeout < 0 ? (double)INFINITY : sw_now() + (double)timeout / 1000;
  return 0;
}

/* Beside a descriptor in an event: it is the bell's, the claimed one, or an included one's. */
#define BELL ((uint64_t)1 << 32)
#define CLAIMED ((uint64_t)2 << 32)
#define INCLUDED ((uint64_t)4 << 32)

static void stop_watching(const sw_sockets *s, int fd) {
  sw_socket *known = find(s, fd);
  struct epoll_event event = {0};
  if (known != NULL) known->events = 0;
  (void)epoll_ctl(s->epoll, EPOLL_CTL_DEL, fd, &event);
}

static struct epoll_event interest_in(int fd, uint32_t events, uint64_t mark) {
  struct epoll_event event = {0};
  event.data.u64 = (uint64_t)(uint32_t)fd | mark;
  event.events = events;
  return event;
}

static bool watch_on(const sw_sockets *s, int fd, uint32_t events, uint64_t mark) {
  struct epoll_event event = interest_in(fd, events, mark);
  return epoll_ctl(s->epoll, EPOLL_CTL_MOD, fd, &event) == 0;
}

static bool watch(const sw_sockets *s, int fd, uint32_t events, uint64_t mark) {
  struct epoll_event event = interest_in(fd, events, mark);
  return watch_on(s, fd, events, mark) || epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* What a connection that waits for its answer is watched for. */
#define TO_READ ((uint32_t)(EPOLLIN | EPOLLRDHUP))

static void watch_at_rest(sw_sockets *s, int fd, sw_socket *socket) {
  socket->events = EPOLLRDHUP;
  if (watch_on(s, fd, EPOLLRDHUP, 0)) return;
  stop_watching(s, fd);
  s->closed = true;
}

/* What libcurl no longer watches may be at rest, and is watched on for its server's goodbye; or libcurl has closed it,
** and by now its number is perhaps another thread's; or it is no connection, but a resolver's. A connection that has read
** its answer is left as it is: it will wait for another, and the system need not be told twice a command. */
static void rest(sw_sockets *s, int fd) {
  sw_socket *socket = find(s, fd);
  if (socket == NULL) {
    stop_watching(s, fd);
    return;
  }
  socket->at_rest = true;
  if (socket->events != TO_READ) watch_at_rest(s, fd, socket);
}

static bool wake(const sw_sockets *s, int fd, uint32_t events) {
  sw_socket *socket = find(s, fd);
  if (socket == NULL) return watch(s, fd, events, 0);
  bool as_it_is = socket->at_rest && socket->events == TO_READ && events == TO_READ;
  socket->at_rest = false;
  socket->events = events;
  return as_it_is || watch(s, fd, events, 0);
}

/* Never is a failure told: libcurl 7.88 would end every transfer for it, and use a connection that is not there. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *own) {
  sw_sockets *s = data;
  (void)easy, (void)own;
  if (fd == s->claimed) return 0;
  uint32_t in = what & CURL_POLL_IN ? TO_READ : 0, out = what & CURL_POLL_OUT ? EPOLLOUT : 0;
  if (what == CURL_POLL_REMOVE)
    rest(s, fd);
  else if (!wake(s, fd, in | out))
    s->broken = true;
  return 0;
}

static int descriptor_of(const struct epoll_event *event) { return (int)(uint32_t)event->data.u64; }

/* The connection at rest that an event tells of; NULL where it tells of something else. */
static sw_socket *resting(const sw_sockets *s, const struct epoll_event *event) {
  sw_socket *socket = event->data.u64 <= UINT32_MAX ? find(s, descriptor_of(event)) : NULL;
  return socket != NULL && socket->at_rest ? socket : NULL;
}

/* The server has closed a connection at rest. If it said so within TLS, libcurl takes the unread goodbye for a sign of
** life and would write the next command to nobody; once it is read, libcurl sees the end. */
static void end_at_rest(sw_sockets *s, int fd) {
  char bytes[512];
  stop_watching(s, fd);
  (void)shutdown(fd, SHUT_RDWR);
  while (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
    continue;
}

/* What comes to a connection at rest is read with the next answer: it is only not to end further waits. */
static void hear_at_rest(sw_sockets *s, const struct epoll_event *event, sw_socket *socket) {
  int fd = descriptor_of(event);
  if ((event->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
    end_at_rest(s, fd);
  else
    watch_at_rest(s, fd, socket);
}

bool sw_sockets_open(sw_sockets *s) {
  if (s->epoll >= 0) return true;
  s->epoll = epoll_create1(EPOLL_CLOEXEC);
  return s->epoll >= 0 && (s->bell < 0 || watch(s, s->bell, EPOLLIN, BELL));
}

bool sw_sockets_listen(sw_sockets *s, int bell) {
  s->bell = bell;
  return sw_sockets_open(s) && watch(s, bell, EPOLLIN, BELL);
}

bool sw_sockets_watch(sw_sockets *s, CURLM *multi) {
  s->multi = multi;
  s->broken = false;
  s->timer = (double)INFINITY;
  return sw_sockets_open(s) && curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, s) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_TIMERDATA, s) == CURLM_OK;
}

/* An error of the multi handle itself, such as short memory, leaves it in pieces: 7.88 divides by zero when it is used
** further. */
static void act(sw_sockets *s, curl_socket_t fd, int events) {
  int running;
  if (!s->broken && curl_multi_socket_action(s->multi, fd, events, &running) != CURLM_OK) s->broken = true;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* Where one address has refused late, or was silent for too long, libcurl 7.88 closes its socket and chooses the next,
** but asks neither for a socket nor for time to connect to it. So all transfers are looked at then. */
static void act_on_fault(sw_sockets *s, curl_socket_t fd, int events) {
  int running;
  s->closed = false;
  act(s, fd, events);
  if (!s->broken && s->closed && curl_multi_socket_all(s->multi, &running) != CURLM_OK) s->broken = true;
}

#pragma GCC diagnostic pop

static bool do_due(sw_sockets *s, double now) {
  if (s->timer > now) return false;
  s->timer = (double)INFINITY;
  act_on_fault(s, CURL_SOCKET_TIMEOUT, 0);
  return true;
}

static int curl_events(uint32_t events) {
  return (events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
         (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
}

#define MAX_EVENTS 64

static bool is_bell(const struct epoll_event *event) { return (event->data.u64 & BELL) != 0; }

static void hear(sw_sockets *s) { s->rung = sw_bell_hush(s->bell); }

static bool is_ours(const struct epoll_event *event) { return (event->data.u64 & (CLAIMED | INCLUDED)) != 0; }

static void tell(sw_sockets *s, const struct epoll_event *event) {
  s->told = true;
  if ((event->data.u64 & CLAIMED) != 0 && (event->events & ~(uint32_t)EPOLLOUT) != 0) s->told_to_read = true;
}

void sw_sockets_claim(sw_sockets *s, int fd) {
  s->claimed = fd;
  sw_sockets_ask(s, false, false);
}

void sw_sockets_ask(sw_sockets *s, bool read, bool write) {
  s->told = s->told_to_read = false;
  uint32_t in = read ? EPOLLIN | EPOLLRDHUP : 0, out = write ? EPOLLOUT : 0;
  if (!watch(s, s->claimed, in | out | EPOLLONESHOT, CLAIMED)) s->told = s->told_to_read = true;
}

bool sw_sockets_include(sw_sockets *s, const sw_sockets *inner) { return watch(s, inner->epoll, EPOLLIN, INCLUDED); }

void sw_sockets_exclude(sw_sockets *s, const sw_sockets *inner) {
  if (s->epoll >= 0 && inner->epoll >= 0) stop_watching(s, inner->epoll);
}

/* False where a signal ended the wait. Once a socket was opened or closed, the number in a further event may be
** another's: what is left is left to the next turn. */
static bool wait_and_act(sw_sockets *s, double seconds) {
  struct epoll_event events[MAX_EVENTS];
  int count = epoll_wait(s->epoll, events, MAX_EVENTS, milliseconds(seconds));
  s->weeded = 0;
  s->renumbered = false;
  for (int i = 0; i < count && !s->renumbered; i++) {
    sw_socket *socket = resting(s, &events[i]);
    if (socket != NULL)
      hear_at_rest(s, &events[i], socket);
    else if (is_bell(&events[i]))
      hear(s);
    else if (is_ours(&events[i]))
      tell(s, &events[i]);
    else if (events[i].events & EPOLLERR)
      act_on_fault(s, descriptor_of(&events[i]), curl_events(events[i].events));
    else
      act(s, descriptor_of(&events[i]), curl_events(events[i].events));
  }
  return count >= 0;
}

#define SHORT_WHILE 0.001 /* seconds */

/* What the others have to say is left for their turn. Of many requests that go out together the first one sees to it. */
void sw_sockets_weed(sw_sockets *s, double now) {
  struct epoll_event events[MAX_EVENTS];
  sw_socket *socket;
  if (now - s->weeded < SHORT_WHILE) return;
  s->weeded = now;
  int count = epoll_wait(s->epoll, events, MAX_EVENTS, 0);
  for (int i = 0; i < count; i++)
    if ((socket = resting(s, &events[i])) != NULL) hear_at_rest(s, &events[i], socket);
}

bool sw_sockets_turn(sw_sockets *s, double seconds) {
  double now = sw_now();
  if (do_due(s, now)) return true;
  double timer = s->timer - now;
  bool undisturbed = wait_and_act(s, timer < seconds ? timer : seconds);
  if (s->timer < (double)INFINITY) (void)do_due(s, sw_now());
  return undisturbed;
}

void sw_sockets_wait(const sw_sockets *s, double seconds) {
  struct pollfd readable = {s->epoll, POLLIN, 0};
  (void)poll(&readable, 1, milliseconds(seconds));
}

#else

static void stop_watching(const sw_sockets *s, int fd) { (void)s, (void)fd; }

bool sw_sockets_open(sw_sockets *s) { return s != NULL; }

bool sw_sockets_listen(sw_sockets *s, int bell) {
  s->bell = bell;
  return true;
}

bool sw_sockets_watch(sw_sockets *s, CURLM *multi) {
  s->multi = multi;
  s->broken = false;
  return true;
}

static void wait_for_bell(const sw_sockets *s, double seconds) {
  struct pollfd bell = {s->bell, POLLIN, 0};
  (void)poll(&bell, 1, milliseconds(seconds));
}

/* Which connections are at rest is not known here: one that its server closed within TLS may cost a command. */
void sw_sockets_weed(sw_sockets *s, double now) { (void)s, (void)now; }

void sw_sockets_claim(sw_sockets *s, int fd) {
  s->claimed = fd;
  sw_sockets_ask(s, false, false);
}

void sw_sockets_ask(sw_sockets *s, bool read, bool write) {
  s->told = s->told_to_read = false;
  s->wanted = (short)((read ? POLLIN : 0) | (write ? POLLOUT : 0));
}

bool sw_sockets_include(sw_sockets *s, const sw_sockets *inner) {
  (void)inner;
  s->included++;
  return true;
}

void sw_sockets_exclude(sw_sockets *s, const sw_sockets *inner) {
  (void)inner;
  s->included--;
}

static void poll_claimed(sw_sockets *s) {
  struct pollfd claimed = {s->claimed, s->wanted, 0};
  if (s->wanted == 0 || poll(&claimed, 1, 0) <= 0) return;
  s->told = true;
  if ((claimed.revents & ~POLLOUT) != 0) s->told_to_read = true;
}

#define POLL_INCLUDED 0.005 /* seconds: what included ones wait for is not known here */

/* curl_multi_poll does not tell a signal from the end of its time: every turn may have been ended by one. */
bool sw_sockets_turn(sw_sockets *s, double seconds) {
  int running;
  struct curl_waitfd bell = {s->bell, CURL_WAIT_POLLIN, 0};
  if (s->claimed >= 0) {
    poll_claimed(s);
    return false;
  }
  if (s->included > 0 && seconds > POLL_INCLUDED) seconds = POLL_INCLUDED;
  if (s->multi != NULL)
    (void)curl_multi_poll(s->multi, &bell, s->bell >= 0, milliseconds(seconds), NULL);
  else
    wait_for_bell(s, seconds);
  if (s->bell >= 0) s->rung = sw_bell_hush(s->bell);
  if (s->multi != NULL && !s->broken) s->broken = curl_multi_perform(s->multi, &running) != CURLM_OK;
  s->told = s->included > 0;
  return false;
}

/* The connections can't be waited for from outside of libcurl: where there are any, it is asked every so often. */
void sw_sockets_wait(const sw_sockets *s, double seconds) {
  bool idle = seconds == (double)INFINITY;
  wait_for_bell(s, idle || seconds < 0.01 ? seconds : 0.01);
}

#endif

/* }================================================================== */

void sw_sockets_drop(sw_sockets *s) {
  lock();
  close_open(s);
  unlock();
  if (s->epoll >= 0) (void)close(s->epoll);
  s->epoll = s->claimed = -1;
  s->timer = (double)INFINITY;
  s->multi = NULL;
  s->included = 0;
}

void sw_sockets_free(sw_sockets *s) {
  sw_sockets_drop(s);
  strike_off(s);
  free(s->by_number);
  s->by_number = NULL;
  s->capacity = 0;
}
