/* luaopen_signalwire_core: the engine.
** SPDX-License-Identifier: MIT */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* dladdr */
#endif
#include "core.h"

#include <dlfcn.h>
#include <pthread.h>

#include "libcurl.h"

/* A host may close its Lua state, and with it this module and libcurl, while a resolver's thread still runs their code.
** So they stay in memory. Where that can't be had, nothing is worse than before. */
static void pin(void) {
  static const char here;
  Dl_info module;
  if (dladdr(&here, &module) != 0 && module.dli_fname != NULL)
    (void)dlopen(module.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
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
  sw_open_engine(L);
  return 1;
}
