/* luaopen_signalwire_core: the engine.
** SPDX-License-Identifier: MIT */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* dladdr */
#endif
#include "core.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "libcurl.h"

/* A host may close its Lua state, and with it this module and libcurl, while a resolver's thread still runs their code.
** So they stay in memory. Where that can't be had, nothing is worse than before. */
static void *this_module;

static void pin(void) {
  static const char here;
  Dl_info module;
  if (dladdr(&here, &module) != 0 && module.dli_fname != NULL)
    this_module = dlopen(module.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

typedef void (*memory_function)(void);

/* Has the host given OpenSSL functions of its own to allocate with, and is that the OpenSSL below this libcurl? Kamailio's
** tls.so does: then each process of the host works on memory that all share, by a state that all have inherited. */
static bool is_openssl_the_hosts(void) {
  const char *tls = curl_version_info(CURLVERSION_NOW)->ssl_version;
  void (*get_functions)(memory_function *, memory_function *, memory_function *) = NULL;
  memory_function allocate = NULL, reallocate = NULL, release = NULL;
  if (tls == NULL || strncmp(tls, "OpenSSL/", 8) != 0 || this_module == NULL) return false;
  void *found = dlsym(this_module, "CRYPTO_get_mem_functions"), *usual = dlsym(this_module, "CRYPTO_malloc");
  if (found == NULL || usual == NULL) return false;
  memcpy(&get_functions, &found, sizeof found);
  get_functions(&allocate, &reallocate, &release);
  return memcmp(&allocate, &usual, sizeof usual) != 0;
}

/* core.must_warn() -> true once, for this process and those that fork from it, where libcurl must not be used here. What is
** so once stays so: OpenSSL takes no functions to allocate with after its first use. */
static int core_must_warn(lua_State *L) {
  static atomic_flag asked = ATOMIC_FLAG_INIT;
  lua_pushboolean(L, !atomic_flag_test_and_set(&asked) && is_openssl_the_hosts());
  return 1;
}

static CURLcode global_code;

static void initialize(void) {
  pin();
  global_code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

int luaopen_signalwire_core(lua_State *L);

__attribute__((visibility("default"))) int luaopen_signalwire_core(lua_State *L) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  (void)pthread_once(&once, initialize);
  if (global_code != CURLE_OK) return luaL_error(L, "libcurl: %s", curl_easy_strerror(global_code));
  lua_newtable(L);
  lua_pushstring(L, curl_version_info(CURLVERSION_NOW)->version);
  lua_setfield(L, -2, "curl_version");
  lua_pushcfunction(L, core_must_warn);
  lua_setfield(L, -2, "must_warn");
  sw_open_engine(L);
  sw_open_channel(L);
  return 1;
}
