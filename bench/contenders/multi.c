/* Many commands at once, with libcurl's multi handle over epoll alone: no JSON, the answers thrown away.
** SPDX-License-Identifier: MIT */
#include "contender.h"

#include <stdbool.h>
#include <sys/epoll.h>
#include <time.h>

#define MAX_EVENTS 64

typedef struct loop {
  CURLM *multi;
  int epoll;
  long long timer; /* when libcurl wants to be called, in milliseconds; -1: not at all */
  int unsent, unanswered;
} loop;

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int on_timer(CURLM *multi, long timeout, void *data) {
  loop *l = data;
  (void)multi;
  l->timer = timeout < 0 ? -1 : now() + timeout;
  return 0;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *own) {
  loop *l = data;
  struct epoll_event event = {.data.fd = fd};
  (void)easy;
  (void)own;
  event.events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);
  if (what == CURL_POLL_REMOVE)
    epoll_ctl(l->epoll, EPOLL_CTL_DEL, fd, &event);
  else if (epoll_ctl(l->epoll, EPOLL_CTL_MOD, fd, &event) != 0)
    epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &event);
  return 0;
}

static void send_next(loop *l, CURL *easy) {
  if (l->unsent == 0) return;
  l->unsent--;
  curl_multi_add_handle(l->multi, easy);
}

static void collect(loop *l) {
  CURLMsg *message;
  int left;
  while ((message = curl_multi_info_read(l->multi, &left)) != NULL) {
    CURL *easy = message->easy_handle;
    expect_success(easy, message->data.result);
    curl_multi_remove_handle(l->multi, easy);
    l->unanswered--;
    send_next(l, easy);
  }
}

static int curl_events(unsigned events) {
  return (events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
         (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
}

static void turn(loop *l) {
  struct epoll_event events[MAX_EVENTS];
  int running;
  long long wait = l->timer < 0 ? -1 : l->timer - now();
  int count = epoll_wait(l->epoll, events, MAX_EVENTS, l->timer >= 0 && wait < 0 ? 0 : (int)wait);
  for (int i = 0; i < count; i++)
    curl_multi_socket_action(l->multi, events[i].data.fd, curl_events(events[i].events), &running);
  if (l->timer >= 0 && l->timer <= now()) {
    l->timer = -1;
    curl_multi_socket_action(l->multi, CURL_SOCKET_TIMEOUT, 0, &running);
  }
  collect(l);
}

/* One connection carries as many HTTP/2 streams as its server allows; left alone, libcurl would open another for each
** stream beyond. */
static void watch(loop *l, bool http2) {
  long connections = http2 ? 1 : number("BENCH_AT_ONCE");
  l->multi = curl_multi_init();
  l->epoll = epoll_create1(EPOLL_CLOEXEC);
  l->timer = -1;
  if (l->multi == NULL || l->epoll < 0) exit(EXIT_FAILURE);
  curl_multi_setopt(l->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(l->multi, CURLMOPT_SOCKETDATA, l);
  curl_multi_setopt(l->multi, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(l->multi, CURLMOPT_TIMERDATA, l);
  curl_multi_setopt(l->multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections);
  curl_multi_setopt(l->multi, CURLMOPT_MAXCONNECTS, connections);
}

static CURL *prepare_one(struct curl_slist *lines, bool http2) {
  CURL *easy = prepare(lines, REFER);
  if (http2) {
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
  }
  return easy;
}

int main(void) {
  loop l = {0};
  curl_global_init(CURL_GLOBAL_DEFAULT);
  struct curl_slist *lines = headers();
  bool http2 = strcmp(setting("BENCH_HTTP"), "2") == 0;
  int at_once = number("BENCH_AT_ONCE");
  watch(&l, http2);
  say("ready");
  l.unsent = l.unanswered = number("BENCH_COMMANDS");
  CURL **handles = calloc((size_t)at_once, sizeof *handles);
  if (handles == NULL) return EXIT_FAILURE;
  for (int i = 0; i < at_once; i++)
    send_next(&l, handles[i] = prepare_one(lines, http2));
  while (l.unanswered > 0)
    turn(&l);
  say("done");
  for (int i = 0; i < at_once; i++)
    curl_easy_cleanup(handles[i]);
  curl_multi_cleanup(l.multi);
  curl_slist_free_all(lines);
  free(handles);
  return EXIT_SUCCESS;
}
