/* The hashes that webhook signatures and WebSockets are made of, module signalwire.digest: the TLS library's, without
** libcurl, so that a host such as nginx can load this alone.
** SPDX-License-Identifier: MIT */
#include "compat.h"

#if defined(SIGNALWIRE_GNUTLS)
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <nettle/version.h>
#else
#if defined(__has_include)
#if !__has_include(<openssl/hmac.h>)
#error "openssl/hmac.h not found: install OpenSSL's headers (Debian: libssl-dev, Fedora: openssl-devel)"
#endif
#endif
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#endif

enum { SHA1_SIZE = 20, SHA256_SIZE = 32 };

typedef struct Bytes {
  const unsigned char *start;
  size_t length;
} Bytes;

static Bytes check_bytes(lua_State *L, int i) {
  Bytes bytes;
  bytes.start = (const unsigned char *)luaL_checklstring(L, i, &bytes.length);
  return bytes;
}

#if defined(SIGNALWIRE_GNUTLS)

#if NETTLE_VERSION_MAJOR >= 4
#define DIGEST(name, context, size, out) name##_digest(context, out)
#else
#define DIGEST(name, context, size, out) name##_digest(context, size, out)
#endif

static int hmac_sha1(Bytes key, Bytes data, unsigned char *out) {
  struct hmac_sha1_ctx context;
  hmac_sha1_set_key(&context, key.length, key.start);
  hmac_sha1_update(&context, data.length, data.start);
  DIGEST(hmac_sha1, &context, SHA1_SIZE, out);
  return 1;
}

static int hmac_sha256(Bytes key, Bytes data, unsigned char *out) {
  struct hmac_sha256_ctx context;
  hmac_sha256_set_key(&context, key.length, key.start);
  hmac_sha256_update(&context, data.length, data.start);
  DIGEST(hmac_sha256, &context, SHA256_SIZE, out);
  return 1;
}

static int sha256(Bytes data, unsigned char *out) {
  struct sha256_ctx context;
  sha256_init(&context);
  sha256_update(&context, data.length, data.start);
  DIGEST(sha256, &context, SHA256_SIZE, out);
  return 1;
}

static int sha1(Bytes data, unsigned char *out) {
  struct sha1_ctx context;
  sha1_init(&context);
  sha1_update(&context, data.length, data.start);
  DIGEST(sha1, &context, SHA1_SIZE, out);
  return 1;
}

static int is_equal(Bytes a, Bytes b) { return memeql_sec(a.start, b.start, a.length); }

#else

static int hmac(const EVP_MD *hash, Bytes key, Bytes data, unsigned char *out) {
  if (key.length > INT_MAX) return 0;
  return HMAC(hash, key.start, (int)key.length, data.start, data.length, out, NULL) != NULL;
}

static int hmac_sha1(Bytes key, Bytes data, unsigned char *out) { return hmac(EVP_sha1(), key, data, out); }

static int hmac_sha256(Bytes key, Bytes data, unsigned char *out) { return hmac(EVP_sha256(), key, data, out); }

static int sha256(Bytes data, unsigned char *out) {
  return EVP_Digest(data.start, data.length, out, NULL, EVP_sha256(), NULL);
}

static int sha1(Bytes data, unsigned char *out) {
  return EVP_Digest(data.start, data.length, out, NULL, EVP_sha1(), NULL);
}

static int is_equal(Bytes a, Bytes b) { return CRYPTO_memcmp(a.start, b.start, a.length) == 0; }

#endif

static int push_digest(lua_State *L, int fine, const unsigned char *digest, size_t size) {
  if (!fine) return luaL_error(L, "the TLS library refuses this hash");
  lua_pushlstring(L, (const char *)digest, size);
  return 1;
}

/* hmac_sha1(key, data) -> 20 bytes */
static int digest_hmac_sha1(lua_State *L) {
  unsigned char digest[SHA1_SIZE];
  int fine = hmac_sha1(check_bytes(L, 1), check_bytes(L, 2), digest);
  return push_digest(L, fine, digest, sizeof digest);
}

/* hmac_sha256(key, data) -> 32 bytes */
static int digest_hmac_sha256(lua_State *L) {
  unsigned char digest[SHA256_SIZE];
  int fine = hmac_sha256(check_bytes(L, 1), check_bytes(L, 2), digest);
  return push_digest(L, fine, digest, sizeof digest);
}

/* sha1(data) -> 20 bytes: what the opening handshake of WebSocket is made of */
static int digest_sha1(lua_State *L) {
  unsigned char digest[SHA1_SIZE];
  int fine = sha1(check_bytes(L, 1), digest);
  return push_digest(L, fine, digest, sizeof digest);
}

/* sha256(data) -> 32 bytes */
static int digest_sha256(lua_State *L) {
  unsigned char digest[SHA256_SIZE];
  int fine = sha256(check_bytes(L, 1), digest);
  return push_digest(L, fine, digest, sizeof digest);
}

/* hex(bytes): in lower case */
static int digest_hex(lua_State *L) {
  static const char digits[] = "0123456789abcdef";
  Bytes bytes = check_bytes(L, 1);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (size_t i = 0; i < bytes.length; i++) {
    luaL_addchar(&buffer, digits[bytes.start[i] >> 4]);
    luaL_addchar(&buffer, digits[bytes.start[i] & 15]);
  }
  luaL_pushresult(&buffer);
  return 1;
}

/* equal(a, b): how long it takes does not tell where they differ; that their lengths differ is no secret */
static int digest_equal(lua_State *L) {
  Bytes a = check_bytes(L, 1), b = check_bytes(L, 2);
  lua_pushboolean(L, a.length == b.length && is_equal(a, b));
  return 1;
}

static const luaL_Reg functions[] = {
    {"hmac_sha1", digest_hmac_sha1},
    {"hmac_sha256", digest_hmac_sha256},
    {"sha1", digest_sha1},
    {"sha256", digest_sha256},
    {"hex", digest_hex},
    {"equal", digest_equal},
    {NULL, NULL},
};

int luaopen_signalwire_digest(lua_State *L);

__attribute__((visibility("default"))) int luaopen_signalwire_digest(lua_State *L) {
  lua_newtable(L);
  sw_setfuncs(L, functions);
  return 1;
}
