/* JSON text to Lua values.
**
** A whole number becomes an integer, null nothing in an object and the light userdata NULL in an array. An empty array is
** marked, so that it can go out again as it came. What stands in a text is passed on as it is, UTF-8 or not: an answer
** to a command that was carried out must not get lost for the sake of one letter.
**
** SPDX-License-Identifier: MIT */
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "plain.h"

#define MAX_DEPTH 1000
#define EXACT 9007199254740992.0 /* 2^53: up to here a double is every integer */

/* So many members are held on the stack, to make a table of the right size; only one where many objects are open. */
#define HELD 16
#define HELD_DEPTH 32

/* Behind the text stands '\0', which no JSON has outside of a text. So 'at' needs no bound. */
typedef struct decoder {
  lua_State *L;
  int array_type; /* where the metatable of arrays stands */
  const char *at;
  const char *end;
  const char *fault;
  int depth;
} decoder;

static bool fault(decoder *d, const char *what) {
  d->fault = what;
  return false;
}

static bool get_value(decoder *d, bool in_object);

static char next(decoder *d) {
  while (*d->at == ' ' || *d->at == '\n' || *d->at == '\r' || *d->at == '\t')
    d->at++;
  return *d->at;
}

static bool accept(decoder *d, char c) {
  if (next(d) != c) return false;
  d->at++;
  return true;
}

/* {==================================================================
** Numbers
** =================================================================== */

