/* luaopen_signalwire_base: what every host needs of C, libcurl's or not: JSON, the clock, random numbers, base64,
** the frames of WebSocket.
** SPDX-License-Identifier: MIT */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* getentropy */
#endif
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

#include "clock.h"
#include "core.h"

static int base_now(lua_State *L) {
  lua_pushnumber(L, sw_now());
  return 1;
}

static void random_bytes(lua_State *L, unsigned char *bytes, size_t count) {
  if (getentropy(bytes, count) != 0) luaL_error(L, "the system has no random bytes");
}

/* A number from 0 to 1, 1 excluded. */
static int base_random(lua_State *L) {
  uint64_t bits;
  random_bytes(L, (unsigned char *)&bits, sizeof bits);
  lua_pushnumber(L, (lua_Number)(bits >> 11) / 9007199254740992.0);
  return 1;
}

/* random_bytes(count) */
static int base_random_bytes(lua_State *L) {
  unsigned char bytes[256];
  lua_Number count = luaL_checknumber(L, 1);
  luaL_argcheck(L, count >= 0 && count <= (lua_Number)sizeof bytes, 1, "is not from 0 to 256");
  random_bytes(L, bytes, (size_t)count);
  lua_pushlstring(L, (const char *)bytes, (size_t)count);
  return 1;
}

/* A random UUID, version 4. */
static int base_uuid(lua_State *L) {
  unsigned char b[16];
  char text[37];
  random_bytes(L, b, sizeof b);
  b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
  b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
  (void)snprintf(text, sizeof text, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
                 b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
  lua_pushlstring(L, text, 36);
  return 1;
}

#define PAD 64

/* base64(text) -> as an Authorization header has it */
static int base_base64(lua_State *L) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  size_t left;
  const char *text = luaL_checklstring(L, 1, &left);
  luaL_Buffer out;
  luaL_buffinit(L, &out);
  for (; left > 0; left = left > 3 ? left - 3 : 0, text += 3) {
    uint32_t a = (unsigned char)text[0], b = left > 1 ? (unsigned char)text[1] : 0;
    uint32_t c = left > 2 ? (unsigned char)text[2] : 0, bits = a << 16 | b << 8 | c;
    char four[] = {digits[bits >> 18], digits[bits >> 12 & 63], digits[left > 1 ? bits >> 6 & 63 : PAD],
                   digits[left > 2 ? bits & 63 : PAD]};
    luaL_addlstring(&out, four, sizeof four);
  }
  luaL_pushresult(&out);
  return 1;
}

/* is_terminal(descriptor) */
static int base_is_terminal(lua_State *L) {
  lua_pushboolean(L, isatty((int)luaL_checknumber(L, 1)));
  return 1;
}

/* boundary() -> the name of the innermost function of C that the caller runs below, nil where there is none */
static int base_boundary(lua_State *L) {
  lua_Debug call;
  for (int level = 1; lua_getstack(L, level, &call); level++) {
    (void)lua_getinfo(L, "S", &call);
    if (strcmp(call.what, "C") != 0) continue;
    (void)lua_getinfo(L, "n", &call);
    lua_pushstring(L, call.name != NULL ? call.name : "a function of C");
    return 1;
  }
  return 0;
}

/* load_lazily(path): loads a module's libraries so that a symbol is bound when it is first called. Lua's own loader, which
** finds them there, would bind them all: of libcurl's thirty libraries that takes longer than the whole client. */
static int base_load_lazily(lua_State *L) {
  (void)dlopen(luaL_checkstring(L, 1), RTLD_LAZY | RTLD_LOCAL);
  return 0;
}

static const luaL_Reg functions[] = {
    {"now", base_now},           {"random", base_random},           {"random_bytes", base_random_bytes},
    {"uuid", base_uuid},         {"base64", base_base64},           {"is_terminal", base_is_terminal},
    {"boundary", base_boundary}, {"load_lazily", base_load_lazily}, {NULL, NULL},
};

int luaopen_signalwire_base(lua_State *L);

__attribute__((visibility("default"))) int luaopen_signalwire_base(lua_State *L) {
  lua_newtable(L);
  sw_setfuncs(L, functions);
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
  sw_open_encoder(L);
  sw_open_decoder(L);
  sw_open_websocket(L);
  return 1;
}
