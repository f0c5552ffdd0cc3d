/* WebSocket frames (RFC 6455): bytes in, messages out, bytes out again. No I/O.
** SPDX-License-Identifier: MIT */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* getentropy */
#endif
#include "websocket.h"

#include <string.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

#define FINAL 0x80
#define RESERVED 0x70
#define KIND 0x0f
#define MASKED 0x80
#define LENGTH 0x7f
#define CONTINUATION 0

void sw_websocket_init(sw_websocket *w, bool server, size_t limit) {
  memset(w, 0, sizeof *w);
  w->server = server;
  sw_buffer_init(&w->message, limit);
}

void sw_websocket_free(sw_websocket *w) { sw_buffer_free(&w->message); }

/* {==================================================================
** UTF-8, piece by piece
** =================================================================== */

/* The first byte of a character says how many follow, and narrows the first of these: no overlong forms, no
** surrogates, nothing beyond U+10FFFF. */
static bool begin_character(sw_utf8 *u, unsigned char c) {
  u->low = 0x80;
  u->high = 0xbf;
  if (c >= 0xc2 && c <= 0xdf) {
    u->missing = 1;
  } else if (c >= 0xe0 && c <= 0xef) {
    u->missing = 2;
    if (c == 0xe0) u->low = 0xa0;
    if (c == 0xed) u->high = 0x9f;
  } else if (c >= 0xf0 && c <= 0xf4) {
    u->missing = 3;
    if (c == 0xf0) u->low = 0x90;
    if (c == 0xf4) u->high = 0x8f;
  } else {
    return false;
  }
  return true;
}

static bool go_on_character(sw_utf8 *u, unsigned char c) {
  if (c < u->low || c > u->high) return false;
  u->low = 0x80;
  u->high = 0xbf;
  u->missing--;
  return true;
}

static bool read_utf8(sw_utf8 *u, const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (u->missing == 0 && c < 0x80) continue;
    if (!(u->missing > 0 ? go_on_character(u, c) : begin_character(u, c))) return false;
  }
  return true;
}

static bool is_utf8(const char *bytes, size_t length) {
  sw_utf8 u = {0, 0, 0};
  return read_utf8(&u, bytes, length) && u.missing == 0;
}

/* }================================================================== */

/* {==================================================================
** Reading
** =================================================================== */

static sw_websocket_event fault(sw_websocket *w, int code, const char *reason) {
  w->ended = true;
  w->code = code;
  w->payload = reason;
  w->length = strlen(reason);
  return SW_WS_FAULT;
}

static int kind_of(const sw_websocket *w) { return w->head[0] & KIND; }

static bool is_control(const sw_websocket *w) { return kind_of(w) >= SW_WS_CLOSE; }

static bool is_final(const sw_websocket *w) { return (w->head[0] & FINAL) != 0; }

/* What is wrong with the first two bytes of a frame; NULL where nothing is. */
static const char *head_fault(const sw_websocket *w) {
  int kind = kind_of(w);
  if ((w->head[0] & RESERVED) != 0) return "a reserved bit is set";
  if (is_control(w)) {
    if (kind > SW_WS_PONG) return "an unknown kind of frame";
    if (!is_final(w)) return "a control frame in parts";
    if ((w->head[1] & LENGTH) > SW_WS_MAX_CONTROL) return "a control frame is too long";
  } else {
    if (kind > SW_WS_BINARY) return "an unknown kind of frame";
    if (kind == CONTINUATION && w->kind == 0) return "a continuation of nothing";
    if (kind != CONTINUATION && w->kind != 0) return "a message within a message";
  }
  if (((w->head[1] & MASKED) != 0) != w->server) return w->server ? "a frame without mask" : "a frame with a mask";
  return NULL;
}

static size_t length_bytes(const sw_websocket *w) {
  int length = w->head[1] & LENGTH;
  return length < 126 ? 0 : length == 126 ? 2 : 8;
}

static size_t head_size(const sw_websocket *w) {
  if (w->head_length < 2) return 2;
  return 2 + length_bytes(w) + (w->server ? 4 : 0);
}

