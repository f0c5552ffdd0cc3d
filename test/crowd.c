/* A server process for many connections at once, which does what each request's path says.
** SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "crowd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

atomic_uchar *arrived;

void count_arrivals(void) {
  void *shared = mmap(NULL, MAX_COMMANDS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    perror("mmap");
    exit(2);
  }
  arrived = shared;
}

typedef struct request {
  int fd;
  char letter;
  unsigned long number;
} request;

static int say(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = send(fd, bytes, length, MSG_NOSIGNAL);
    if (written <= 0) return 0;
    bytes += written;
    length -= (size_t)written;
  }
  return 1;
}

/* The body tells whose answer it is. */
static int answer(const request *r, const char *status, size_t length) {
  static const char filling[4096];
  char head[200];
  int size = snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%010lu", status, length, r->number);
  if (!say(r->fd, head, (size_t)size)) return 0;
  for (length -= 10; length > 0;) {
    size_t part = length < sizeof filling ? length : sizeof filling;
    if (!say(r->fd, filling, part)) return 0;
    length -= part;
  }
  return 1;
}

static void reset(int fd) {
  struct linger at_once = {1, 0};
  (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void wait_for_goodbye(int fd) {
  char byte;
  while (read(fd, &byte, 1) > 0)
    continue;
}

/* False where the connection is to be closed. */
static int act(const request *r) {
  switch (r->letter) {
    case 'd':
      (void)poll(NULL, 0, (int)(r->number % 40));
      return answer(r, "200 OK", 10);
    case 'k':
      (void)kill(getppid(), SIGUSR1);
      return answer(r, "200 OK", 10);
    case 'b':
      return answer(r, "200 OK", BIG);
    case 'l':
      return answer(r, "200 OK", HUGE_BODY);
    case 'e':
      return answer(r, "422 Unprocessable", 10);
    case 'x':
      (void)answer(r, "200 OK", 10);
      return 0;
    case 'y':
      (void)answer(r, "200 OK", 10);
      (void)poll(NULL, 0, (int)(r->number % 8));
      return 0;
    case 'h':
      (void)say(r->fd, "HTTP/1.1 200 OK\r\nContent-", 25);
      return 0;
    case 'c':
      return 0;
    case 'r':
      reset(r->fd);
      return 0;
    case 's':
      wait_for_goodbye(r->fd);
      return 0;
    default:
      return answer(r, "200 OK", 10);
  }
}

/* Reads on until the text holds an empty line: what stands behind it belongs to the body. */
static char *read_head(int fd, char *text, size_t size, size_t *length) {
  char *end;
  while ((end = strstr(text, "\r\n\r\n")) == NULL) {
    ssize_t got = read(fd, text + *length, size - 1 - *length);
    if (got <= 0) return NULL;
    *length += (size_t)got;
    text[*length] = '\0';
  }
  return end + 4;
}

static int read_request(request *r, char *text, size_t size) {
  size_t length = 0;
  text[0] = '\0';
  const char *body = read_head(r->fd, text, size, &length);
  if (body == NULL) return 0;
  const char *field = strcasestr(text, "content-length:");
  long left = (field != NULL ? atol(field + 15) : 0) - (long)(text + length - body);
  if (sscanf(text, "POST /%c/%lu", &r->letter, &r->number) != 2 || left < 0) return 0;
  while (left > 0) {
    ssize_t got = read(r->fd, text, (size_t)left < size ? (size_t)left : size);
    if (got <= 0) return 0;
    left -= got;
  }
  return 1;
}

static void *serve(void *data) {
  char text[16384];
  request r = {.fd = (int)(intptr_t)data};
  int at_once = 1;
  (void)setsockopt(r.fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  while (read_request(&r, text, sizeof text)) {
    (void)atomic_fetch_add(&arrived[r.number % MAX_COMMANDS], 1);
    if (!act(&r)) break;
  }
  (void)close(r.fd);
  return NULL;
}

static void serve_all(int listener) {
  pthread_attr_t small;
  (void)signal(SIGPIPE, SIG_IGN);
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  (void)pthread_attr_init(&small);
  (void)pthread_attr_setstacksize(&small, 256 * 1024);
  (void)pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
  for (;;) {
    pthread_t thread;
    int fd = accept(listener, NULL, NULL);
    if (fd >= 0 && pthread_create(&thread, &small, serve, (void *)(intptr_t)fd) != 0) (void)close(fd);
  }
}

crowd start_crowd(void) {
  crowd s;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 512) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
    perror("crowd");
    exit(2);
  }
  s.port = ntohs(address.sin_port);
  s.process = fork();
  if (s.process == 0) serve_all(listener);
  (void)close(listener);
  return s;
}

void stop_crowd(crowd *s) {
  (void)kill(s->process, SIGKILL);
  (void)waitpid(s->process, NULL, 0);
}
