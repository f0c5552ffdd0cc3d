/* Runs one of the fuzz targets, which are Lua functions of bytes in spec/fuzz/targets, under libFuzzer. It follows the
** branches of the C core and, by a hook, the lines of the Lua; a target that raises has found something.
**
** fuzz --target=NAME [libFuzzer's own arguments]
**
** SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../src/sockets.h"

#define COUNTERS 16384

__attribute__((section("__libfuzzer_extra_counters"))) static unsigned char lines_seen[COUNTERS];

static lua_State *L;

static void note_line(lua_State *state, lua_Debug *at) {
  lua_getinfo(state, "S", at);
  size_t place = (size_t)at->source / 16 * 31 + (size_t)at->currentline;
  lines_seen[place % COUNTERS]++;
}

/* {==================================================================
** A server that sends the bytes and closes
** =================================================================== */

static const char *to_send;
static size_t to_send_length;
static int server_end = -1;

static curl_socket_t open_pair(void *data, curlsocktype purpose, struct curl_sockaddr *address) {
  int ends[2];
  (void)data, (void)purpose, (void)address;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return CURL_SOCKET_BAD;
  if (server_end >= 0) (void)close(server_end);
  server_end = ends[1];
  if (send(server_end, to_send, to_send_length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && to_send_length > 0) abort();
  (void)shutdown(server_end, SHUT_WR);
  return ends[0];
}

/* libcurl's connections stand from the start. (CURL_SOCKOPT_ALREADY_CONNECTED says so too, but 7.88 does not listen.) */
__attribute__((visibility("default"))) int connect(int fd, const struct sockaddr *address, socklen_t length) {
  (void)fd, (void)address, (void)length;
  return 0;
}

bool __real_sw_sockets_adopt(sw_sockets *s, CURL *easy);
bool __wrap_sw_sockets_adopt(sw_sockets *s, CURL *easy);

/* The linker puts this in place of the core's own. A small buffer makes libcurl read in pieces. */
bool __wrap_sw_sockets_adopt(sw_sockets *s, CURL *easy) {
  return __real_sw_sockets_adopt(s, easy) &&
         curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_pair) == CURLE_OK &&
         curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 1024L) == CURLE_OK;
}

/* serve(bytes) -> the base_url of a server that sends them */
static int serve(lua_State *state) {
  to_send = luaL_checklstring(state, 1, &to_send_length);
  lua_settop(state, 1);
  lua_setfield(state, LUA_REGISTRYINDEX, "sent");
  lua_pushliteral(state, "http://127.0.0.1:1");
  return 1;
}

/* }================================================================== */

int luaopen_signalwire_base(lua_State *state);
int luaopen_signalwire_core(lua_State *state);

static void preload(const char *name, lua_CFunction open) {
  (void)luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, open);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

static void must(int status) {
  if (status == LUA_OK) return;
  fprintf(stderr, "fuzz: %s\n", lua_tostring(L, -1));
  abort();
}

static int with_traceback(lua_State *state) {
  luaL_traceback(state, state, luaL_tolstring(state, 1, NULL), 1);
  return 1;
}

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length);

int LLVMFuzzerInitialize(int *count, char ***arguments) {
  static const char flag[] = "--target=";
  const char *target = "answer";
  for (int i = 1; i < *count; i++)
    if (strncmp((*arguments)[i], flag, sizeof flag - 1) == 0) target = (*arguments)[i] + sizeof flag - 1;
  L = luaL_newstate();
  if (L == NULL) abort();
  luaL_openlibs(L);
  preload("signalwire.base", luaopen_signalwire_base);
  preload("signalwire.core", luaopen_signalwire_core);
  must(luaL_dostring(L, "package.path = './lua/?.lua;./lua/?/init.lua;./?.lua;' .. package.path"));
  lua_pushcfunction(L, with_traceback);
  lua_pushfstring(L, "return require('spec.fuzz.targets.%s')", target);
  must(luaL_dostring(L, lua_tostring(L, -1)));
  lua_remove(L, 2);
  lua_sethook(L, note_line, LUA_MASKLINE, 0);
  return 0;
}

/* Stack: the traceback, the target. */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t length) {
  lua_pushvalue(L, 2);
  lua_pushlstring(L, (const char *)bytes, length);
  lua_pushcfunction(L, serve);
  must(lua_pcall(L, 2, 0, 1));
  lua_settop(L, 2);
  return 0;
}
