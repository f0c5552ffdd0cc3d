# Finds the headers of LUA_VERSION and sets LUA_INCLUDE_DIR, LUA_ABI (5.1 for jit) and LUA_PROGRAM.
# -DLUA_INCLUDE_DIR=/where/lua.h/lies overrides the search.

if(NOT LUA_VERSION MATCHES "^(5\\.[1-5]|jit)$")
  message(FATAL_ERROR "LUA_VERSION is '${LUA_VERSION}'; it can be 5.1, 5.3, 5.4 or jit.")
endif()

if(LUA_VERSION STREQUAL "jit")
  set(LUA_ABI 5.1)
  set(LUA_PROGRAM luajit)
  set(folders luajit-2.1 luajit-2.0)
else()
  set(LUA_ABI ${LUA_VERSION})
  set(LUA_PROGRAM lua${LUA_VERSION})
endif()

# A module made with the headers of PUC Lua 5.1 serves LuaJIT too: the two share one ABI.
string(REPLACE "." "" digits ${LUA_ABI})
list(APPEND folders lua${LUA_ABI} lua-${LUA_ABI} lua/${LUA_ABI} lua${digits})
find_path(LUA_INCLUDE_DIR lua.h PATH_SUFFIXES ${folders} DOC "Where lua.h lies")

string(REGEX REPLACE "^5\\.1$" "5.1-0" debian_version ${LUA_ABI})
set(remedy "Debian and Ubuntu: apt-get install liblua${debian_version}-dev. Elsewhere: -DLUA_INCLUDE_DIR=/where/lua.h/lies")
if(NOT LUA_INCLUDE_DIR)
  message(FATAL_ERROR "The headers of Lua ${LUA_VERSION} are not here. ${remedy}")
endif()

# A plain /usr/include/lua.h can be of any version.
include(CheckCSourceCompiles)
string(REPLACE "5." "50" number ${LUA_ABI})
set(CMAKE_REQUIRED_INCLUDES ${LUA_INCLUDE_DIR})
unset(LUA_HEADERS_FIT CACHE)
check_c_source_compiles("#include <lua.h>
  #if LUA_VERSION_NUM != ${number}
  #error another version
  #endif
  int main(void) { return 0; }" LUA_HEADERS_FIT)
unset(CMAKE_REQUIRED_INCLUDES)
if(NOT LUA_HEADERS_FIT)
  message(FATAL_ERROR "${LUA_INCLUDE_DIR}/lua.h is not Lua ${LUA_ABI}'s, or it can't be compiled. ${remedy}")
endif()
