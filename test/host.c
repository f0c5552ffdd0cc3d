/* A host that loads Lua and closes it again and again: host LUA_CODE [COUNT]. Each state runs the code, and is closed
** at once; what the code left under way (a resolver's thread, the helper) goes on in a process that lives on.
** SPDX-License-Identifier: MIT */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "resolver.h"

int main(int argc, char **argv) {
  int count = argc > 2 ? atoi(argv[2]) : 1;
  if (argc < 2) return 2;
  for (int i = 0; i < count; i++) {
    lua_State *L = luaL_newstate();
    if (L == NULL) return 2;
    luaL_openlibs(L);
    if (luaL_loadstring(L, argv[1]) != 0 || lua_pcall(L, 0, 0, 0) != 0) {
      (void)fprintf(stderr, "host: %s\n", lua_tostring(L, -1));
      return 1;
    }
    lua_close(L);
  }
  (void)sleep(HANGS + 1);
  (void)printf("the host lives on\n");
  return 0;
}
