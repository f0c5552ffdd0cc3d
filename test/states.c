/* Several Lua states in one process: closed in any order, while others send; and several threads with a state each.
** SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "server.h"

#define STATES 10
#define THREADS 6
#define ROUNDS 3
#define COMMANDS 50

static server answering[STATES];
static server stalling;

int luaopen_signalwire_base(lua_State *L);
int luaopen_signalwire_core(lua_State *L);

static const char program[] =
    "package.path = './lua/?.lua;./lua/?/init.lua;' .. package.path\n"
    "local url, silent = ...\n"
    "local signalwire = require('signalwire')\n"
    "local function client_of(url)\n"
    "  return signalwire.assert(signalwire.client({ project = 'p', token = 'a-token', base_url = url, timeout = 20 "
    "}))\n"
    "end\n"
    "local client = client_of(url)\n"
    "function send() return signalwire.assert(client.calling:denoise('a-call')).id == 'a-leg' end\n"
    "function begin()\n" /* a command that is in flight until the state is closed */
    "  local core = require('signalwire.core')\n"
    "  local target = core.target({ origin = silent, headers = {}, proxy = '' })\n"
    "  kept = core.engine:start(target, 'POST', '/', '{}', 60, 60)\n"
    "  core.engine:work(0)\n"
    "  return true\n"
    "end\n";

static void preload(lua_State *L, const char *name, lua_CFunction open) {
  (void)luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, open);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

static int must(lua_State *L, int status) {
  if (status != LUA_OK) fprintf(stderr, "states: %s\n", lua_tostring(L, -1));
  return status == LUA_OK;
}

static lua_State *open_state(const server *s) {
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  preload(L, "signalwire.base", luaopen_signalwire_base);
  preload(L, "signalwire.core", luaopen_signalwire_core);
  (void)luaL_loadstring(L, program);
  lua_pushfstring(L, "http://127.0.0.1:%d", s->port);
  lua_pushfstring(L, "http://127.0.0.1:%d", stalling.port);
  if (!must(L, lua_pcall(L, 2, 0, 0))) exit(EXIT_FAILURE);
  return L;
}

static int call(lua_State *L, const char *name) {
  lua_getglobal(L, name);
  int fine = must(L, lua_pcall(L, 0, 1, 0)) && lua_toboolean(L, -1);
  lua_settop(L, 0);
  return fine;
}

/* Each state that closes has a command in flight, and the others go on over their own connections. */
static void states_close_in_any_order(void) {
  static const int order[STATES] = {3, 0, 9, 5, 1, 8, 2, 7, 6, 4};
  lua_State *states[STATES];
  int commands = 0;
  for (int i = 0; i < STATES; i++)
    states[i] = open_state(&answering[i]);
  for (int closed = 0; closed < STATES; closed++) {
    for (int i = closed; i < STATES; i++)
      CHECK(call(states[order[i]], "send"));
    commands += STATES - closed;
    CHECK(call(states[order[closed]], "begin"));
    lua_close(states[order[closed]]);
  }
  int requests = 0;
  for (int i = 0; i < STATES; i++) {
    requests += *answering[i].requests;
    CHECK(*answering[i].connections == 1);
  }
  CHECK(requests == commands);
}

static void *live_in_a_thread(void *data) {
  const server *s = data;
  long sent = 0;
  for (int round = 0; round < ROUNDS; round++) {
    lua_State *L = open_state(s);
    for (int i = 0; i < COMMANDS; i++)
      sent += call(L, "send");
    lua_close(L);
  }
  return (void *)sent;
}

static void threads_have_a_state_each(void) {
  pthread_t threads[THREADS];
  int before[THREADS];
  for (int i = 0; i < THREADS; i++) {
    before[i] = *answering[i].requests;
    CHECK(pthread_create(&threads[i], NULL, live_in_a_thread, &answering[i]) == 0);
  }
  for (int i = 0; i < THREADS; i++) {
    void *sent = NULL;
    (void)pthread_join(threads[i], &sent);
    CHECK((long)sent == ROUNDS * COMMANDS);
    CHECK(*answering[i].requests - before[i] == ROUNDS * COMMANDS);
  }
}

int main(void) {
  for (int i = 0; i < STATES; i++)
    answering[i] = start_server("j*");
  stalling = start_server("s");
  threads_have_a_state_each();
  for (int i = 0; i < STATES; i++)
    *answering[i].connections = *answering[i].requests = 0;
  states_close_in_any_order();
  for (int i = 0; i < STATES; i++)
    stop_server(&answering[i]);
  stop_server(&stalling);
  return failures != 0;
}
