/* Makes the n-th allocation fail, for every n until none fails: Lua's, libcurl's and the C core's own, over the
** scenarios of torture.lua. After each: nothing leaked, and the Lua state still works.
**
** torture [--at-most RUNS] [SCENARIO]...     RUNS: of each scenario and way to fail, spread evenly over all n
**
** SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

/* {==================================================================
** Which allocation fails
** =================================================================== */

typedef enum way { ONCE, FROM_THEN_ON, WAYS } way;

static const char *const way_names[] = {"once", "from then on"};

static struct plan {
  bool armed;
  bool onwards;
  bool hit;
  unsigned long left; /* how many succeed before one fails */
  unsigned long seen;
} plan;

/* What is allocated and not yet freed. */
static struct held {
  long lua_bytes;
  long curl_blocks;
  long core_blocks;
} held;

static void arm(unsigned long n, way w) {
  plan = (struct plan){.armed = true, .onwards = w == FROM_THEN_ON, .left = n - 1};
}

static bool is_to_fail(void) {
  if (!plan.armed) return false;
  plan.seen++;
  if (plan.hit) return plan.onwards;
  if (plan.left-- > 0) return false;
  plan.hit = true;
  return true;
}

/* Lua frees what it can and asks once more: that fails too. It relies on it that a block can be made smaller. */
static void *lua_memory(void *unused, void *block, size_t old_size, size_t new_size) {
  static size_t refused;
  size_t held_size = block != NULL ? old_size : 0;
  (void)unused;
  if (new_size == 0) {
    held.lua_bytes -= (long)held_size;
    free(block);
    return NULL;
  }
  if (new_size > held_size) {
    bool again = plan.armed && refused != 0 && refused == new_size;
    refused = 0;
    if (again) return NULL;
    if (is_to_fail()) {
      refused = new_size;
      return NULL;
    }
  }
  void *moved = realloc(block, new_size);
  if (moved != NULL) held.lua_bytes += (long)new_size - (long)held_size;
  return moved;
}

static void *counted(void *block, long *blocks) {
  if (block != NULL) ++*blocks;
  return block;
}

static void *curl_malloc(size_t size) { return is_to_fail() ? NULL : counted(malloc(size), &held.curl_blocks); }
static void *curl_calloc(size_t n, size_t size) {
  return is_to_fail() ? NULL : counted(calloc(n, size), &held.curl_blocks);
}
static char *curl_strdup(const char *text) { return is_to_fail() ? NULL : counted(strdup(text), &held.curl_blocks); }
static void curl_release(void *block) {
  if (block != NULL) held.curl_blocks--;
  free(block);
}
static void *curl_realloc(void *block, size_t size) {
  if (is_to_fail()) return NULL;
  return block == NULL ? counted(malloc(size), &held.curl_blocks) : realloc(block, size);
}

/* The C core is compiled to call these in place of those of the C library. */
void *torture_malloc(size_t size);
void *torture_calloc(size_t n, size_t size);
void *torture_realloc(void *block, size_t size);
char *torture_strdup(const char *text);
void torture_free(void *block);

void *torture_malloc(size_t size) { return is_to_fail() ? NULL : counted(malloc(size), &held.core_blocks); }
void *torture_calloc(size_t n, size_t size) {
  return is_to_fail() ? NULL : counted(calloc(n, size), &held.core_blocks);
}
char *torture_strdup(const char *text) { return is_to_fail() ? NULL : counted(strdup(text), &held.core_blocks); }
void torture_free(void *block) {
  if (block != NULL) held.core_blocks--;
  free(block);
}
void *torture_realloc(void *block, size_t size) {
  if (is_to_fail()) return NULL;
  return block == NULL ? counted(malloc(size), &held.core_blocks) : realloc(block, size);
}

/* }================================================================== */

/* {==================================================================
** A Lua state for each run
** =================================================================== */

int luaopen_signalwire_base(lua_State *L);
int luaopen_signalwire_core(lua_State *L);

struct servers {
  server answering, refusing, resetting;
};

static struct servers servers;

static void set_url(lua_State *L, const char *name, int port) {
  lua_pushfstring(L, "http://127.0.0.1:%d", port);
  lua_setfield(L, -2, name);
}

static void stop_servers(void) {
  stop_server(&servers.answering);
  stop_server(&servers.refusing);
  stop_server(&servers.resetting);
}

static int requests_seen(lua_State *L) {
  lua_pushinteger(L, *servers.answering.requests + *servers.refusing.requests + *servers.resetting.requests);
  return 1;
}

static int free_port(void) {
  server s = start_server("");
  stop_server(&s);
  return s.port;
}

/* A finalizer that Lua can't call for want of memory is called never again, and what it would have freed is lost. Lua
** says so by a warning. */
static unsigned long finalizers_lost;

static void on_warning(void *unused, const char *message, int goes_on) {
  (void)unused, (void)goes_on;
  if (strstr(message, "__gc") != NULL) finalizers_lost++;
}

static void push_world(lua_State *L, int closed_port) {
  lua_newtable(L);
  set_url(L, "answering", servers.answering.port);
  set_url(L, "refusing", servers.refusing.port);
  set_url(L, "resetting", servers.resetting.port);
  set_url(L, "closed", closed_port);
  lua_pushcfunction(L, requests_seen);
  lua_setfield(L, -2, "requests_seen");
}

static void must(lua_State *L, int status) {
  if (status == LUA_OK) return;
  fprintf(stderr, "torture: %s\n", lua_tostring(L, -1));
  exit(EXIT_FAILURE);
}

