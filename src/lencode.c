/* Lua values to JSON text.
**
** It reads tables raw and creates no Lua object until its text is whole: no finalizer of the user's can run in
** between, and nothing raises.
**
** SPDX-License-Identifier: MIT */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "core.h"
#include "plain.h"

#define SCRATCH "signalwire.scratch"
#define MAX_TEXT ((size_t)64 * 1024 * 1024)
#define KEPT_TEXT ((size_t)64 * 1024)
#define MAX_DEPTH 200
#define EXACT 9007199254740992.0 /* 2^53: up to here a double is every integer */

/* Bytes that outlive a call, so that the next need not allocate, and that __gc frees where an error leaves a call. */
typedef struct scratch {
  sw_buffer text;
  sw_buffer pairs; /* of the objects that are open */
  sw_buffer sorted;
  bool busy;
} scratch;

/* Where a value stands: within which table, under which key. */
typedef struct place {
  const struct place *outer;
  const char *name; /* NULL: the index */
  size_t length;
  lua_Integer index;
  const void *table; /* the value, where it is a table */
  int depth;
} place;

typedef struct encoder {
  lua_State *L;
  sw_buffer *text;
  sw_buffer *pairs;
  sw_buffer *sorted;
  bool guessed; /* a table was empty that nothing says more of: it went out as an object */
} encoder;

/* The upvalues of each function here. No name may have to be made into a string in the midst of the work. */
enum { MARK = 1, SCRATCH_BOX, LOADED, PAIRS, CJSON, FIRST_CJSON_MARK, UPVALUES = FIRST_CJSON_MARK + 2 };

/* A member of an object: where its text lies. */
typedef struct pair {
  size_t start, end, key_end;
  const char *text;
} pair;

/* {==================================================================
** Faults
** =================================================================== */

static bool write_place(sw_buffer *text, const place *at) {
  char index[32];
  if (at->outer != NULL && !write_place(text, at->outer)) return false;
  if (at->name == NULL) {
    int length = snprintf(index, sizeof index, "[%lld]", (long long)at->index);
    return sw_buffer_append(text, index, (size_t)length);
  }
  return (text->length == 0 || sw_buffer_append(text, ".", 1)) && sw_buffer_append(text, at->name, at->length);
}

/* Leaves 'params.play[2].volume is ...' in place of the text. Where memory is short for that, what is left must still
** be a message, and not the text so far. */
__attribute__((format(printf, 3, 4))) static bool fault(encoder *e, const place *at, const char *format, ...) {
  static const char short_of_memory[] = "not enough memory to say what can't be sent";
  char why[160];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(why, sizeof why, format, arguments);
  va_end(arguments);
  e->text->length = 0;
  if (write_place(e->text, at) && sw_buffer_append(e->text, why, strlen(why))) return false;
  e->text->length = 0;
  (void)sw_buffer_append(e->text, short_of_memory, strlen(short_of_memory));
  return false;
}

static bool no_memory(encoder *e, const place *at) { return fault(e, at, " is too large for one request"); }

/* }================================================================== */

/* {==================================================================
** Numbers and text
** =================================================================== */

/* The locale may write a decimal comma. */
static void make_point(char *number) {
  const char *point = localeconv()->decimal_point;
  size_t length = strlen(point);
  char *found = length > 0 && strcmp(point, ".") != 0 ? strstr(number, point) : NULL;
  if (found == NULL) return;
  *found = '.';
  memmove(found + 1, found + length, strlen(found + length) + 1);
}

static void write_double(char *out, size_t size, double d) {
  if (d == floor(d) && fabs(d) <= EXACT) {
    (void)snprintf(out, size, "%.0f", d);
    return;
  }
  for (int digits = DBL_DIG; digits <= DBL_DECIMAL_DIG; digits++) {
    (void)snprintf(out, size, "%.*g", digits, d);
    if (strtod(out, NULL) == d) break;
  }
  make_point(out);
}

static bool put_number(encoder *e, const place *at, int i) {
  char number[48];
  if (sw_isinteger(e->L, i)) {
    (void)snprintf(number, sizeof number, "%lld", (long long)lua_tointeger(e->L, i));
  } else {
    double d = (double)lua_tonumber(e->L, i);
    if (isnan(d) || isinf(d)) return fault(e, at, " is not a number that JSON can carry");
    write_double(number, sizeof number, d);
  }
  return sw_buffer_append(e->text, number, strlen(number)) || no_memory(e, at);
}

