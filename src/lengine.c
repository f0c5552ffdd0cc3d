/* The engine as Lua sees it.
**
** Each function has three parts. It reads: checks and converts every argument, may raise, and owns nothing outside a
** userdata. It acts: no Lua is called, nothing is raised. It pushes: may raise, and all it pushes from belongs to a
** userdata. So a raised error, even 'not enough memory', leaves nothing behind.
**
** SPDX-License-Identifier: MIT */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "clock.h"
#include "core.h"
#include "desk.h"

/* Each function has the types' metatables as its first upvalues: found there, a type costs a fifth of a look into the
** registry. */
enum { ENGINE = 1, TARGET, EXCHANGE, ANSWER, ARRAY, TYPES = ARRAY };

static const char *const type_names[] = {
    "", SW_ENGINE_TYPE, SW_TARGET_TYPE, "signalwire.exchange", "signalwire.answer", SW_ARRAY_TYPE};

/* Behind them, an exchange's box that serves one engine:perform after the other. */
#define SPARE (TYPES + 1)

/* {==================================================================
** Reading
** =================================================================== */

/* A userdata that holds one pointer, NULL at first, with its metatable: whatever fails after this, __gc finds it. */
static void **new_box(lua_State *L, int type) {
  void **box = sw_newuserdata(L, sizeof *box);
  *box = NULL;
  lua_pushvalue(L, lua_upvalueindex(type));
  lua_setmetatable(L, -2);
  return box;
}

static void **check_type(lua_State *L, int i, int type) {
  if (lua_getmetatable(L, i)) {
    bool same = lua_rawequal(L, -1, lua_upvalueindex(type));
    lua_pop(L, 1);
    if (same) return lua_touserdata(L, i);
  }
  return luaL_checkudata(L, i, type_names[type]);
}

static void *check_box(lua_State *L, int i, int type) {
  void *thing = *check_type(L, i, type);
  luaL_argcheck(L, thing != NULL, i, "it is closed");
  return thing;
}

static int raise_memory(lua_State *L) { return luaL_error(L, "not enough memory"); }

/* libcurl would send a line break within a header or a path as the start of another header. */
static bool is_one_line(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) return false;
  return true;
}

static const char *check_line(lua_State *L, int i) {
  size_t length;
  const char *text = luaL_checklstring(L, i, &length);
  luaL_argcheck(L, is_one_line(text, length), i, "has a control character");
  return text;
}

static double check_seconds(lua_State *L, int i) {
  double seconds = luaL_checknumber(L, i);
  luaL_argcheck(L, seconds >= 0 && seconds < (double)INFINITY, i, "is no time");
  return seconds;
}

/* }================================================================== */

/* {==================================================================
** Targets
** =================================================================== */

static const struct {
  const char *name;
  size_t offset;
} texts[] = {
    {"origin", offsetof(sw_target, origin)},
    {"ca_file", offsetof(sw_target, ca_file)},
    {"proxy", offsetof(sw_target, proxy)},
};

static void read_texts(lua_State *L, sw_target *target) {
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    lua_getfield(L, 1, texts[i].name);
    if (!lua_isnil(L, -1)) {
      char **field = (char **)(void *)((char *)target + texts[i].offset);
      if (!sw_target_set(field, check_line(L, lua_gettop(L)))) raise_memory(L);
    }
    lua_pop(L, 1);
  }
}

static void read_size(lua_State *L, const char *name, size_t *size) {
  lua_getfield(L, 1, name);
  if (!lua_isnil(L, -1)) *size = (size_t)luaL_checknumber(L, -1);
  lua_pop(L, 1);
}

