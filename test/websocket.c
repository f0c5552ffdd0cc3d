/* The frames of WebSocket: what is taken, what is refused, whole and in pieces, and any bytes at all.
** SPDX-License-Identifier: MIT */
#include "../src/websocket.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define LIMIT ((size_t)1 << 20)

/* What a reader made of bytes: each event as its number, its payload, and its code where it has one. */
static void note(sw_buffer *notes, sw_websocket_event event, const sw_websocket *w) {
  char line[64];
  int code = event == SW_WS_CLOSE || event == SW_WS_FAULT ? w->code : 0;
  int count = snprintf(line, sizeof line, "%d:%d:", (int)event, code);
  CHECK(sw_buffer_append(notes, line, (size_t)count));
  CHECK(sw_buffer_append(notes, w->payload, w->length));
  CHECK(sw_buffer_append(notes, ";", 1));
}

static void read_all(sw_websocket *w, const char *bytes, size_t length, sw_buffer *notes) {
  size_t taken = 0;
  for (;;) {
    sw_websocket_event event = sw_websocket_read(w, bytes + taken, length - taken, &taken);
    if (event == SW_WS_MORE) break;
    note(notes, event, w);
  }
  CHECK(taken == length);
}

static sw_buffer new_buffer(void) {
  sw_buffer b;
  sw_buffer_init(&b, (size_t)-1);
  return b;
}

/* Reads them in pieces of that size, each in memory of its own, so that a read past its end is seen. */
static sw_buffer read_in_pieces(bool server, size_t limit, const char *bytes, size_t length, size_t piece) {
  sw_buffer notes = new_buffer();
  sw_websocket w;
  sw_websocket_init(&w, server, limit);
  for (size_t at = 0; at < length; at += piece) {
    size_t count = length - at < piece ? length - at : piece;
    char *own = malloc(count);
    CHECK(own != NULL);
    if (own == NULL) break;
    memcpy(own, bytes + at, count);
    read_all(&w, own, count, &notes);
    free(own);
  }
  sw_websocket_free(&w);
  return notes;
}

static bool same(const sw_buffer *notes, const char *text, size_t length) {
  return notes->length == length && (length == 0 || memcmp(notes->data, text, length) == 0);
}

/* The bytes come to these notes, whole, byte by byte and three by three. */
static void expect(size_t limit, const char *bytes, size_t length, const char *expected, int line) {
  const size_t pieces[] = {length, 1, 3};
  for (size_t i = 0; i < 3; i++) {
    sw_buffer notes = read_in_pieces(false, limit, bytes, length, pieces[i]);
    if (!same(&notes, expected, strlen(expected))) {
      failures++;
      (void)fprintf(stderr, "line %d, by %zu: got %.*s\n", line, pieces[i], (int)notes.length, notes.data);
    }
    sw_buffer_free(&notes);
  }
}

#define EXPECT(bytes, expected) expect(LIMIT, bytes, sizeof(bytes) - 1, expected, __LINE__)
#define EXPECT_OF(limit, bytes, expected) expect(limit, bytes, sizeof(bytes) - 1, expected, __LINE__)

static void takes_messages(void) {
  EXPECT("\x81\x05Hello", "1:0:Hello;");
  EXPECT("\x81\x00", "1:0:;");
}

static void takes_binary(void) {
  sw_buffer notes = read_in_pieces(false, LIMIT, "\x82\x02\x00\xff", 4, 1);
  CHECK(same(&notes, "2:0:\x00\xff;", 7));
  sw_buffer_free(&notes);
}

static void takes_parts(void) {
  EXPECT("\x01\x03Hel\x80\x02lo", "1:0:Hello;");
  EXPECT("\x01\x00\x00\x00\x80\x00", "1:0:;");
  EXPECT("\x01\x03Hel\x89\x01!\x00\x01l\x8a\x00\x80\x01o", "9:0:!;10:0:;1:0:Hello;");
  EXPECT("\x01\x01\xe2\x00\x01\x82\x80\x01\xac\x81\x01x", "1:0:\xe2\x82\xac;1:0:x;");
}