static bool continues(unsigned char c) { return (c & 0xC0) == 0x80; }

/* The length of the UTF-8 character at s, 0 where there is none. */
static size_t character(const unsigned char *s, size_t left) {
  if (s[0] < 0x80) return 1;
  if (s[0] < 0xC2 || s[0] > 0xF4) return 0;
  if (left < 2 || !continues(s[1])) return 0;
  if (s[0] < 0xE0) return 2;
  if (left < 3 || !continues(s[2])) return 0;
  if (s[0] < 0xF0) {
    bool overlong = s[0] == 0xE0 && s[1] < 0xA0, surrogate = s[0] == 0xED && s[1] > 0x9F;
    return overlong || surrogate ? 0 : 3;
  }
  bool small = s[0] == 0xF0 && s[1] < 0x90, large = s[0] == 0xF4 && s[1] > 0x8F;
  return left < 4 || !continues(s[3]) || small || large ? 0 : 4;
}

#define LONGEST_ESCAPE 6

static size_t put_escape(char *out, unsigned char c) {
  static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
  for (const char *s = shorts; *s != '\0'; s += 2)
    if (c == (unsigned char)s[0]) {
      out[0] = '\\';
      out[1] = s[1];
      return 2;
    }
  return (size_t)snprintf(out, LONGEST_ESCAPE + 1, "\\u%04x", c);
}

static bool bad_text(encoder *e, const place *at, size_t offset) {
  return fault(e, at, " is not UTF-8 text (byte %zu)", offset + 1);
}

static bool is_plain(unsigned char c) { return c >= 0x20 && c != '"' && c != '\\'; }

static bool put_text(encoder *e, const place *at, const char *string, size_t length) {
  const unsigned char *s = (const unsigned char *)string, *end = s + length;
  char *room = length <= MAX_TEXT / LONGEST_ESCAPE ? sw_buffer_room(e->text, length * LONGEST_ESCAPE + 3) : NULL;
  if (room == NULL) return no_memory(e, at);
  char *out = room;
  *out++ = '"';
  while (s < end) {
    if (end - s >= 8) {
      size_t plain = sw_plain((const char *)s);
      memcpy(out, s, 8);
      out += plain;
      s += plain;
      if (plain == 8) continue;
    }
    if (*s >= 0x80) {
      size_t size = character(s, (size_t)(end - s));
      if (size == 0) return bad_text(e, at, (size_t)(s - (const unsigned char *)string));
      memcpy(out, s, size);
      out += size;
      s += size;
    } else if (is_plain(*s)) {
      *out++ = (char)*s++;
    } else {
      out += put_escape(out, *s++);
    }
  }
  *out++ = '"';
  e->text->length += (size_t)(out - room);
  return true;
}

/* }================================================================== */

/* {==================================================================
** Tables
**
** A 'shape' is what the catalog says of a value: a table with the shapes of fields by name, of array items at 0, of a
** map's values at 1; index 0 of the stack stands for none.
** =================================================================== */

static bool put_value(encoder *e, const place *at, int i, int shape);

/* Pushes the shape of a part, and returns where it stands. */
static int push_shape(lua_State *L, int shape, int key) {
  if (shape == 0) return 0;
  lua_rawgeti(L, shape, key);
  return lua_istable(L, -1) ? lua_gettop(L) : 0;
}

static int push_field_shape(lua_State *L, int shape, int name) {
  if (shape == 0) return 0;
  lua_pushvalue(L, name);
  lua_rawget(L, shape);
  return lua_istable(L, -1) ? lua_gettop(L) : push_shape(L, shape, 1);
}

/* An array has items as its shape, be it only 'true'. */
static bool is_array_shape(lua_State *L, int shape) {
  if (shape == 0) return false;
  lua_rawgeti(L, shape, 0);
  bool array = !lua_isnil(L, -1);
  lua_pop(L, 1);
  return array;
}

static bool comes_before(const pair *a, const pair *b) {
  size_t a_length = a->key_end - a->start, b_length = b->key_end - b->start;
  int order = memcmp(a->text, b->text, a_length < b_length ? a_length : b_length);
  return order != 0 ? order < 0 : a_length < b_length;
}