static uint64_t payload_length(const sw_websocket *w) {
  size_t count = length_bytes(w);
  uint64_t length = 0;
  if (count == 0) return w->head[1] & LENGTH;
  for (size_t i = 0; i < count; i++)
    length = length << 8 | w->head[2 + i];
  return length;
}

static bool is_length_minimal(const sw_websocket *w, uint64_t length) {
  size_t count = length_bytes(w);
  return count == 0 || (count == 2 ? length > 125 : length > 0xffff && length >> 63 == 0);
}

/* A head is whole: the frame begins. */
static sw_websocket_event begin_frame(sw_websocket *w) {
  uint64_t length = payload_length(w);
  if (!is_length_minimal(w, length)) return fault(w, SW_WS_PROTOCOL, "a length that is not the shortest form");
  if (!is_control(w)) {
    if (length > w->message.limit - w->message.length) return fault(w, SW_WS_TOO_BIG, "the message is too big");
    if (kind_of(w) != CONTINUATION) w->kind = kind_of(w);
  }
  w->in_payload = true;
  w->missing = length;
  w->phase = 0;
  w->control_length = 0;
  return SW_WS_MORE;
}

static void copy_unmasked(sw_websocket *w, char *to, const char *from, size_t length) {
  if (!w->server) {
    memcpy(to, from, length);
    return;
  }
  const unsigned char *mask = w->head + 2 + length_bytes(w);
  for (size_t i = 0; i < length; i++)
    to[i] = (char)((unsigned char)from[i] ^ mask[w->phase++ & 3]);
}

static sw_websocket_event take_payload(sw_websocket *w, const char *bytes, size_t length) {
  w->missing -= length;
  if (is_control(w)) {
    copy_unmasked(w, w->control + w->control_length, bytes, length);
    w->control_length += length;
    return SW_WS_MORE;
  }
  char *room = sw_buffer_room(&w->message, length);
  if (room == NULL) return fault(w, SW_WS_INTERNAL, "out of memory");
  copy_unmasked(w, room, bytes, length);
  w->message.length += length;
  if (w->kind == SW_WS_TEXT && !read_utf8(&w->text, room, length))
    return fault(w, SW_WS_NOT_UTF8, "the text is not UTF-8");
  return SW_WS_MORE;
}

/* Those that a peer may send: the rest stands for what is never sent, or for nobody. */
static bool is_code(int code) {
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code <= 4999);
}

static sw_websocket_event end_close(sw_websocket *w) {
  size_t length = w->control_length;
  w->code = SW_WS_NO_CODE;
  w->payload = "";
  w->length = 0;
  if (length > 0) {
    if (length == 1) return fault(w, SW_WS_PROTOCOL, "a close with half a code");
    w->code = (unsigned char)w->control[0] << 8 | (unsigned char)w->control[1];
    if (!is_code(w->code)) return fault(w, SW_WS_PROTOCOL, "a close with an unknown code");
    if (!is_utf8(w->control + 2, length - 2)) return fault(w, SW_WS_NOT_UTF8, "the reason is not UTF-8");
    w->payload = w->control + 2;
    w->length = length - 2;
  }
  w->ended = true;
  return SW_WS_CLOSE;
}

static sw_websocket_event end_message(sw_websocket *w) {
  sw_websocket_event kind = (sw_websocket_event)w->kind;
  if (w->text.missing > 0) return fault(w, SW_WS_NOT_UTF8, "the text ends within a character");
  w->kind = 0;
  w->is_delivered = true;
  w->payload = w->message.length > 0 ? w->message.data : "";
  w->length = w->message.length;
  return kind;
}

static sw_websocket_event end_frame(sw_websocket *w) {
  w->in_payload = false;
  w->head_length = 0;
  if (kind_of(w) == SW_WS_CLOSE) return end_close(w);
  if (is_control(w)) {
    w->payload = w->control;
    w->length = w->control_length;
    return (sw_websocket_event)kind_of(w);
  }
  return is_final(w) ? end_message(w) : SW_WS_MORE;
}

