/* What the binding's files offer to core.c and base.c.
** SPDX-License-Identifier: MIT */
#ifndef SW_CORE_H
#define SW_CORE_H

#include <stdbool.h>
#include <stddef.h>

#include "compat.h"

#pragma GCC visibility push(hidden)

/* Each adds its functions to the table on the top of the stack. */
void sw_open_engine(lua_State *L);
void sw_open_channel(lua_State *L);
void sw_open_encoder(lua_State *L);
void sw_open_decoder(lua_State *L);
void sw_open_websocket(lua_State *L);

/* Registers a type of userdata. 'gc' is also what closes it. */
void sw_new_type(lua_State *L, const char *type, const luaL_Reg *methods, lua_CFunction gc);

/* A method of the engine. */
int sw_engine_connect_from_lua(lua_State *L);

/* Pushes the table that a JSON text holds, behind which there must be a '\0'; false where it holds none. Its empty arrays
** get the metatable at 'array_type'. */
bool sw_push_table(lua_State *L, const char *text, size_t length, int array_type);

#define SW_ARRAY_TYPE "signalwire.array"
#define SW_ENGINE_TYPE "signalwire.engine"
#define SW_TARGET_TYPE "signalwire.target"

#pragma GCC visibility pop

#endif