static int by_key(const void *a, const void *b) { return comes_before(a, b) ? -1 : comes_before(b, a); }

static void sort_few(pair *pairs, size_t count) {
  for (size_t i = 1; i < count; i++) {
    pair moved = pairs[i];
    size_t hole = i;
    for (; hole > 0 && comes_before(&moved, &pairs[hole - 1]); hole--)
      pairs[hole] = pairs[hole - 1];
    pairs[hole] = moved;
  }
}

/* Puts the members from 'start' on into the order of their keys. */
static bool sort(encoder *e, size_t start, size_t first_pair) {
  sw_buffer *text = e->text, *sorted = e->sorted;
  pair *pairs = (pair *)(void *)(e->pairs->data + first_pair);
  size_t count = (e->pairs->length - first_pair) / sizeof(pair);
  e->pairs->length = first_pair;
  if (count < 2) return true;
  for (size_t i = 0; i < count; i++)
    pairs[i].text = text->data + pairs[i].start;
  if (count <= 16)
    sort_few(pairs, count);
  else
    qsort(pairs, count, sizeof(pair), by_key);
  sorted->length = 0;
  for (size_t i = 0; i < count; i++)
    if (!sw_buffer_append(sorted, pairs[i].text, pairs[i].end - pairs[i].start)) return false;
  memcpy(text->data + start, sorted->data, sorted->length);
  return true;
}

static bool put_pair(encoder *e, const place *at, int shape) {
  lua_State *L = e->L;
  int key = lua_gettop(L) - 1, value = key + 1;
  place here = {.outer = at, .depth = at->depth + 1};
  pair p = {.start = e->text->length};
  here.name = lua_tolstring(L, key, &here.length);
  if (!sw_buffer_append(e->text, ",", 1)) return no_memory(e, at);
  if (!put_text(e, &here, here.name, here.length)) return false;
  p.key_end = e->text->length;
  if (!sw_buffer_append(e->text, ":", 1)) return no_memory(e, at);
  if (!put_value(e, &here, value, push_field_shape(L, shape, key))) return false;
  p.end = e->text->length;
  return sw_buffer_append(e->pairs, &p, sizeof p) || no_memory(e, at);
}

/* The first key and value are on the stack. Each member is written with a comma before it, the first of which becomes
** the brace. */
static bool put_object(encoder *e, const place *at, int table, int shape) {
  lua_State *L = e->L;
  int key = lua_gettop(L) - 1;
  size_t start = e->text->length, first_pair = e->pairs->length;
  do {
    if (lua_type(L, key) == LUA_TNUMBER) return fault(e, at, " has both names and numbers as keys");
    if (lua_type(L, key) != LUA_TSTRING) return fault(e, at, " has a %s as a key", luaL_typename(L, key));
    if (!put_pair(e, at, shape)) return false;
    lua_settop(L, key);
  } while (lua_next(L, table) != 0);
  if (!sort(e, start, first_pair) || !sw_buffer_append(e->text, "}", 1)) return no_memory(e, at);
  e->text->data[start] = '{';
  return true;
}

/* The number of items where the keys are exactly 1..n, else a fault. The first key and value are on the stack. */
static bool count_items(encoder *e, const place *at, int table, lua_Integer *count) {
  lua_State *L = e->L;
  lua_Integer largest = 0;
  *count = 0;
  do {
    double key = (double)lua_tonumber(L, -2);
    if (lua_type(L, -2) == LUA_TSTRING) return fault(e, at, " is an array, but has '%s' as a key", lua_tostring(L, -2));
    if (lua_type(L, -2) != LUA_TNUMBER) return fault(e, at, " has a %s as a key", luaL_typename(L, -2));
    if (key < 1 || key != floor(key) || key > EXACT) return fault(e, at, " has %.14g as a key", key);
    if ((lua_Integer)key > largest) largest = (lua_Integer)key;
    ++*count;
    lua_pop(L, 1);
  } while (lua_next(L, table) != 0);
  if (largest == *count) return true;
  return fault(e, at, " has %lld items, but one at %lld: put signalwire.null where nothing is", (long long)*count,
               (long long)largest);
}

