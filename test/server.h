/* A server process that does what a script says, one letter a request:
**   a answers and keeps the connection      c closes without an answer
**   r resets without an answer              s says nothing for ever
**   x answers, then closes the connection   b sends a body of 10,000 bytes
**   d answers a fifth of a second later    j answers with JSON
**   e answers 422 with an error in JSON    t answers a second later
**   w closes half a second later
** A letter with a star behind it stands for ever.
** The script goes on from one connection to the next; behind its end every request is answered.
** SPDX-License-Identifier: MIT */
#ifndef TEST_SERVER_H
#define TEST_SERVER_H

#include <sys/types.h>

typedef struct server {
  pid_t process;
  int port;
  int *counts;            /* shared with the server process: the two that follow */
  volatile int *requests; /* whole requests that arrived */
  volatile int *connections;
} server;

server start_server(const char *script);
/* One that lets nobody in: to connect to it takes for ever. */
server start_full_server(void);
void stop_server(server *s);

#endif
