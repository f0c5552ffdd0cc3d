/* luaopen_signalwire_core.
** SPDX-License-Identifier: MIT */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* dladdr, getentropy */
#endif
#include "core.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

#include "libcurl.h"
#include "sockets.h"

static int core_now(lua_State *L) {
  lua_pushnumber(L, sw_now());
  return 1;
}

static void random_bytes(lua_State *L, unsigned char *bytes, size_t count) {
  if (getentropy(bytes, count) != 0) luaL_error(L, "the system has no random bytes");
}

/* A number from 0 to 1, 1 excluded. */
static int core_random(lua_State *L) {
  uint64_t bits;
  random_bytes(L, (unsigned char *)&bits, sizeof bits);
  lua_pushnumber(L, (lua_Number)(bits >> 11) / 9007199254740992.0);
  return 1;
}

/* A random UUID, version 4. */
static int core_uuid(lua_State *L) {
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

/* is_terminal(descriptor) */
static int core_is_terminal(lua_State *L) {
  lua_pushboolean(L, isatty((int)luaL_checknumber(L, 1)));
  return 1;
}

/* A host may close its Lua state, and with it this module and libcurl, while a resolver's thread still runs their code.
** So they stay in memory. Where that can't be had, nothing is worse than before. */
static void pin(void) {
  static const char here;
  Dl_info module;
  if (dladdr(&here, &module) != 0 && module.dli_fname != NULL)
    (void)dlopen(module.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

static CURLcode global_code;

static void initialize(void) {
  pin();
  global_code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static const luaL_Reg functions[] = {
    {"now", core_now}, {"random", core_random}, {"uuid", core_uuid}, {"is_terminal", core_is_terminal}, {NULL, NULL},
};

int luaopen_signalwire_core(lua_State *L);

__attribute__((visibility("default"))) int luaopen_signalwire_core(lua_State *L) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  (void)pthread_once(&once, initialize);
  if (global_code != CURLE_OK) return luaL_error(L, "libcurl: %s", curl_easy_strerror(global_code));
  lua_newtable(L);
  sw_setfuncs(L, functions);
  lua_pushstring(L, curl_version_info(CURLVERSION_NOW)->version);
  lua_setfield(L, -2, "curl_version");
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, -2, "null");
  sw_open_engine(L);
  sw_open_encoder(L);
  sw_open_decoder(L);
  return 1;
}
