/* A check says where it failed, and the program's status says whether any did.
** SPDX-License-Identifier: MIT */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

#include <stdio.h>

static int failures;

#define CHECK(condition) \
  do { \
    if (!(condition)) { \
      failures++; \
      (void)fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
    } \
  } while (0)

/* May a child of a fork beside other threads do more than leave? ThreadSanitizer knows none of its threads, and
** AddressSanitizer may leave it a lock for ever that a thread of its parent had. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define CHILDREN_WORK 0
#else
#define CHILDREN_WORK 1
#endif

#endif
