/* The frames of WebSocket as Lua sees them. As in lengine.c, each function reads, acts and pushes.
** SPDX-License-Identifier: MIT */
#include <string.h>

#include "core.h"
#include "websocket.h"

#define CODEC "signalwire.websocket"

typedef struct codec {
  sw_websocket websocket;
  sw_buffer input; /* fed, and from 'read' on not read yet */
  size_t read;
  sw_buffer output; /* the frame being made */
} codec;

static const struct {
  const char *name;
  sw_websocket_event event;
} kinds[] = {
    {"text", SW_WS_TEXT}, {"binary", SW_WS_BINARY}, {"close", SW_WS_CLOSE},
    {"ping", SW_WS_PING}, {"pong", SW_WS_PONG},     {"fault", SW_WS_FAULT},
};

static const char *name_of(sw_websocket_event event) {
  size_t i = 0;
  while (kinds[i].event != event)
    i++;
  return kinds[i].name;
}

/* Those that frame() writes: a close has a function of its own. */
static sw_websocket_event check_kind(lua_State *L, int i) {
  const char *name = luaL_checkstring(L, i);
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
    if (strcmp(kinds[k].name, name) == 0 && kinds[k].event != SW_WS_CLOSE && kinds[k].event != SW_WS_FAULT)
      return kinds[k].event;
  return (sw_websocket_event)luaL_argerror(L, i, "is no kind of frame");
}

static codec *check_codec(lua_State *L) { return luaL_checkudata(L, 1, CODEC); }

/* base.websocket(limit [, server]) -> codec: for a client's side, or for the server's; 'limit' in bytes a message */
static int new_codec(lua_State *L) {
  lua_Number limit = luaL_checknumber(L, 1);
  luaL_argcheck(L, limit >= 1, 1, "is no length");
  bool server = lua_toboolean(L, 2);
  codec *c = sw_newuserdata(L, sizeof *c);
  sw_websocket_init(&c->websocket, server, (size_t)limit);
  sw_buffer_init(&c->input, (size_t)-1);
  sw_buffer_init(&c->output, (size_t)-1);
  c->read = 0;
  luaL_getmetatable(L, CODEC);
  lua_setmetatable(L, -2);
  return 1;
}

static int codec_gc(lua_State *L) {
  codec *c = check_codec(L);
  sw_websocket_free(&c->websocket);
  sw_buffer_free(&c->input);
  sw_buffer_free(&c->output);
  c->read = 0;
  return 0;
}

/* codec:feed(bytes): what came from the other side */
static int codec_feed(lua_State *L) {
  size_t length;
  codec *c = check_codec(L);
  const char *bytes = luaL_checklstring(L, 2, &length);
  if (c->read > 0) {
    c->input.length -= c->read;
    memmove(c->input.data, c->input.data + c->read, c->input.length);
    c->read = 0;
  }
  if (!sw_buffer_append(&c->input, bytes, length)) return luaL_error(L, "not enough memory");
  return 0;
}

/* codec:next() -> kind, payload, code; nothing where it needs more bytes. A fault's payload says what was wrong. */
static int codec_next(lua_State *L) {
  codec *c = check_codec(L);
  if (c->input.data == NULL) return 0;
  sw_websocket *w = &c->websocket;
  sw_websocket_event event = sw_websocket_read(w, c->input.data + c->read, c->input.length - c->read, &c->read);
  if (event == SW_WS_MORE) return 0;
  lua_pushstring(L, name_of(event));
  lua_pushlstring(L, w->payload, w->length);
  if (event != SW_WS_CLOSE && event != SW_WS_FAULT) return 2;
  lua_pushinteger(L, w->code);
  return 3;
}

static int push_output(lua_State *L, codec *c, bool written) {
  if (!written) return luaL_error(L, "not enough memory");
  lua_pushlstring(L, c->output.data, c->output.length);
  return 1;
}

/* codec:frame(kind, payload) -> the bytes to send */
static int codec_frame(lua_State *L) {
  size_t length;
  codec *c = check_codec(L);
  sw_websocket_event kind = check_kind(L, 2);
  const char *payload = luaL_checklstring(L, 3, &length);
  luaL_argcheck(L, kind < SW_WS_CLOSE || length <= SW_WS_MAX_CONTROL, 3, "is too long for a control frame");
  c->output.length = 0;
  return push_output(L, c, sw_websocket_write(&c->websocket, kind, payload, length, &c->output));
}

/* codec:close_frame([code [, reason]]) -> the bytes to send */
static int codec_close_frame(lua_State *L) {
  size_t length;
  codec *c = check_codec(L);
  int code = (int)luaL_optnumber(L, 2, SW_WS_NO_CODE);
  const char *reason = luaL_optlstring(L, 3, "", &length);
  c->output.length = 0;
  return push_output(L, c, sw_websocket_write_close(&c->websocket, code, reason, length, &c->output));
}

static const luaL_Reg methods[] = {
    {"feed", codec_feed}, {"next", codec_next}, {"frame", codec_frame}, {"close_frame", codec_close_frame},
    {NULL, NULL},
};

void sw_open_websocket(lua_State *L) {
  sw_new_type(L, CODEC, methods, codec_gc);
  lua_pushcfunction(L, new_codec);
  lua_setfield(L, -2, "websocket");
}
