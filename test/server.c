/* A server process that does what a script says.
** SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *script_left;
static int is_head; /* the request's method */

static void answer(int fd, const char *status, const char *body, size_t length) {
  char text[12000];
  int head = snprintf(text, sizeof text, "HTTP/1.1 %s\r\nX-Test: one\r\nContent-Length: %zu\r\n\r\n", status, length);
  if (is_head) length = 0;
  memcpy(text + head, body, length);
  if (write(fd, text, (size_t)head + length) < 0) perror("write");
}

static void answer_text(int fd, const char *status, const char *text) { answer(fd, status, text, strlen(text)); }

static void answer_bytes(int fd, size_t length) {
  char body[10000];
  memset(body, 'b', sizeof body);
  answer(fd, "200 OK", body, length);
}

static void reset(int fd) {
  struct linger at_once = {1, 0};
  (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static char next_letter(void) {
  if (*script_left == '\0') return 'a';
  return script_left[1] == '*' ? *script_left : *script_left++;
}

/* Does as the next letter says; false where the connection is to be closed. */
static int act(int fd) {
  char letter = next_letter();
  if (letter == 's') (void)poll(NULL, 0, -1);
  if (letter == 'd') (void)poll(NULL, 0, 200);
  if (letter == 'w') (void)poll(NULL, 0, 500);
  if (letter == 't') (void)poll(NULL, 0, 1000);
  if (letter == 'r') reset(fd);
  if (letter == 'a' || letter == 'x' || letter == 'd' || letter == 't') answer_bytes(fd, 2);
  if (letter == 'b') answer_bytes(fd, 10000);
  if (letter == 'j') answer_text(fd, "200 OK", "{\"id\":\"a-leg\",\"list\":[1,2.5,null],\"none\":null}");
  if (letter == 'e') answer_text(fd, "422 Unprocessable", "{\"errors\":[{\"code\":\"x\",\"message\":\"no\"}]}");
  return strchr("abdtje", letter) != NULL;
}

static int is_whole(const char *request) {
  const char *body = strstr(request, "\r\n\r\n");
  const char *length = strcasestr(request, "content-length:");
  return body != NULL && strlen(body + 4) >= (length != NULL ? (size_t)atoi(length + 15) : 0);
}

static void serve(server *s, int fd) {
  char request[4096];
  size_t length = 0;
  int at_once = 1;
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  for (;;) {
    ssize_t got = read(fd, request + length, sizeof request - 1 - length);
    if (got <= 0) return;
    length += (size_t)got;
    request[length] = '\0';
    if (!is_whole(request)) continue;
    ++*s->requests;
    is_head = strncmp(request, "HEAD ", 5) == 0;
    length = 0;
    if (!act(fd)) return;
  }
}

static void serve_all(server *s, int listener) {
  (void)signal(SIGCHLD, SIG_IGN);
  (void)signal(SIGPIPE, SIG_IGN);
  for (;;) {
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) continue;
    ++*s->connections;
    serve(s, fd);
    (void)close(fd);
  }
}

static int open_listener(server *s, int backlog) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int *counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (listener < 0 || counts == MAP_FAILED || bind(listener, (struct sockaddr *)&address, size) != 0 ||
      listen(listener, backlog) != 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
    perror("server");
    exit(2);
  }
  s->port = ntohs(address.sin_port);
  s->counts = counts;
  s->requests = counts;
  s->connections = counts + 1;
  return listener;
}

server start_server(const char *script) {
  server s;
  int listener = open_listener(&s, 16);
  script_left = script;
  s.process = fork();
  if (s.process == 0) serve_all(&s, listener);
  (void)close(listener);
  return s;
}

/* Behind a queue of no length, the first connection is accepted by the kernel, and what follows waits. */
server start_full_server(void) {
  server s;
  int listener = open_listener(&s, 0), waiting[4];
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)s.port)};
  for (int i = 0; i < 4; i++) {
    waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    (void)connect(waiting[i], (struct sockaddr *)&address, sizeof address);
  }
  s.process = fork();
  if (s.process == 0)
    for (;;)
      (void)pause();
  (void)close(listener);
  for (int i = 0; i < 4; i++)
    (void)close(waiting[i]);
  return s;
}

void stop_server(server *s) {
  (void)kill(s->process, SIGKILL);
  (void)waitpid(s->process, NULL, 0);
  (void)munmap(s->counts, 4096);
}
