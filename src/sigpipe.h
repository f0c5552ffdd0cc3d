/* SIGPIPE: before 7.87, libcurl's TLS writes may raise it, and with NOSIGNAL it leaves that to us.
** SPDX-License-Identifier: MIT */
#ifndef SW_SIGPIPE_H
#define SW_SIGPIPE_H

#include <signal.h>

#include "libcurl.h"

#if LIBCURL_VERSION_NUM < 0x075700

typedef struct sw_pipe_guard {
  sigset_t before;
  bool pending;
} sw_pipe_guard;

static inline void sw_guard(sw_pipe_guard *g) {
  sigset_t pipe_only, pending;
  (void)sigemptyset(&pipe_only);
  (void)sigaddset(&pipe_only, SIGPIPE);
  (void)sigpending(&pending);
  g->pending = sigismember(&pending, SIGPIPE) == 1;
  (void)pthread_sigmask(SIG_BLOCK, &pipe_only, &g->before);
}

static inline void sw_unguard(const sw_pipe_guard *g) {
  sigset_t pipe_only;
  struct timespec at_once = {0, 0};
  (void)sigemptyset(&pipe_only);
  (void)sigaddset(&pipe_only, SIGPIPE);
  if (!g->pending) (void)sigtimedwait(&pipe_only, NULL, &at_once);
  (void)pthread_sigmask(SIG_SETMASK, &g->before, NULL);
}

#else

typedef int sw_pipe_guard;
#define sw_guard(g) ((void)(g))
#define sw_unguard(g) ((void)(g))

#endif

#endif