static bool put_array(encoder *e, const place *at, int table, int shape) {
  lua_State *L = e->L;
  size_t start = e->text->length;
  lua_Integer count;
  if (!count_items(e, at, table, &count)) return false;
  int top = lua_gettop(L);
  int item_shape = push_shape(L, shape, 0);
  for (lua_Integer i = 1; i <= count; i++) {
    place here = {.outer = at, .index = i, .depth = at->depth + 1};
    lua_rawgeti(L, table, (int)i);
    if (!sw_buffer_append(e->text, ",", 1)) return no_memory(e, at);
    if (!put_value(e, &here, lua_gettop(L), item_shape)) return false;
    lua_pop(L, 1);
  }
  lua_settop(L, top);
  e->text->data[start] = '[';
  return sw_buffer_append(e->text, "]", 1) || no_memory(e, at);
}

/* Is the value on the top of the stack a mark of arrays: ours, or one of the lua-cjson that the program uses, if any?
** Pops it. */
static bool pop_mark(lua_State *L) {
  int value = lua_gettop(L);
  bool marked = lua_rawequal(L, value, lua_upvalueindex(MARK));
  lua_pushvalue(L, lua_upvalueindex(CJSON));
  lua_rawget(L, lua_upvalueindex(LOADED));
  for (int i = FIRST_CJSON_MARK; !marked && lua_istable(L, value + 1) && i <= UPVALUES; i++) {
    lua_pushvalue(L, lua_upvalueindex(i));
    lua_rawget(L, value + 1);
    marked = lua_rawequal(L, -1, value);
    lua_pop(L, 1);
  }
  lua_settop(L, value - 1);
  return marked;
}

static bool check_metatable(encoder *e, const place *at, int table, bool *marked) {
  lua_State *L = e->L;
  *marked = false;
  if (!lua_getmetatable(L, table)) return true;
  lua_pushvalue(L, lua_upvalueindex(PAIRS));
  lua_rawget(L, -2);
  bool has_pairs = !lua_isnil(L, -1);
  lua_pop(L, 1);
  *marked = pop_mark(L);
  return !has_pairs || fault(e, at, " has __pairs: only plain tables can be sent");
}

static bool check_nesting(encoder *e, const place *at) {
  for (const place *p = at->outer; p != NULL; p = p->outer)
    if (p->table == at->table) return fault(e, at, " is a table that it stands in");
  if (at->depth >= MAX_DEPTH) return fault(e, at, " is nested too deep (%d levels)", MAX_DEPTH);
  return lua_checkstack(e->L, 12) || no_memory(e, at);
}

static bool put_table(encoder *e, const place *outer, int table, int shape) {
  lua_State *L = e->L;
  place at = *outer;
  bool marked;
  at.table = lua_topointer(L, table);
  if (!check_nesting(e, &at) || !check_metatable(e, &at, table, &marked)) return false;
  lua_pushnil(L);
  if (lua_next(L, table) == 0) {
    const char *empty = marked || is_array_shape(L, shape) ? "[]" : "{}";
    if (!marked && shape == 0 && at.depth > 1) e->guessed = true;
    return sw_buffer_append(e->text, empty, 2) || no_memory(e, &at);
  }
  if (marked || lua_type(L, -2) == LUA_TNUMBER) return put_array(e, &at, table, shape);
  return put_object(e, &at, table, shape);
}

static bool put_lightuserdata(encoder *e, const place *at, int i) {
  if (lua_touserdata(e->L, i) == NULL) return sw_buffer_append(e->text, "null", 4) || no_memory(e, at);
  lua_pushvalue(e->L, i);
  if (pop_mark(e->L)) return sw_buffer_append(e->text, "[]", 2) || no_memory(e, at);
  return fault(e, at, " is a userdata, which JSON can't carry");
}

/* Leaves the stack as it was, unless it fails. */
static bool put_value(encoder *e, const place *at, int i, int shape) {
  lua_State *L = e->L;
  int top = lua_gettop(L);
  bool fine;
  size_t length;
  const char *string;
  switch (lua_type(L, i)) {
    case LUA_TSTRING:
      string = lua_tolstring(L, i, &length);
      return put_text(e, at, string, length);
    case LUA_TNUMBER:
      return put_number(e, at, i);
    case LUA_TBOOLEAN:
      fine = lua_toboolean(L, i) ? sw_buffer_append(e->text, "true", 4) : sw_buffer_append(e->text, "false", 5);
      return fine || no_memory(e, at);
    case LUA_TTABLE:
      fine = put_table(e, at, i, shape);
      lua_settop(L, top);
      return fine;
    case LUA_TLIGHTUSERDATA:
      return put_lightuserdata(e, at, i);
    default:
      return fault(e, at, " is a %s, which JSON can't carry", luaL_typename(L, i));
  }
}

