/* WebSocket frames (RFC 6455): bytes in, messages out, bytes out again. No I/O.
** SPDX-License-Identifier: MIT */
#ifndef SW_WEBSOCKET_H
#define SW_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"

#pragma GCC visibility push(hidden)

/* What reading came to. Those that are frames have the number that stands in a frame. */
typedef enum sw_websocket_event {
  SW_WS_MORE = 0, /* nothing yet: more bytes are needed */
  SW_WS_TEXT = 1,
  SW_WS_BINARY = 2,
  SW_WS_CLOSE = 8,
  SW_WS_PING = 9,
  SW_WS_PONG = 10,
  SW_WS_FAULT = 16 /* the peer broke the protocol: 'code' and 'payload' are what to close with */
} sw_websocket_event;

#define SW_WS_MAX_HEAD 14
#define SW_WS_MAX_CONTROL 125

#define SW_WS_NORMAL 1000
#define SW_WS_PROTOCOL 1002
#define SW_WS_NO_CODE 1005
#define SW_WS_NOT_UTF8 1007
#define SW_WS_TOO_BIG 1009
#define SW_WS_INTERNAL 1011

/* How far a text is, between two of its bytes. */
typedef struct sw_utf8 {
  int missing;             /* bytes of the present character */
  unsigned char low, high; /* what the next of them may be */
} sw_utf8;

typedef struct sw_websocket {
  bool server; /* the side whose frames are not masked */

  /* What the event is about. It stays until the next read. */
  const char *payload;
  size_t length;
  int code; /* of a close, and of a fault */

  /* The codec's own */
  bool ended; /* by a close or a fault: what follows is not read */
  unsigned char head[SW_WS_MAX_HEAD];
  size_t head_length;
  uint64_t missing; /* bytes of the present frame's payload */
  size_t phase;     /* which byte of the mask comes next */
  bool in_payload;
  int kind;          /* of the message under way; 0: none */
  bool is_delivered; /* the message was handed out, and goes with the next read */
  sw_utf8 text;
  sw_buffer message;
  char control[SW_WS_MAX_CONTROL];
  size_t control_length;
} sw_websocket;

/* 'limit' is the length of the longest message that is taken. */
void sw_websocket_init(sw_websocket *w, bool server, size_t limit);
void sw_websocket_free(sw_websocket *w);

/* Reads until a message or a control frame is whole, or the bytes are used up. Adds to 'taken' how many were. */
sw_websocket_event sw_websocket_read(sw_websocket *w, const char *bytes, size_t length, size_t *taken);

/* Appends a whole message, or a control frame, to 'out'. False where memory or random bytes are short, or where a
** control frame would be too long; then 'out' is as it was. */
bool sw_websocket_write(const sw_websocket *w, sw_websocket_event kind, const char *payload, size_t length,
                        sw_buffer *out);

/* Appends a close frame. SW_WS_NO_CODE: one without code and reason. A reason that is too long is cut. */
bool sw_websocket_write_close(const sw_websocket *w, int code, const char *reason, size_t length, sw_buffer *out);

#pragma GCC visibility pop

#endif
