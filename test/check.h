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

#endif
