/* Bytes that grow, up to a cap.
** SPDX-License-Identifier: MIT */
#ifndef SW_BUFFER_H
#define SW_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#pragma GCC visibility push(hidden)

typedef struct sw_buffer {
  char *data;
  size_t length;
  size_t capacity;
  size_t limit; /* the length that it never passes */
} sw_buffer;

void sw_buffer_init(sw_buffer *b, size_t limit);

/* Makes room for 'extra' bytes behind the present ones and returns where they go; NULL where that passes the limit
** or memory is short, and then the buffer is as it was. The caller adds what it wrote to 'length'. */
char *sw_buffer_room(sw_buffer *b, size_t extra);

static inline bool sw_buffer_append(sw_buffer *b, const void *bytes, size_t length) {
  char *room = length <= b->capacity - b->length && length <= b->limit - b->length && b->data != NULL
                   ? b->data + b->length
                   : sw_buffer_room(b, length);
  if (room == NULL) return false;
  memcpy(room, bytes, length);
  b->length += length;
  return true;
}

/* Frees the bytes; the buffer is empty and can be used again. */
void sw_buffer_free(sw_buffer *b);

#pragma GCC visibility pop

#endif