static void push_whole(lua_State *L, int64_t whole) {
#if SW_INTEGERS
  lua_pushinteger(L, (lua_Integer)whole);
#else
  lua_pushnumber(L, (lua_Number)whole);
#endif
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static const char *skip_digits(const char *p) {
  while (is_digit(*p))
    p++;
  return p;
}

/* The locale may want a decimal comma, or a longer mark. */
static double to_double(lua_State *L, const char *number, size_t length) {
  const char *mark = localeconv()->decimal_point, *point = memchr(number, '.', length);
  size_t mark_length = strlen(mark);
  if (point == NULL || strcmp(mark, ".") == 0) return strtod(number, NULL);
  char *copy = sw_newuserdata(L, length + mark_length), *out = copy;
  memcpy(out, number, (size_t)(point - number));
  out += point - number;
  memcpy(out, mark, mark_length);
  out += mark_length;
  memcpy(out, point + 1, (size_t)(number + length - point - 1));
  out[number + length - point - 1] = '\0';
  double value = strtod(copy, NULL);
  lua_pop(L, 1);
  return value;
}

static bool get_double(decoder *d, const char *start, const char *end) {
  double value = to_double(d->L, start, (size_t)(end - start));
  if (isinf(value)) return fault(d, "a number that no double can hold");
  d->at = end;
  if (value == floor(value) && fabs(value) <= EXACT)
    push_whole(d->L, (int64_t)value);
  else
    lua_pushnumber(d->L, (lua_Number)value);
  return true;
}

static bool get_number(decoder *d) {
  const char *start = d->at, *p = start + (*start == '-');
  const char *first = p;
  int64_t whole = 0;
  if (!is_digit(*p)) return fault(d, "expected a value");
  if (*p == '0')
    p++;
  else
    for (; is_digit(*p) && p - first < 16; p++)
      whole = whole * 10 + (*p - '0');
  if (p - first < 16 && *p != '.' && *p != 'e' && *p != 'E') {
    d->at = p;
    push_whole(d->L, *start == '-' ? -whole : whole);
    return true;
  }
  p = skip_digits(p);
  if (*p == '.') {
    if (!is_digit(*++p)) return fault(d, "expected a number");
    p = skip_digits(p);
  }
  if (*p == 'e' || *p == 'E') {
    p++;
    if (*p == '+' || *p == '-') p++;
    if (!is_digit(*p)) return fault(d, "expected a number");
    p = skip_digits(p);
  }
  return get_double(d, start, p);
}

/* }================================================================== */

/* {==================================================================
** Text
** =================================================================== */

static int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* The number behind '\u', or -1. */
static long code_unit(const char *p) {
  long unit = 0;
  if (p[0] != '\\' || p[1] != 'u') return -1;
  for (int i = 2; i < 6; i++) {
    int digit = hex_digit(p[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

static char *put_utf8(char *out, long c) {
  if (c < 0x80) {
    *out++ = (char)c;
    return out;
  }
  if (c < 0x800) {
    *out++ = (char)(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      *out++ = (char)(0xE0 | c >> 12);
    } else {
      *out++ = (char)(0xF0 | c >> 18);
      *out++ = (char)(0x80 | (c >> 12 & 0x3F));
    }
    *out++ = (char)(0x80 | (c >> 6 & 0x3F));
  }
  *out++ = (char)(0x80 | (c & 0x3F));
  return out;
}

#define REPLACEMENT 0xFFFD /* for half of a surrogate pair */

/* From the backslash at 'd->at'; NULL where it escapes nothing. */
static char *put_escaped(decoder *d, char *out) {
  static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
  long unit = code_unit(d->at);
  if (unit >= 0) {
    d->at += 6;
    if (unit < 0xD800 || unit > 0xDFFF) return put_utf8(out, unit);
    long low = unit < 0xDC00 ? code_unit(d->at) : -1;
    if (low < 0xDC00 || low > 0xDFFF) return put_utf8(out, REPLACEMENT);
    d->at += 6;
    return put_utf8(out, 0x10000 + (unit - 0xD800) * 0x400 + (low - 0xDC00));
  }
  for (const char *e = escapes; *e != '\0'; e += 2)
    if (d->at[1] == *e) {
      d->at += 2;
      *out++ = e[1];
      return out;
    }
  return NULL;
}

/* Where the text that 'p' stands in ends, or NULL. */
static const char *end_of_text(const char *p) {
  while (*p != '"') {
    if (*p == '\\') p++;
    if (*p++ == '\0') return NULL;
  }
  return p;
}

/* 'd->at' is where the first escape of the text stands, which begins at 'start'. */
static bool get_escaped_text(decoder *d, const char *start) {
  const char *end = end_of_text(d->at);
  if (end == NULL) return fault(d, "a text that does not end");
  size_t plain = (size_t)(d->at - start);
  char *text = sw_newuserdata(d->L, (size_t)(end - start)), *out = text;
  memcpy(out, start, plain);
  out += plain;
  while (d->at < end) {
    if (*d->at != '\\') {
      *out++ = *d->at++;
      continue;
    }
    out = put_escaped(d, out);
    if (out == NULL) return fault(d, "an escape that JSON does not have");
  }
  d->at = end + 1;
  lua_pushlstring(d->L, text, (size_t)(out - text));
  lua_remove(d->L, -2);
  return true;
}

static bool get_text(decoder *d) {
  const char *start = d->at + 1, *p = start;
  size_t plain = 8;
  while (plain == 8 && d->end - p >= 8)
    p += plain = sw_plain(p);
  while (*p != '"' && *p != '\\' && *p != '\0')
    p++;
  d->at = p;
  if (*p == '\\') return get_escaped_text(d, start);
  if (*p == '\0') return fault(d, "a text that does not end");
  d->at++;
  lua_pushlstring(d->L, start, (size_t)(p - start));
  return true;
}

/* }================================================================== */

/* {==================================================================
** Arrays and objects
** =================================================================== */

/* Makes the table at 'table' of the members above it. */
static void hold_no_more(lua_State *L, int table, int members) {
  lua_createtable(L, 0, members);
  lua_replace(L, table);
  for (int key = table + 1; members > 0; members--, key += 2) {
    lua_pushvalue(L, key);
    lua_pushvalue(L, key + 1);
    lua_rawset(L, table);
  }
  lua_settop(L, table);
}

static bool get_member(decoder *d) {
  if (next(d) != '"') return fault(d, "expected a name");
  if (!get_text(d)) return false;
  if (!accept(d, ':')) return fault(d, "expected ':'");
  return get_value(d, true);
}

static bool get_object(decoder *d) {
  lua_State *L = d->L;
  int members = 0, may_hold = d->depth < HELD_DEPTH ? HELD : 1;
  lua_pushnil(L);
  int table = lua_gettop(L);
  d->at++;
  if (accept(d, '}')) {
    hold_no_more(L, table, 0);
    return true;
  }
  do {
    if (!get_member(d)) return false;
    if (++members == may_hold)
      hold_no_more(L, table, members);
    else if (members > may_hold)
      lua_rawset(L, table);
  } while (accept(d, ','));
  if (members < may_hold) hold_no_more(L, table, members);
  return accept(d, '}') || fault(d, "expected ',' or '}'");
}

static void hold_no_more_items(lua_State *L, int table, int items) {
  lua_createtable(L, items, 0);
  lua_replace(L, table);
  for (; items > 0; items--)
    lua_rawseti(L, table, items);
}

static bool get_array(decoder *d) {
  lua_State *L = d->L;
  int items = 0, may_hold = d->depth < HELD_DEPTH ? HELD : 1;
  lua_pushnil(L);
  int table = lua_gettop(L);
  d->at++;
  if (accept(d, ']')) {
    hold_no_more_items(L, table, 0);
    lua_pushvalue(L, d->array_type);
    lua_setmetatable(L, table);
    return true;
  }
  do {
    if (!get_value(d, false)) return false;
    if (++items == may_hold)
      hold_no_more_items(L, table, items);
    else if (items > may_hold)
      lua_rawseti(L, table, items);
  } while (accept(d, ','));
  if (items < may_hold) hold_no_more_items(L, table, items);
  return accept(d, ']') || fault(d, "expected ',' or ']'");
}

static bool get_nested(decoder *d, bool (*get)(decoder *d)) {
  if (++d->depth > MAX_DEPTH || !lua_checkstack(d->L, 2 * HELD + 6)) return fault(d, "nesting too deep");
  bool fine = get(d);
  d->depth--;
  return fine;
}

/* }================================================================== */

static bool skip_word(decoder *d, const char *word, size_t length) {
  if (strncmp(d->at, word, length) != 0) return fault(d, "expected a value");
  d->at += length;
  return true;
}

static bool get_null(decoder *d, bool in_object) {
  if (!skip_word(d, "null", 4)) return false;
  if (in_object)
    lua_pushnil(d->L);
  else
    lua_pushlightuserdata(d->L, NULL);
  return true;
}

static bool get_boolean(decoder *d, bool value) {
  if (!(value ? skip_word(d, "true", 4) : skip_word(d, "false", 5))) return false;
  lua_pushboolean(d->L, value);
  return true;
}

/* Pushes the value. */
static bool get_value(decoder *d, bool in_object) {
  switch (next(d)) {
    case '"':
      return get_text(d);
    case '{':
      return get_nested(d, get_object);
    case '[':
      return get_nested(d, get_array);
    case 't':
      return get_boolean(d, true);
    case 'f':
      return get_boolean(d, false);
    case 'n':
      return get_null(d, in_object);
    default:
      return get_number(d);
  }
}

/* Pushes the value of the whole text. */
static bool get_all(decoder *d) {
  if (!get_value(d, false)) return false;
  (void)next(d);
  return d->at == d->end || fault(d, "expected the end");
}

bool sw_push_table(lua_State *L, const char *text, size_t length, int array_type) {
  int top = lua_gettop(L);
  decoder d = {.L = L, .array_type = array_type, .at = text, .end = text + length};
  if ((next(&d) == '{' || *d.at == '[') && get_all(&d)) return true;
  lua_settop(L, top);
  return false;
}

/* decode(text) -> table; or another value, false; or nil, message */
static int decode(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  decoder d = {.L = L, .array_type = lua_upvalueindex(1), .at = text, .end = text + length};
  if (!get_all(&d)) {
    lua_pushnil(L);
    lua_pushfstring(L, "%s at byte %d", d.fault, (int)(d.at - text) + 1);
    return 2;
  }
  if (lua_istable(L, -1)) return 1;
  lua_pushboolean(L, 0);
  return 2;
}

void sw_open_decoder(lua_State *L) {
  luaL_newmetatable(L, SW_ARRAY_TYPE);
  lua_pushliteral(L, SW_ARRAY_TYPE);
  lua_setfield(L, -2, "__name");
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "array_type");
  lua_pushcclosure(L, decode, 1);
  lua_setfield(L, -2, "decode");
}
