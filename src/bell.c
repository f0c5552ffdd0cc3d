/* A bell that one thread rings to wake another, which waits for its descriptor.
** SPDX-License-Identifier: MIT */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* pipe2 */
#endif
#include "bell.h"

#include <fcntl.h>
#include <unistd.h>

static bool open_pipe(int *ends) {
#if defined(__linux__)
  return pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0;
#else
  if (pipe(ends) != 0) return false;
  for (int i = 0; i < 2; i++) {
    (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[i], F_SETFL, O_NONBLOCK);
  }
  return true;
#endif
}

bool sw_bell_open(sw_bell *b) {
  int ends[2];
  if (!open_pipe(ends)) return false;
  *b = (sw_bell){ends[0], ends[1]};
  return true;
}

void sw_bell_close(sw_bell *b) {
  if (b->heard < 0) return;
  (void)close(b->heard);
  (void)close(b->rung);
  *b = SW_NO_BELL;
}

/* Where the pipe is full it has been rung often enough. */
void sw_bell_ring(const sw_bell *b) {
  ssize_t written = write(b->rung, "!", 1);
  (void)written;
}

bool sw_bell_hush(int heard) {
  char rings[64];
  bool rung = false;
  while (read(heard, rings, sizeof rings) > 0)
    rung = true;
  return rung;
}
