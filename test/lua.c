/* The interpreter in small: lua [-e TEXT]... [FILE ARGUMENT...]. A sanitizer must stand in the program and not in a
** module of it; preloading it instead would reach every program that the specs start.
** SPDX-License-Identifier: MIT */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static lua_State *running;

static void stop(lua_State *L, lua_Debug *at) {
  (void)at;
  lua_sethook(L, NULL, 0, 0);
  luaL_error(L, "interrupted!");
}

static void on_interrupt(int number) {
  (void)number;
  lua_sethook(running, stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
}

static int traceback(lua_State *L) {
  luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
  return 1;
}

/* arg[0] is the script, what follows it stands at 1 and up, what precedes it below 0. */
static void set_arg(lua_State *L, char **argv, int script) {
  lua_newtable(L);
  for (int i = 0; argv[i] != NULL; i++) {
    lua_pushstring(L, argv[i]);
    lua_rawseti(L, -2, i - script);
  }
  lua_setglobal(L, "arg");
}

/* Calls what was loaded with 'count' strings of 'argv'; 'loaded' is the loader's status. */
static int call(lua_State *L, int loaded, char **argv, int count) {
  int status = loaded;
  if (status == LUA_OK) {
    for (int i = 0; i < count; i++)
      lua_pushstring(L, argv[i]);
    status = lua_pcall(L, count, 0, 1);
  }
  if (status != LUA_OK) fprintf(stderr, "lua: %s\n", luaL_tolstring(L, -1, NULL));
  return status;
}

int main(int argc, char **argv) {
  int script = 1;
  while (script + 1 < argc && strcmp(argv[script], "-e") == 0)
    script += 2;

  lua_State *L = luaL_newstate();
  if (L == NULL) return EXIT_FAILURE;
  running = L;
  (void)signal(SIGINT, on_interrupt);
  lua_pushcfunction(L, traceback);
  luaL_openlibs(L);
  set_arg(L, argv, script < argc ? script : 0);

  int status = LUA_OK;
  for (int i = 2; i < script && status == LUA_OK; i += 2)
    status = call(L, luaL_loadstring(L, argv[i]), NULL, 0);
  if (status == LUA_OK && script < argc) {
    const char *file = strcmp(argv[script], "-") == 0 ? NULL : argv[script];
    status = call(L, luaL_loadfile(L, file), argv + script + 1, argc - script - 1);
  }
  lua_close(L);
  return status == LUA_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