static sw_websocket_event take_head_byte(sw_websocket *w, char byte) {
  w->head[w->head_length++] = (unsigned char)byte;
  if (w->head_length == 2) {
    const char *reason = head_fault(w);
    if (reason != NULL) return fault(w, SW_WS_PROTOCOL, reason);
  }
  return w->head_length == head_size(w) ? begin_frame(w) : SW_WS_MORE;
}

#define KEPT ((size_t)64 * 1024)

/* The memory of a message that was much larger than most is not kept. */
static void drop_delivered(sw_websocket *w) {
  if (!w->is_delivered) return;
  w->is_delivered = false;
  w->message.length = 0;
  if (w->message.capacity > KEPT) sw_buffer_free(&w->message);
}

sw_websocket_event sw_websocket_read(sw_websocket *w, const char *bytes, size_t length, size_t *taken) {
  sw_websocket_event event = SW_WS_MORE;
  size_t i = 0;
  drop_delivered(w);
  while (event == SW_WS_MORE && !w->ended && (i < length || (w->in_payload && w->missing == 0))) {
    if (!w->in_payload) {
      event = take_head_byte(w, bytes[i++]);
    } else {
      size_t part = length - i < w->missing ? length - i : (size_t)w->missing;
      if (part > 0) event = take_payload(w, bytes + i, part);
      i += part;
      if (event == SW_WS_MORE && w->missing == 0) event = end_frame(w);
    }
  }
  *taken += w->ended ? length : i;
  return event;
}

/* }================================================================== */

/* {==================================================================
** Writing
** =================================================================== */

static size_t put_head(unsigned char *head, sw_websocket_event kind, size_t length, bool masked) {
  unsigned char flag = masked ? MASKED : 0;
  size_t count = length < 126 ? 0 : length <= 0xffff ? 2 : 8;
  head[0] = (unsigned char)(FINAL | (unsigned char)kind);
  head[1] = (unsigned char)(flag | (count == 0 ? length : count == 2 ? 126 : 127));
  for (size_t i = 0; i < count; i++)
    head[2 + i] = (unsigned char)((uint64_t)length >> 8 * (count - 1 - i));
  return 2 + count;
}

bool sw_websocket_write(const sw_websocket *w, sw_websocket_event kind, const char *payload, size_t length,
                        sw_buffer *out) {
  unsigned char head[SW_WS_MAX_HEAD];
  size_t size = put_head(head, kind, length, !w->server);
  if (kind >= SW_WS_CLOSE && length > SW_WS_MAX_CONTROL) return false;
  char *room = sw_buffer_room(out, SW_WS_MAX_HEAD + length);
  if (room == NULL) return false;
  if (w->server) {
    memcpy(room, head, size);
    memcpy(room + size, payload, length);
  } else {
    unsigned char *mask = head + size;
    if (getentropy(mask, 4) != 0) return false;
    size += 4;
    memcpy(room, head, size);
    for (size_t i = 0; i < length; i++)
      room[size + i] = (char)((unsigned char)payload[i] ^ mask[i & 3]);
  }
  out->length += size + length;
  return true;
}

/* Cuts between two characters. */
static size_t cut(const char *reason, size_t length, size_t most) {
  if (length <= most) return length;
  while (most > 0 && ((unsigned char)reason[most] & 0xc0) == 0x80)
    most--;
  return most;
}

bool sw_websocket_write_close(const sw_websocket *w, int code, const char *reason, size_t length, sw_buffer *out) {
  char payload[SW_WS_MAX_CONTROL];
  if (code == SW_WS_NO_CODE) return sw_websocket_write(w, SW_WS_CLOSE, "", 0, out);
  length = cut(reason, length, sizeof payload - 2);
  payload[0] = (char)(code >> 8);
  payload[1] = (char)(code & 0xff);
  memcpy(payload + 2, reason, length);
  return sw_websocket_write(w, SW_WS_CLOSE, payload, length + 2, out);
}

/* }================================================================== */