static void takes_closes(void) {
  EXPECT("\x88\x00", "8:1005:;");
  EXPECT("\x88\x02\x03\xe8", "8:1000:;");
  EXPECT("\x88\x05\x03\xe9"
         "bye"
         "\x81\x01x",
         "8:1001:bye;");
  EXPECT("\x88\x02\x0f\xa0", "8:4000:;");
}

static void refuses_broken_frames(void) {
  EXPECT("\xc1\x00", "16:1002:a reserved bit is set;");
  EXPECT("\x83\x00", "16:1002:an unknown kind of frame;");
  EXPECT("\x8b\x00", "16:1002:an unknown kind of frame;");
  EXPECT("\x09\x00", "16:1002:a control frame in parts;");
  EXPECT("\x89\x7e\x00\x7e", "16:1002:a control frame is too long;");
  EXPECT("\x80\x00", "16:1002:a continuation of nothing;");
  EXPECT("\x01\x01x\x81\x01y", "16:1002:a message within a message;");
  EXPECT("\x81\x81\x01\x02\x03\x04y", "16:1002:a frame with a mask;");
  EXPECT("\x81\x7e\x00\x01x", "16:1002:a length that is not the shortest form;");
  EXPECT("\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff", "16:1002:a length that is not the shortest form;");
  EXPECT("\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00", "16:1002:a length that is not the shortest form;");
  EXPECT("\x88\x01\x03", "16:1002:a close with half a code;");
  EXPECT("\x88\x02\x03\xed", "16:1002:a close with an unknown code;");
  EXPECT("\x88\x02\x03\xee", "16:1002:a close with an unknown code;");
  EXPECT("\x88\x02\x00\x00", "16:1002:a close with an unknown code;");
  EXPECT("\x88\x03\x03\xe8\xff", "16:1007:the reason is not UTF-8;");
  EXPECT("\x81\x02ok\xc1\x00\x81\x02no", "1:0:ok;16:1002:a reserved bit is set;");
}

static void refuses_text_that_is_not_utf8(void) {
  static const char *const bad[] = {"\x80",         "\xc0\x80",     "\xc1\xbf",         "\xe0\x9f\xbf",
                                    "\xed\xa0\x80", "\xf0\x8f\xbf", "\xf4\x90\x80\x80", "\xf5",
                                    "\xff",         "a\xc3(",       "\xe2\x82("};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    char frame[16] = "\x81";
    size_t length = strlen(bad[i]);
    frame[1] = (char)length;
    memcpy(frame + 2, bad[i], length);
    expect(LIMIT, frame, length + 2, "16:1007:the text is not UTF-8;", (int)i);
  }
  EXPECT("\x81\x02\xe2\x82", "16:1007:the text ends within a character;");
  EXPECT("\x81\x0a\xc2\x80\xed\x9f\xbf\xf4\x8f\xbf\xbfz", "1:0:\xc2\x80\xed\x9f\xbf\xf4\x8f\xbf\xbfz;");
}

static void keeps_to_its_limit(void) {
  EXPECT_OF(4,
            "\x81\x04"
            "abcd\x81\x04"
            "efgh",
            "1:0:abcd;1:0:efgh;");
  EXPECT_OF(4, "\x81\x05", "16:1009:the message is too big;");
  EXPECT_OF(4,
            "\x01\x03"
            "abc\x80\x02",
            "16:1009:the message is too big;");
  EXPECT_OF(4, "\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", "16:1009:the message is too big;");
  EXPECT_OF(4, "\x89\x05hello", "9:0:hello;");
}

