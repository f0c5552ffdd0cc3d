/* A server process for many connections at once, which does what each request's path says: /LETTER/NUMBER.
**   a answers                               d answers some milliseconds later
**   b sends a body of BIG bytes             l announces a body of HUGE bytes, and sends what is taken of it
**   e answers 422                           k sends the client's process SIGUSR1, then answers
**   x answers, then closes the connection   y closes the connection a few milliseconds behind its answer
**   c closes without an answer              r resets without an answer
**   s says nothing for ever                 h closes within the headers of its answer
** SPDX-License-Identifier: MIT */
#ifndef TEST_CROWD_H
#define TEST_CROWD_H

#include <stdatomic.h>
#include <sys/types.h>

#define BIG 300000
#define HUGE_BODY 2000000
#define MAX_COMMANDS (1 << 26)

typedef struct crowd {
  pid_t process;
  int port;
} crowd;

/* How often each number arrived, at whichever server; shared with all of them. To be made before the first. */
extern atomic_uchar *arrived;
void count_arrivals(void);

crowd start_crowd(void);
void stop_crowd(crowd *s);

#endif