static bool read_boolean(lua_State *L, const char *name) {
  lua_getfield(L, 1, name);
  bool value = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

static void read_headers(lua_State *L, sw_target *target) {
  lua_getfield(L, 1, "headers");
  luaL_checktype(L, -1, LUA_TTABLE);
  for (int i = 1;; i++) {
    lua_rawgeti(L, -1, i);
    if (lua_isnil(L, -1)) break;
    if (!sw_target_add_header(target, check_line(L, lua_gettop(L)))) raise_memory(L);
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
}

/* libcurl puts so many streams on a connection, and opens another for each that is beyond: those wait instead. */
#define STREAMS 100

/* core.target { origin, headers, ca_file, proxy, http2, channel, by_helper, max_connections, max_response } */
static int new_target(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  void **box = new_box(L, TARGET);
  sw_target *target = *box = sw_target_new();
  if (target == NULL) return raise_memory(L);
  read_texts(L, target);
  luaL_argcheck(L, target->origin != NULL, 1, "has no origin");
  read_headers(L, target);
  read_size(L, "max_connections", &target->max_connections);
  read_size(L, "max_response", &target->max_response);
  target->http2 = read_boolean(L, "http2");
  if (target->http2 && target->max_connections > STREAMS) target->max_connections = STREAMS;
  target->by_helper = read_boolean(L, "by_helper");
  target->channel = read_boolean(L, "channel");
  target->encrypted = strncmp(target->origin, "https:", 6) == 0;
  lua_settop(L, 2);
  return 1;
}

static int target_gc(lua_State *L) {
  void **box = check_type(L, 1, TARGET);
  sw_target_release(*box);
  *box = NULL;
  return 0;
}

/* }================================================================== */

/* {==================================================================
** The engine
** =================================================================== */

static sw_request check_request(lua_State *L) {
  sw_request request;
  request.method = check_line(L, 3);
  request.path = check_line(L, 4);
  request.body_length = 0;
  request.body = luaL_optlstring(L, 5, NULL, &request.body_length);
  request.timeout = check_seconds(L, 6);
  request.connect_timeout = check_seconds(L, 7);
  return request;
}

static void **new_exchange_box(lua_State *L, int engine) {
  void **box = new_box(L, EXCHANGE);
  lua_pushvalue(L, engine);
  sw_setowner(L, -2);
  return box;
}

static void forget(void **box) {
  sw_desk_forget(*box);
  *box = NULL;
}

/* The box has an exchange that is at rest, or none. NULL where memory is short. */
static sw_exchange *begin(void **box, sw_target *target, const sw_request *request) {
  sw_exchange *x = *box;
  if (x == NULL) return *box = sw_exchange_new(target, request);
  if (sw_exchange_begin(x, target, request)) return x;
  forget(box);
  return NULL;
}

/* NULL where memory is short. */
static sw_exchange *start(lua_State *L, sw_desk *desk, void **box, const sw_request *request, unsigned long ticket) {
  sw_exchange *x = begin(box, check_box(L, 2, TARGET), request);
  if (x == NULL) return NULL;
  x->ticket = ticket;
  if (sw_desk_start(desk, x)) return x;
  forget(box);
  return NULL;
}

/* engine:start(target, method, path, body or nil, timeout, connect_timeout [, ticket]) -> exchange */
static int engine_start(lua_State *L) {
  sw_desk *desk = check_box(L, 1, ENGINE);
  sw_request request = check_request(L);
  lua_Number ticket = luaL_optnumber(L, 8, 0);
  void **box = new_exchange_box(L, 1);
  return start(L, desk, box, &request, (unsigned long)ticket) != NULL ? 1 : raise_memory(L);
}

/* engine:work(seconds): until an exchange ends, a signal arrives or the time is over. */
static int engine_work(lua_State *L) {
  sw_desk *desk = check_box(L, 1, ENGINE);
  double seconds = check_seconds(L, 2);
  sw_desk_work(desk, seconds);
  return 0;
}

/* engine:next_ended() -> the ticket of an exchange that has ended and was not named here before, or nil */
static int engine_next_ended(lua_State *L) {
  unsigned long ticket = sw_desk_next_ended(check_box(L, 1, ENGINE));
  if (ticket == 0) return 0;
  lua_pushnumber(L, (lua_Number)ticket);
  return 1;
}

/* engine:descriptor() -> a descriptor that is readable when there is work to do, or nil in a build that polls */
static int engine_descriptor(lua_State *L) {
  int fd = sw_desk_descriptor(check_box(L, 1, ENGINE));
  if (fd < 0) return 0;
  lua_pushinteger(L, fd);
  return 1;
}

/* engine:patience() -> the seconds until there is work to do although the descriptor is not readable, or nil */
static int engine_patience(lua_State *L) {
  double seconds = sw_desk_patience(check_box(L, 1, ENGINE));
  if (isinf(seconds)) return 0;
  lua_pushnumber(L, (lua_Number)seconds);
  return 1;
}

static int engine_gc(lua_State *L) {
  void **box = check_type(L, 1, ENGINE);
  sw_desk_close(*box);
  *box = NULL;
  return 0;
}

/* }================================================================== */

/* {==================================================================
** Exchanges
** =================================================================== */

/* NULL where its answer was given. */
static sw_exchange *check_exchange(lua_State *L) { return *check_type(L, 1, EXCHANGE); }

static int exchange_done(lua_State *L) {
  const sw_exchange *x = check_exchange(L);
  lua_pushboolean(L, x == NULL || sw_desk_done(x));
  return 1;
}

/* exchange:wait(seconds) -> has it ended? Returns before that when a signal arrives or the time is over. */
static int exchange_wait(lua_State *L) {
  sw_exchange *x = check_exchange(L);
  double seconds = check_seconds(L, 2);
  lua_pushboolean(L, x == NULL || sw_desk_wait(x, seconds));
  return 1;
}

static int exchange_cancel(lua_State *L) {
  sw_exchange *x = check_exchange(L);
  if (x != NULL) sw_desk_cancel(x);
  return 0;
}

static void lower(char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (text[i] >= 'A' && text[i] <= 'Z') text[i] = (char)(text[i] - 'A' + 'a');
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* Puts the header into the table on the top of the stack, behind a value that it may have there. */
static void set_header(lua_State *L, char *line, char *colon, const char *end) {
  const char *value = colon + 1;
  while (value < end && is_space(*value))
    value++;
  while (end > value && is_space(end[-1]))
    end--;
  lower(line, (size_t)(colon - line));
  lua_pushlstring(L, line, (size_t)(colon - line));
  lua_pushvalue(L, -1);
  lua_rawget(L, -3);
  int has_earlier = !lua_isnil(L, -1);
  if (has_earlier)
    lua_pushliteral(L, ", ");
  else
    lua_pop(L, 1);
  lua_pushlstring(L, value, (size_t)(end - value));
  if (has_earlier) lua_concat(L, 3);
  lua_rawset(L, -3);
}

/* A carriage return within a line would be the end of one to whoever logs it. */
static void blank_returns(char *line, char *end) {
  while ((line = memchr(line, '\r', (size_t)(end - line))) != NULL)
    *line++ = ' ';
}

/* core.headers(head) -> the headers in the head of an answer: names in lower case, the values of one name joined */
static int read_headers_of_head(lua_State *L) {
  size_t length;
  const char *head = luaL_checklstring(L, 1, &length);
  lua_settop(L, 1);
  char *line = memcpy(sw_newuserdata(L, length + 1), head, length), *end = line + length;
  lua_newtable(L);
  blank_returns(line, end);
  while (line < end) {
    char *newline = memchr(line, '\n', (size_t)(end - line));
    char *next = newline != NULL ? newline + 1 : end;
    char *colon = memchr(line, ':', (size_t)(next - line));
    if (colon != NULL) set_header(L, line, colon, next);
    line = next;
  }
  return 1;
}

static void push_bytes(lua_State *L, const sw_buffer *b) {
  lua_pushlstring(L, b->length > 0 ? b->data : "", b->length);
}

/* Adds to the table on the top of the stack how long the exchange took. */
static void set_elapsed(lua_State *L, const sw_exchange *x) {
  lua_pushnumber(L, sw_now() - x->began);
  lua_setfield(L, -2, "elapsed");
}

/* The three here, and one that is added to make it a response. */
#define ANSWER_FIELDS 4

/* The table in the body of a success is read here: so its text need not be made for Lua. */
static bool push_body(lua_State *L, sw_exchange *x) {
  char *end = x->status >= 200 && x->status < 300 ? sw_buffer_room(&x->response, 1) : NULL;
  if (end == NULL) return false;
  *end = '\0';
  return sw_push_table(L, x->response.data, x->response.length, lua_upvalueindex(ARRAY));
}

static int push_answer(lua_State *L, sw_exchange *x) {
  bool is_read = push_body(L, x);
  if (!is_read) lua_pushnil(L);
  lua_createtable(L, 0, ANSWER_FIELDS);
  lua_pushinteger(L, (lua_Integer)x->status);
  lua_setfield(L, -2, "status");
  push_bytes(L, &x->headers);
  lua_setfield(L, -2, "head");
  set_elapsed(L, x);
  lua_pushvalue(L, lua_upvalueindex(ANSWER));
  lua_setmetatable(L, -2);
  if (is_read) return 2;
  push_bytes(L, &x->response);
  return 3;
}

static int push_failure(lua_State *L, const sw_exchange *x) {
  lua_pushnil(L);
  lua_createtable(L, 0, 4);
  set_elapsed(L, x);
  lua_pushstring(L, sw_outcome_word(x->outcome));
  lua_setfield(L, -2, "kind");
  lua_pushstring(L, x->message);
  lua_setfield(L, -2, "message");
  lua_pushboolean(L, x->sent);
  lua_setfield(L, -2, "sent");
  return 2;
}

static int push_end(lua_State *L, sw_exchange *x) {
  return x->outcome == SW_ANSWERED ? push_answer(L, x) : push_failure(L, x);
}

/* exchange:answer() -> body, { status, head, elapsed }, whose metatable is core.answer_type; or nil, the same, the text of
** an answer that is no success or holds no table; or nil, { kind, message, sent, elapsed }. Given once: Lua's collector,
** which would free the exchange, does not know how much memory it holds. */
static int exchange_answer(lua_State *L) {
  void **box = check_type(L, 1, EXCHANGE);
  sw_exchange *x = *box;
  luaL_argcheck(L, x != NULL, 1, "its answer was given");
  luaL_argcheck(L, sw_desk_done(x), 1, "it has not ended");
  int count = push_end(L, x);
  forget(box);
  return count;
}

static bool is_free(const sw_exchange *x) { return x == NULL || x->target == NULL; }

/* Hands over what the spare box has: nil, nil, exchange. */
static int push_unended(lua_State *L, void **spare) {
  lua_pushnil(L);
  lua_pushnil(L);
  void **box = new_exchange_box(L, 1);
  *box = *spare;
  *spare = NULL;
  return 3;
}

/* engine:perform(target, method, path, body or nil, timeout, connect_timeout) -> as exchange:answer(), once it has ended; or,
** where a signal came before that, nil, nil, exchange. The exchange in the spare box is not at rest where a finalizer that
** runs while an answer is pushed performs too. */
static int engine_perform(lua_State *L) {
  sw_desk *desk = check_box(L, 1, ENGINE);
  sw_request request = check_request(L);
  void **box = lua_touserdata(L, lua_upvalueindex(SPARE));
  if (!is_free(*box)) box = new_exchange_box(L, 1);
  sw_exchange *x = start(L, desk, box, &request, 0);
  if (x == NULL) return raise_memory(L);
  if (!sw_desk_wait(x, request.timeout)) return push_unended(L, box);
  int count = push_end(L, x);
  if (!sw_desk_rest(x)) forget(box);
  return count;
}

static int exchange_gc(lua_State *L) {
  void **box = check_type(L, 1, EXCHANGE);
  forget(box);
  return 0;
}

/* }================================================================== */

static const luaL_Reg engine_methods[] = {
    {"start", engine_start},
    {"work", engine_work},
    {"next_ended", engine_next_ended},
    {"descriptor", engine_descriptor},
    {"patience", engine_patience},
    {"connect", sw_engine_connect_from_lua},
    {NULL, NULL},
};

static const luaL_Reg target_methods[] = {{NULL, NULL}};

static const luaL_Reg exchange_methods[] = {
    {"done", exchange_done},
    {"wait", exchange_wait},
    {"cancel", exchange_cancel},
    {"answer", exchange_answer},
    {NULL, NULL},
};

static void push_types(lua_State *L) {
  for (int type = 1; type <= TYPES; type++)
    luaL_getmetatable(L, type_names[type]);
}

/* Adds a function, with the types, to the table on the top of the stack. */
static void add_function(lua_State *L, const char *name, lua_CFunction f) {
  push_types(L);
  lua_pushcclosure(L, f, TYPES);
  lua_setfield(L, -2, name);
}

static void fill_type(lua_State *L, int type, const luaL_Reg *methods, lua_CFunction gc) {
  luaL_getmetatable(L, type_names[type]);
  lua_newtable(L);
  for (; methods->name != NULL; methods++)
    add_function(L, methods->name, methods->func);
  lua_setfield(L, -2, "__index");
  add_function(L, "__gc", gc);
  add_function(L, "__close", gc);
  lua_pushstring(L, type_names[type]);
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}

/* The state's engine, and the spare box. */
static int new_engine(lua_State *L) {
  void **box = new_box(L, ENGINE);
  *box = sw_desk_new();
  if (*box == NULL) return raise_memory(L);
  (void)new_exchange_box(L, lua_gettop(L));
  return 2;
}

/* The spare box is on the top of the stack; pops it. */
static void add_perform(lua_State *L) {
  int spare = lua_gettop(L);
  luaL_getmetatable(L, type_names[ENGINE]);
  lua_getfield(L, -1, "__index");
  push_types(L);
  lua_pushvalue(L, spare);
  lua_pushcclosure(L, engine_perform, SPARE);
  lua_setfield(L, -2, "perform");
  lua_settop(L, spare - 1);
}

void sw_open_engine(lua_State *L) {
  for (int type = 1; type <= TYPES; type++) {
    luaL_newmetatable(L, type_names[type]);
    lua_pop(L, 1);
  }
  fill_type(L, ENGINE, engine_methods, engine_gc);
  fill_type(L, TARGET, target_methods, target_gc);
  fill_type(L, EXCHANGE, exchange_methods, exchange_gc);
  add_function(L, "target", new_target);
  add_function(L, "headers", read_headers_of_head);
  luaL_getmetatable(L, type_names[ANSWER]);
  lua_setfield(L, -2, "answer_type");
  push_types(L);
  lua_pushcclosure(L, new_engine, TYPES);
  lua_call(L, 0, 2);
  add_perform(L);
  lua_setfield(L, -2, "engine");
}