/* What one side writes, the other reads: at the lengths where the form of a frame changes. */
static void reads_what_it_writes(void) {
  static const size_t lengths[] = {0, 1, 125, 126, 127, 65535, 65536, 200000};
  for (int server = 0; server < 2; server++) {
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
      sw_websocket writer, reader;
      sw_buffer out = new_buffer();
      size_t length = lengths[i], taken = 0;
      char *payload = malloc(length + 1);
      CHECK(payload != NULL);
      if (payload == NULL) return;
      for (size_t j = 0; j < length; j++)
        payload[j] = (char)('a' + j % 26);
      sw_websocket_init(&writer, server == 1, LIMIT);
      sw_websocket_init(&reader, server == 0, LIMIT);
      CHECK(sw_websocket_write(&writer, SW_WS_TEXT, payload, length, &out));
      CHECK(sw_websocket_read(&reader, out.data, out.length, &taken) == SW_WS_TEXT);
      CHECK(taken == out.length && reader.length == length && memcmp(reader.payload, payload, length) == 0);
      sw_buffer_free(&out);
      sw_websocket_free(&reader);
      sw_websocket_free(&writer);
      free(payload);
    }
  }
}

static void masks_each_frame_anew(void) {
  sw_websocket w;
  sw_buffer out = new_buffer();
  int different = 0;
  sw_websocket_init(&w, false, LIMIT);
  for (int i = 0; i < 64; i++)
    CHECK(sw_websocket_write(&w, SW_WS_TEXT, "x", 1, &out));
  for (size_t i = 1; i < 64; i++)
    if (memcmp(out.data + 2, out.data + i * 7 + 2, 4) != 0) different++;
  CHECK(different > 60);
  sw_buffer_free(&out);
}

static void writes_control_frames_that_fit(void) {
  sw_websocket w;
  sw_buffer out = new_buffer();
  char reason[130];
  memset(reason, 'r', sizeof reason);
  sw_websocket_init(&w, true, LIMIT);
  CHECK(!sw_websocket_write(&w, SW_WS_PING, reason, 126, &out) && out.length == 0);
  memcpy(reason + 122, "\xe2\x82\xac", 3); /* a character that the cut would divide */
  CHECK(sw_websocket_write_close(&w, SW_WS_NORMAL, reason, sizeof reason, &out));
  CHECK(out.length == 2 + 2 + 122);
  out.length = 0;
  CHECK(sw_websocket_write_close(&w, SW_WS_NO_CODE, "x", 1, &out));
  CHECK(out.length == 2 && memcmp(out.data, "\x88\x00", 2) == 0);
  sw_buffer_free(&out);
}

/* {==================================================================
** Any bytes
** =================================================================== */

static uint32_t dice(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

/* Mostly frames that are nearly right, since random bytes end in a fault at once. */
static size_t make_frames(uint32_t *state, unsigned char *bytes, size_t room) {
  static const unsigned char heads[] = {0x81, 0x01, 0x00, 0x80, 0x82, 0x89, 0x8a, 0x88};
  size_t at = 0;
  while (at + 16 < room) {
    size_t length = dice(state) % 10;
    bytes[at++] = dice(state) % 50 == 0 ? (unsigned char)dice(state) : heads[dice(state) % sizeof heads];
    bytes[at++] = dice(state) % 50 == 0 ? (unsigned char)dice(state) : (unsigned char)length;
    for (size_t i = 0; i < length; i++)
      bytes[at++] = dice(state) % 20 == 0 ? (unsigned char)dice(state) : (unsigned char)('a' + i);
    if (dice(state) % 8 == 0) break;
  }
  return at;
}

/* However the bytes come, they come to the same. */
static void does_not_mind_where_bytes_are_cut(void) {
  unsigned char bytes[256];
  uint32_t state = 20061;
  for (int i = 0; i < 20000; i++) {
    size_t length = make_frames(&state, bytes, sizeof bytes);
    const char *text = (const char *)bytes;
    sw_buffer whole = read_in_pieces(false, 64, text, length, length);
    sw_buffer pieces = read_in_pieces(false, 64, text, length, 1 + dice(&state) % 7);
    CHECK(same(&pieces, whole.data, whole.length));
    sw_buffer_free(&whole);
    sw_buffer_free(&pieces);
  }
}

/* }================================================================== */

int main(void) {
  takes_messages();
  takes_binary();
  takes_parts();
  takes_closes();
  refuses_broken_frames();
  refuses_text_that_is_not_utf8();
  keeps_to_its_limit();
  reads_what_it_writes();
  masks_each_frame_anew();
  writes_control_frames_that_fit();
  does_not_mind_where_bytes_are_cut();
  return failures != 0;
}