/* }================================================================== */

/* {==================================================================
** Scratch
** =================================================================== */

static int scratch_gc(lua_State *L) {
  scratch *s = luaL_checkudata(L, 1, SCRATCH);
  sw_buffer_free(&s->text);
  sw_buffer_free(&s->pairs);
  sw_buffer_free(&s->sorted);
  return 0;
}

static scratch *new_scratch(lua_State *L) {
  scratch *s = sw_newuserdata(L, sizeof *s);
  sw_buffer_init(&s->text, MAX_TEXT);
  sw_buffer_init(&s->pairs, MAX_TEXT);
  sw_buffer_init(&s->sorted, MAX_TEXT);
  s->busy = false;
  luaL_getmetatable(L, SCRATCH);
  lua_setmetatable(L, -2);
  return s;
}

/* Pushing the text may run a finalizer that encodes too: it gets a scratch of its own. */
static scratch *take_scratch(lua_State *L) {
  scratch *s = lua_touserdata(L, lua_upvalueindex(SCRATCH_BOX));
  if (s->busy) s = new_scratch(L);
  s->text.length = s->pairs.length = 0;
  if (sw_buffer_room(&s->text, 1) == NULL) luaL_error(L, "not enough memory");
  s->busy = true;
  return s;
}

static void shrink(sw_buffer *b) {
  if (b->capacity > KEPT_TEXT) sw_buffer_free(b);
}

/* }================================================================== */

/* Pushes the text, and whether an empty table was guessed at; or nil and the fault that stands in the text's place. */
static int finish(const encoder *e, scratch *s, bool fine) {
  lua_State *L = e->L;
  if (!fine) lua_pushnil(L);
  lua_pushlstring(L, s->text.data, s->text.length);
  shrink(&s->text);
  shrink(&s->pairs);
  shrink(&s->sorted);
  s->busy = false;
  if (!fine || !e->guessed) return fine ? 1 : 2;
  lua_pushboolean(L, 1);
  return 2;
}

/* encode(value [, name [, shape]]) -> text [, true], or nil, message */
static int encode(lua_State *L) {
  place top = {.depth = 0};
  top.name = luaL_optlstring(L, 2, "the value", &top.length);
  luaL_checkany(L, 1);
  lua_settop(L, 3);
  scratch *s = take_scratch(L);
  encoder e = {L, &s->text, &s->pairs, &s->sorted, false};
  return finish(&e, s, put_value(&e, &top, 1, lua_istable(L, 3) ? 3 : 0));
}

/* {==================================================================
** Commands
** =================================================================== */

/* The upvalues of 'write' behind those of all: what its texts begin with, whether it needs an id, a param that can't go
** as a string, and those that it needs. */
enum { BEGINNING = UPVALUES + 1, NEEDS_ID, NO_STRING, FIRST_NEEDED };

/* The type of the param that an upvalue names. */
static int type_of_param(lua_State *L, int upvalue) {
  lua_pushvalue(L, lua_upvalueindex(upvalue));
  lua_rawget(L, 2);
  int type = lua_islightuserdata(L, -1) && lua_touserdata(L, -1) == NULL ? LUA_TNIL : lua_type(L, -1);
  lua_pop(L, 1);
  return type;
}

static bool has_id(lua_State *L) { return lua_type(L, 1) == LUA_TSTRING && sw_rawlen(L, 1) > 0; }

/* Can the id and the params, first on the stack, go as they are? */
static bool is_whole(lua_State *L) {
  if (lua_toboolean(L, lua_upvalueindex(NEEDS_ID)) && !has_id(L)) return false;
  if (!lua_istable(L, 2)) return lua_isnil(L, 2) && lua_isnone(L, lua_upvalueindex(FIRST_NEEDED));
  for (int i = FIRST_NEEDED; !lua_isnone(L, lua_upvalueindex(i)); i++)
    if (type_of_param(L, i) == LUA_TNIL) return false;
  return lua_isnil(L, lua_upvalueindex(NO_STRING)) || type_of_param(L, NO_STRING) != LUA_TSTRING;
}

