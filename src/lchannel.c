/* Channels as Lua sees them. As in lengine.c, each function reads, acts and pushes.
** SPDX-License-Identifier: MIT */
#include <math.h>

#include "core.h"
#include "desk.h"
#include "engine.h"

#define CHANNEL "signalwire.channel"

static void *check(lua_State *L, int i, const char *type) {
  void *thing = *(void **)luaL_checkudata(L, i, type);
  luaL_argcheck(L, thing != NULL, i, "it is closed");
  return thing;
}

static sw_channel *check_channel(lua_State *L) { return check(L, 1, CHANNEL); }

static int raise_memory(lua_State *L) { return luaL_error(L, "not enough memory"); }

/* engine:connect(target, timeout [, ticket]) -> channel, which connects */
int sw_engine_connect_from_lua(lua_State *L) {
  sw_engine *engine = sw_desk_engine(check(L, 1, SW_ENGINE_TYPE));
  luaL_argcheck(L, engine != NULL, 1, "it is closed");
  sw_target *target = check(L, 2, SW_TARGET_TYPE);
  luaL_argcheck(L, target->channel, 2, "is not for channels");
  double timeout = luaL_checknumber(L, 3);
  luaL_argcheck(L, timeout >= 0 && timeout < (double)INFINITY, 3, "is no time");
  lua_Number ticket = luaL_optnumber(L, 4, 0);
  void **box = sw_newuserdata(L, sizeof *box);
  *box = NULL;
  luaL_getmetatable(L, CHANNEL);
  lua_setmetatable(L, -2);
  lua_pushvalue(L, 1);
  sw_setowner(L, -2);

  sw_channel *c = *box = sw_channel_new(target, timeout);
  if (c == NULL || !sw_engine_connect(engine, c)) return raise_memory(L);
  sw_engine_listen(c, (unsigned long)ticket);
  return 1;
}

/* channel:listen([ticket]): asks for news, which the engine announces by the ticket */
static int channel_listen(lua_State *L) {
  sw_channel *c = check_channel(L);
  lua_Number ticket = luaL_optnumber(L, 2, 0);
  sw_engine_listen(c, (unsigned long)ticket);
  return 0;
}

/* channel:done() -> whether there are news: it opened, broke, or can be read */
static int channel_done(lua_State *L) {
  lua_pushboolean(L, check_channel(L)->news);
  return 1;
}

/* channel:cancel(): ends the wait for news */
static int channel_cancel(lua_State *L) {
  sw_engine_disturb(check_channel(L));
  return 0;
}

static int channel_is_open(lua_State *L) {
  lua_pushboolean(L, check_channel(L)->stage == SW_OPEN);
  return 1;
}

/* channel:failure() -> { kind, message }, or nil where nothing failed */
static int channel_failure(lua_State *L) {
  const sw_channel *c = check_channel(L);
  if (c->stage != SW_BROKEN) return 0;
  lua_createtable(L, 0, 2);
  lua_pushstring(L, sw_outcome_word(c->x->outcome));
  lua_setfield(L, -2, "kind");
  lua_pushstring(L, c->x->message);
  lua_setfield(L, -2, "message");
  return 1;
}

/* channel:send(bytes) -> false where it is broken */
static int channel_send(lua_State *L) {
  size_t length;
  sw_channel *c = check_channel(L);
  const char *bytes = luaL_checklstring(L, 2, &length);
  lua_pushboolean(L, sw_engine_send(c, bytes, length));
  return 1;
}

/* channel:receive() -> bytes, none where there are none yet; nil where it is broken */
static int channel_receive(lua_State *L) {
  char room[16 * 1024];
  size_t got;
  if (!sw_engine_receive(check_channel(L), room, sizeof room, &got)) return 0;
  lua_pushlstring(L, room, got);
  return 1;
}

static int channel_close(lua_State *L) {
  sw_engine_close_channel(check_channel(L));
  return 0;
}

static int channel_gc(lua_State *L) {
  void **box = luaL_checkudata(L, 1, CHANNEL);
  sw_engine_forget_channel(*box);
  *box = NULL;
  return 0;
}

static const luaL_Reg methods[] = {
    {"listen", channel_listen},   {"done", channel_done},       {"cancel", channel_cancel},
    {"is_open", channel_is_open}, {"failure", channel_failure}, {"send", channel_send},
    {"receive", channel_receive}, {"close", channel_close},     {NULL, NULL},
};

void sw_open_channel(lua_State *L) { sw_new_type(L, CHANNEL, methods, channel_gc); }
