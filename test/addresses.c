/* A name with two addresses, of which the first refuses late: what is heard of the second.
** SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "../src/engine.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../src/clock.h"
#include "check.h"
#include "server.h"

static const char *const addresses[] = {"127.0.0.2", "127.0.0.1"};

static struct addrinfo *entry(const char *address, const char *service, struct addrinfo *next) {
  struct addrinfo *info = calloc(1, sizeof *info);
  struct sockaddr_in *to = calloc(1, sizeof *to);
  to->sin_family = AF_INET;
  to->sin_port = htons((uint16_t)atoi(service));
  (void)inet_pton(AF_INET, address, &to->sin_addr);
  *info = (struct addrinfo){.ai_family = AF_INET,
                            .ai_socktype = SOCK_STREAM,
                            .ai_protocol = IPPROTO_TCP,
                            .ai_addr = (struct sockaddr *)to,
                            .ai_addrlen = sizeof *to,
                            .ai_next = next};
  return info;
}

/* The C library's, as libcurl sees it. */
__attribute__((visibility("default"))) int getaddrinfo(const char *restrict name, const char *restrict service,
                                                       const struct addrinfo *restrict hints,
                                                       struct addrinfo **restrict found) {
  (void)name, (void)hints;
  *found = entry(addresses[0], service, entry(addresses[1], service, NULL));
  return 0;
}

__attribute__((visibility("default"))) void freeaddrinfo(struct addrinfo *info) {
  while (info != NULL) {
    struct addrinfo *next = info->ai_next;
    free(info->ai_addr);
    free(info);
    info = next;
  }
}

/* Lets nobody in, at the first address and that port. */
static int listen_and_take_nobody(int port, int *waiting, int count) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  (void)inet_pton(AF_INET, addresses[0], &at.sin_addr);
  CHECK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 0) == 0);
  for (int i = 0; i < count; i++) {
    waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    (void)connect(waiting[i], (struct sockaddr *)&at, sizeof at);
  }
  return listener;
}

static sw_exchange *begin(sw_engine *e, const server *s, double connect_timeout) {
  char origin[64];
  sw_request request = {"POST", "/", "{}", 2, 40, connect_timeout};
  sw_target *target = sw_target_new();
  (void)snprintf(origin, sizeof origin, "http://two.addresses.example:%d", s->port);
  CHECK(sw_target_set(&target->origin, origin) && sw_target_set(&target->proxy, ""));
  sw_exchange *x = sw_exchange_new(target, &request);
  CHECK(sw_engine_start(e, x));
  sw_target_release(target);
  return x;
}

static void work(sw_engine *e, const sw_exchange *x, double seconds) {
  double until = sw_now() + seconds;
  while (x->stage != SW_DONE && sw_now() < until)
    sw_engine_work(e, until - sw_now());
}

/* The first address refuses late, or is silent for half of the time; then comes the second. */
static void goes_on_to_the_second_address(bool refuses, double connect_timeout) {
  int waiting[4];
  server s = start_server("");
  int listener = listen_and_take_nobody(s.port, waiting, 4);
  sw_engine *e = sw_engine_new();
  sw_exchange *x = begin(e, &s, connect_timeout);
  double started = sw_now();
  work(e, x, 0.5);
  CHECK(x->stage == SW_RUNNING && !x->connected);
  if (refuses) (void)close(listener);
  work(e, x, 40);
  CHECK(x->outcome == SW_ANSWERED && sw_now() - started < 9);
  sw_engine_forget(x);
  sw_engine_free(e);
  if (!refuses) (void)close(listener);
  for (int i = 0; i < 4; i++)
    (void)close(waiting[i]);
  stop_server(&s);
}

int main(void) {
  CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
  goes_on_to_the_second_address(true, 30);
  goes_on_to_the_second_address(false, 10);
  curl_global_cleanup();
  return failures != 0;
}