/* Leaves the table of scenarios at index 1. */
static lua_State *open_state(void) {
  lua_State *L = lua_newstate(lua_memory, NULL);
  if (L == NULL) exit(EXIT_FAILURE);
  lua_setwarnf(L, on_warning, NULL);
  luaL_openlibs(L);
  (void)luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_signalwire_base);
  lua_setfield(L, -2, "signalwire.base");
  lua_pushcfunction(L, luaopen_signalwire_core);
  lua_setfield(L, -2, "signalwire.core");
  lua_pop(L, 1);
  must(L, luaL_loadfile(L, "test/torture.lua") || lua_pcall(L, 0, 1, 0));
  return L;
}

/* }================================================================== */

/* {==================================================================
** Runs
** =================================================================== */

static int failures;

static void complain(const char *name, way w, unsigned long n, const char *what) {
  failures++;
  printf("%s, allocation %lu fails %s: %s\n", name, n, way_names[w], what);
}

/* Stack: scenarios, scenario, context. Calls the scenario's function of that name with the context below what is on top
** of the stack, 'count' values. */
static int call_method(lua_State *L, const char *method, int count, int results) {
  lua_getfield(L, 2, method);
  lua_insert(L, -1 - count);
  lua_pushvalue(L, 3);
  lua_insert(L, -1 - count);
  return lua_pcall(L, count + 1, results, 0);
}

/* Runs a scenario with its n-th allocation failing; false where it has fewer. */
static bool run_once(int number, const char *name, way w, unsigned long n, int closed_port) {
  struct held before = held;
  unsigned long lost_before = finalizers_lost;
  char leak[200];
  lua_State *L = open_state();
  lua_rawgeti(L, 1, number);
  lua_getfield(L, 2, "prepare");
  push_world(L, closed_port);
  must(L, lua_pcall(L, 1, 1, 0));
  lua_checkstack(L, 40);
  lua_getfield(L, 2, "act");
  lua_pushvalue(L, 3);
  arm(n, w);
  int status = lua_pcall(L, 1, LUA_MULTRET, 0);
  bool hit = plan.hit;
  plan.armed = false;
  int count = lua_gettop(L) - 3;
  lua_pushboolean(L, status == LUA_OK);
  lua_insert(L, 4);
  if (call_method(L, "judge", count + 1, 0) != LUA_OK) complain(name, w, n, lua_tostring(L, -1));
  lua_settop(L, 3);
  if (call_method(L, "again", 0, 0) != LUA_OK) complain(name, w, n, lua_tostring(L, -1));
  lua_close(L);
  (void)snprintf(leak, sizeof leak, "left behind: %ld bytes of Lua's, %ld blocks of libcurl's, %ld of the core's",
                 held.lua_bytes - before.lua_bytes, held.curl_blocks - before.curl_blocks,
                 held.core_blocks - before.core_blocks);
  if (memcmp(&held, &before, sizeof held) != 0 && finalizers_lost == lost_before) complain(name, w, n, leak);
  return hit;
}

/* What is lost with a finalizer is known here, and LeakSanitizer need not name it. */
__attribute__((weak)) void __lsan_disable(void);
__attribute__((weak)) void __lsan_enable(void);

static bool run(int number, const char *name, way w, unsigned long n, int closed_port) {
  if (__lsan_disable != NULL) __lsan_disable();
  bool hit = run_once(number, name, w, n, closed_port);
  if (__lsan_enable != NULL) __lsan_enable();
  return hit;
}

static unsigned long count_allocations(int number, const char *name, int closed_port) {
  (void)run(number, name, ONCE, (unsigned long)-1, closed_port);
  return plan.seen;
}

/* Known only where a sanitizer keeps the books. */
__attribute__((weak)) size_t __sanitizer_get_current_allocated_bytes(void);

static size_t heap_bytes(void) {
  return __sanitizer_get_current_allocated_bytes != NULL ? __sanitizer_get_current_allocated_bytes() : 0;
}

static unsigned long torture(int number, const char *name, unsigned long at_most, int closed_port) {
  unsigned long total = count_allocations(number, name, closed_port), runs = 0;
  unsigned long step = at_most != 0 && total > at_most ? total / at_most : 1;
  size_t before = heap_bytes();
  for (way w = ONCE; w < WAYS; w++)
    for (unsigned long n = 1 + total % step; run(number, name, w, n, closed_port); n += step)
      runs++;
  printf("%-48s %6lu allocations %7lu failed in turn", name, total, runs);
  if (heap_bytes() > before) printf("; others lost %zu bytes", heap_bytes() - before);
  printf("\n");
  return runs;
}

static bool is_wanted(const char *name, int count, char **wanted) {
  for (int i = 0; i < count; i++)
    if (strcmp(wanted[i], name) == 0) return true;
  return count == 0;
}

int main(int argc, char **argv) {
  unsigned long at_most = 0, runs = 0;
  int first = 1;
  if (argc > 2 && strcmp(argv[1], "--at-most") == 0) {
    at_most = strtoul(argv[2], NULL, 10);
    first = 3;
  }
  if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, curl_malloc, curl_release, curl_realloc, curl_strdup, curl_calloc) != 0)
    return EXIT_FAILURE;
  (void)setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  servers = (struct servers){start_server("j*"), start_server("e*"), start_server("r*")};
  (void)atexit(stop_servers);
  int closed_port = free_port();
  lua_State *L = open_state();
  for (int i = 1; lua_rawgeti(L, 1, i) == LUA_TTABLE; i++) {
    lua_getfield(L, -1, "name");
    const char *name = lua_tostring(L, -1);
    if (is_wanted(name, argc - first, argv + first)) runs += torture(i, name, at_most, closed_port);
    lua_settop(L, 1);
  }
  lua_close(L);
  printf("%lu allocations failed in turn, %d faults; %lu times Lua could not call a finalizer\n", runs, failures,
         finalizers_lost);
  return failures != 0 || runs == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
