/* The buffer: growth, its cap, use after free.
** SPDX-License-Identifier: MIT */
#include "../src/buffer.h"

#include <string.h>

#include "check.h"

static void grows_and_keeps_what_it_had(void) {
  sw_buffer b;
  sw_buffer_init(&b, 100000);
  for (int i = 0; i < 10000; i++)
    CHECK(sw_buffer_append(&b, "0123456789", 10));
  CHECK(b.length == 100000);
  CHECK(memcmp(b.data + 99990, "0123456789", 10) == 0);
  sw_buffer_free(&b);
}

static void stops_at_its_limit(void) {
  sw_buffer b;
  sw_buffer_init(&b, 10);
  CHECK(sw_buffer_append(&b, "01234567", 8));
  CHECK(!sw_buffer_append(&b, "890", 3));
  CHECK(b.length == 8);
  CHECK(sw_buffer_append(&b, "89", 2));
  CHECK(sw_buffer_room(&b, 1) == NULL);
  CHECK(sw_buffer_room(&b, (size_t)-1) == NULL);
  sw_buffer_free(&b);
}

static void takes_nothing_and_starts_anew(void) {
  sw_buffer b;
  sw_buffer_init(&b, 10);
  CHECK(sw_buffer_append(&b, "", 0));
  CHECK(b.length == 0);
  sw_buffer_free(&b);
  CHECK(sw_buffer_append(&b, "x", 1));
  CHECK(b.length == 1 && b.data[0] == 'x');
  sw_buffer_free(&b);
}

int main(void) {
  grows_and_keeps_what_it_had();
  stops_at_its_limit();
  takes_nothing_and_starts_anew();
  return failures != 0;
}
