/* A name server that never answers, as the C library shows it: getaddrinfo that hangs.
** SPDX-License-Identifier: MIT */
#include <netdb.h>
#include <poll.h>
#include <stddef.h>

#include "resolver.h"

__attribute__((visibility("default"))) int getaddrinfo(const char *restrict name, const char *restrict service,
                                                       const struct addrinfo *restrict hints,
                                                       struct addrinfo **restrict found) {
  (void)name, (void)service, (void)hints, (void)found;
  (void)poll(NULL, 0, HANGS * 1000);
  return EAI_AGAIN;
}
