/* A server process that does what a script says.
** SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "server.h"

#include <arpa/inet.h>
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

static void answer(int fd, size_t length) {
  char body[10000], head[128];
  memset(body, 'b', sizeof body);
  int size = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nX-Test: one\r\nContent-Length: %zu\r\n\r\n", length);
  if (write(fd, head, (size_t)size) < 0 || write(fd, body, length) < 0) perror("write");
}

static void reset(int fd) {
  struct linger at_once = {1, 0};
  (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

/* Does as the next letter says; false where the connection is to be closed. */
static int act(int fd) {
  char letter = *script_left == '\0' ? 'a' : *script_left++;
  if (letter == 's') (void)poll(NULL, 0, -1);
  if (letter == 'd') (void)poll(NULL, 0, 200);
  if (letter == 'r') reset(fd);
  if (letter == 'a' || letter == 'x' || letter == 'd') answer(fd, 2);
  if (letter == 'b') answer(fd, 10000);
  return letter == 'a' || letter == 'b' || letter == 'd';
}

static int is_whole(const char *request) {
  const char *body = strstr(request, "\r\n\r\n");
  const char *length = strcasestr(request, "content-length:");
  return body != NULL && strlen(body + 4) >= (length != NULL ? (size_t)atoi(length + 15) : 0);
}

static void serve(server *s, int fd) {
  char request[4096];
  size_t length = 0;
  for (;;) {
    ssize_t got = read(fd, request + length, sizeof request - 1 - length);
    if (got <= 0) return;
    length += (size_t)got;
    request[length] = '\0';
    if (!is_whole(request)) continue;
    ++*s->requests;
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

server start_server(const char *script) {
  server s;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int *counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (listener < 0 || counts == MAP_FAILED || bind(listener, (struct sockaddr *)&address, size) != 0 ||
      listen(listener, 16) != 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
    perror("server");
    exit(2);
  }
  s.port = ntohs(address.sin_port);
  s.counts = counts;
  s.requests = counts;
  s.connections = counts + 1;
  script_left = script;
  s.process = fork();
  if (s.process == 0) serve_all(&s, listener);
  (void)close(listener);
  return s;
}

void stop_server(server *s) {
  (void)kill(s->process, SIGKILL);
  (void)waitpid(s->process, NULL, 0);
  (void)munmap(s->counts, 4096);
}
