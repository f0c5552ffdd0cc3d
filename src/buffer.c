/* Bytes that grow, up to a cap.
** SPDX-License-Identifier: MIT */
#include "buffer.h"

#include <stdlib.h>

#define FIRST_CAPACITY 512

void sw_buffer_init(sw_buffer *b, size_t limit) {
  b->data = NULL;
  b->length = 0;
  b->capacity = 0;
  b->limit = limit;
}

char *sw_buffer_room(sw_buffer *b, size_t extra) {
  if (extra > b->limit - b->length) return NULL;
  size_t needed = b->length + extra;
  if (needed > b->capacity || b->data == NULL) {
    size_t capacity = b->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : b->capacity;
    while (capacity < needed)
      capacity = capacity > b->limit / 2 ? b->limit : capacity * 2;
    char *data = realloc(b->data, capacity);
    if (data == NULL) return NULL;
    b->data = data;
    b->capacity = capacity;
  }
  return b->data + b->length;
}

void sw_buffer_free(sw_buffer *b) {
  free(b->data);
  sw_buffer_init(b, b->limit);
}
