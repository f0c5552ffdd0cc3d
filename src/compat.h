/* The Lua versions made one: the only LUA_VERSION_NUM in the tree.
** SPDX-License-Identifier: MIT */
#ifndef SW_COMPAT_H
#define SW_COMPAT_H

#if defined(__has_include)
#if !__has_include(<lua.h>)
#error "lua.h not found: install Lua's headers (Debian: liblua5.4-dev, or that of your version) or set LUA_INCDIR"
#endif
#endif

#include <lauxlib.h>
#include <lua.h>

#if LUA_VERSION_NUM >= 504
#define sw_newuserdata(L, size) lua_newuserdatauv(L, size, 1)
#define sw_setowner(L, i) ((void)lua_setiuservalue(L, i, 1))
#else
#define sw_newuserdata(L, size) lua_newuserdata(L, size)
#if LUA_VERSION_NUM >= 502
#define sw_setowner(L, i) lua_setuservalue(L, i)
#endif
#endif

/* Is it a number of an integer type of its own? */
#if LUA_VERSION_NUM >= 503
#define SW_INTEGERS 1
#define sw_isinteger(L, i) lua_isinteger(L, i)
#else
#define SW_INTEGERS 0
#define sw_isinteger(L, i) 0
#endif

#if LUA_VERSION_NUM >= 502
#define sw_rawlen(L, i) lua_rawlen(L, i)
#define sw_setfuncs(L, list) luaL_setfuncs(L, list, 0)
#else
#define sw_rawlen(L, i) lua_objlen(L, i)
#define sw_setfuncs(L, list) luaL_register(L, NULL, list)

/* In Lua 5.1 what a userdata keeps alive must stand in a table, its environment. */
static inline void sw_setowner(lua_State *L, int i) {
  lua_createtable(L, 1, 0);
  lua_insert(L, -2);
  lua_rawseti(L, -2, 1);
  lua_setfenv(L, i);
}
#endif

#endif