static bool put(encoder *e, const char *text, size_t length) {
  const place top = {.name = "the command", .length = 11};
  return sw_buffer_append(e->text, text, length) || no_memory(e, &top);
}

static bool put_member(encoder *e, const char *name, int value, int shape) {
  const place none = {.name = "", .depth = 0};
  const place here = {.outer = &none, .name = name, .length = strlen(name), .depth = 1};
  return put(e, ",\"", 2) && put(e, name, here.length) && put(e, "\":", 2) && put_value(e, &here, value, shape);
}

static bool put_command(encoder *e, int shape) {
  lua_State *L = e->L;
  size_t length;
  const char *beginning = lua_tolstring(L, lua_upvalueindex(BEGINNING), &length);
  if (!put(e, beginning, length)) return false;
  if (!lua_isnil(L, 1) && !put_member(e, "id", 1, 0)) return false;
  bool fine = lua_isnil(L, 2) ? put(e, ",\"params\":{}", 12) : put_member(e, "params", 2, shape);
  return fine && put(e, "}", 1);
}

/* write(id, params [, shape of the params]) -> text [, true]; or nil, message; or nothing, where they can't go as they are */
static int write(lua_State *L) {
  lua_settop(L, 3);
  if (!is_whole(L)) return 0;
  scratch *s = take_scratch(L);
  encoder e = {L, &s->text, &s->pairs, &s->sorted, false};
  return finish(&e, s, put_command(&e, lua_istable(L, 3) ? 3 : 0));
}

/* writer(command [, needs an id [, a param that can't go as a string [, those that it needs...]]]) -> write; or nil, message */
static int new_writer(lua_State *L) {
  luaL_checktype(L, 1, LUA_TSTRING);
  if (lua_gettop(L) < 3) lua_settop(L, 3);
  int given = lua_gettop(L);
  luaL_checkstack(L, UPVALUES + given, NULL);
  const place here = {.name = "command", .length = 7};
  scratch *s = take_scratch(L);
  encoder e = {L, &s->text, &s->pairs, &s->sorted, false};
  bool fine = put(&e, "{\"command\":", 11) && put_value(&e, &here, 1, 0);
  (void)finish(&e, s, fine);
  if (!fine) return 2;
  lua_replace(L, 1);
  lua_settop(L, given);
  for (int i = 1; i <= UPVALUES; i++)
    lua_pushvalue(L, lua_upvalueindex(i));
  for (int i = 1; i <= given; i++)
    lua_pushvalue(L, i);
  lua_pushcclosure(L, write, UPVALUES + given);
  return 1;
}

/* }================================================================== */

/* is_array(value): is it marked as an array, or lua-cjson's mark of an empty one? */
static int is_array(lua_State *L) {
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  bool may_be = lua_istable(L, 1) ? lua_getmetatable(L, 1) != 0 : lua_isuserdata(L, 1);
  lua_pushboolean(L, may_be && pop_mark(L));
  return 1;
}

/* encoder(mark) -> encode, writer, is_array; 'mark' is the metatable of arrays */
static int new_encoder(lua_State *L) {
  static const lua_CFunction functions[] = {encode, new_writer, is_array};
  static const char *const names[] = {"__pairs", "cjson", "array_mt", "empty_array_mt", "empty_array"};
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  (void)new_scratch(L);
  lua_getfield(L, LUA_REGISTRYINDEX, "_LOADED");
  for (int i = PAIRS; i <= UPVALUES; i++)
    lua_pushstring(L, names[i - PAIRS]);
  for (int f = 0; f < 3; f++) {
    for (int i = 1; i <= UPVALUES; i++)
      lua_pushvalue(L, i);
    lua_pushcclosure(L, functions[f], UPVALUES);
  }
  return 3;
}

void sw_open_encoder(lua_State *L) {
  luaL_newmetatable(L, SCRATCH);
  lua_pushcfunction(L, scratch_gc);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  lua_pushcfunction(L, new_encoder);
  lua_setfield(L, -2, "encoder");
}
