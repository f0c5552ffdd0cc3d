/* One HTTP request and its response.
** SPDX-License-Identifier: MIT */
#include "exchange.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"

#define MAX_HEADERS ((size_t)64 * 1024)
#define KEPT ((size_t)64 * 1024) /* of the memory for a request, and for a response, by an exchange at rest */

const char *sw_outcome_word(sw_outcome outcome) {
#define X(name, word) word,
  static const char *const words[] = {SW_OUTCOMES(X)};
#undef X
  return words[outcome];
}

/* {==================================================================
** Targets
** =================================================================== */

static bool append_line(struct curl_slist **list, const char *line) {
  struct curl_slist *longer = curl_slist_append(*list, line);
  if (longer == NULL) return false;
  *list = longer;
  return true;
}

static bool has_first_header_fault(unsigned version) { return version >= 0x075300 && version < 0x080101; }

sw_target *sw_target_new(void) {
  sw_target *target = calloc(1, sizeof *target);
  if (target == NULL) return NULL;
  target->holders = 1;
  if (!append_line(&target->headers_of_large, "Expect:")) {
    free(target);
    return NULL;
  }
  target->mends_headers = has_first_header_fault(curl_version_info(CURLVERSION_NOW)->version_num);
  target->max_connections = 100;
  target->max_response = (size_t)16 * 1024 * 1024;
  return target;
}

bool sw_target_set(char **field, const char *value) {
  char *copy = strdup(value);
  if (copy == NULL) return false;
  free(*field);
  *field = copy;
  return true;
}

bool sw_target_add_header(sw_target *target, const char *line) {
  return append_line(&target->headers, line) && append_line(&target->headers_of_large, line);
}

sw_target *sw_target_hold(sw_target *target) {
  (void)atomic_fetch_add(&target->holders, 1);
  return target;
}

void sw_target_release(sw_target *target) {
  if (target == NULL || atomic_fetch_sub(&target->holders, 1) > 1) return;
  curl_slist_free_all(target->headers);
  curl_slist_free_all(target->headers_of_large);
  curl_url_cleanup(target->url);
  free(target->origin);
  free(target->ca_file);
  free(target->proxy);
  free(target);
}

/* }================================================================== */

/* {==================================================================
** Birth and death
** =================================================================== */

static char *copy(char *to, const char *from, size_t length) {
  memcpy(to, from, length);
  return to + length;
}

static bool make_room(sw_exchange *x, size_t size) {
  if (size <= x->room) return true;
  free(x->path);
  x->path = malloc(size);
  x->room = x->path != NULL ? size : 0;
  return x->path != NULL;
}

static bool copy_request(sw_exchange *x, const sw_request *request) {
  size_t path = strlen(request->path) + 1, method = strlen(request->method) + 1;
  if (!make_room(x, path + method + request->body_length)) return false;
  char *end = copy(x->path, request->path, path);
  x->method = end;
  end = copy(end, request->method, method);
  if (request->body == NULL) return true;
  x->body = end;
  x->body_length = request->body_length;
  (void)copy(end, request->body, request->body_length);
  return true;
}

bool sw_exchange_begin(sw_exchange *x, sw_target *target, const sw_request *request) {
  sw_exchange fresh = {.target = sw_target_hold(target), .path = x->path, .room = x->room};
  fresh.headers = x->headers;
  fresh.response = x->response;
  fresh.headers.length = fresh.response.length = 0;
  fresh.response.limit = target->max_response;
  fresh.began = sw_now();
  fresh.timeout = request->timeout;
  fresh.connect_timeout = request->connect_timeout;
  *x = fresh;
  return copy_request(x, request);
}

sw_exchange *sw_exchange_new(sw_target *target, const sw_request *request) {
  sw_exchange *x = malloc(sizeof *x);
  if (x == NULL) return NULL;
  x->path = NULL;
  x->room = 0;
  sw_buffer_init(&x->headers, MAX_HEADERS);
  sw_buffer_init(&x->response, target->max_response);
  if (sw_exchange_begin(x, target, request)) return x;
  sw_exchange_free(x);
  return NULL;
}

void sw_exchange_rest(sw_exchange *x) {
  sw_target_release(x->target);
  free(x->detail);
  x->target = NULL;
  x->detail = NULL;
  if (x->response.capacity > KEPT) sw_buffer_free(&x->response);
  if (x->room <= KEPT) return;
  free(x->path);
  x->path = NULL;
  x->room = 0;
}

void sw_exchange_free(sw_exchange *x) {
  if (x == NULL) return;
  sw_target_release(x->target);
  sw_buffer_free(&x->headers);
  sw_buffer_free(&x->response);
  free(x->path);
  free(x->detail);
  free(x);
}

/* }================================================================== */

/* {==================================================================
** Seats
** =================================================================== */

static void clear_seat(sw_seat *seat) {
  sw_target_release(seat->target);
  free(seat->path);
  seat->target = NULL;
  seat->path = NULL;
  seat->posts = false;
  seat->headers = NULL;
  seat->connect_timeout = -1;
}

void sw_seat_leave(sw_seat *seat) {
  if (seat == NULL) return;
  clear_seat(seat);
  free(seat);
}

void sw_seat_free(sw_seat *seat) {
  if (seat == NULL) return;
  curl_easy_cleanup(seat->easy);
  sw_seat_leave(seat);
}

bool sw_seat_resolves(const sw_seat *seat) {
  curl_off_t resolved = 0;
  if (seat->exchange->connected) return false;
  (void)curl_easy_getinfo(seat->easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved);
  return resolved == 0;
}

/* }================================================================== */

/* {==================================================================
** What libcurl calls: these only note, and never touch Lua
** =================================================================== */

/* To take less than there is ends the transfer. */
static size_t take(sw_exchange *x, sw_buffer *to, const char *bytes, size_t length) {
  if (sw_buffer_append(to, bytes, length)) return length;
  x->overflow = length > to->limit - to->length;
  return 0;
}

/* From 7.83 to 8.1.0, libcurl keeps a pointer to the last header of a handle's last answer, which it has freed by then,
** and takes a first header that begins with a space for the rest of it. But when it is verbose, it shows a line here
** before it stores it: the one behind a status line continues nothing, and gets a letter in place of its space. */
static int on_talk(CURL *easy, curl_infotype type, char *text, size_t length, void *unused) {
  (void)unused;
  if (type != CURLINFO_HEADER_IN || length == 0) return 0;
  if (text[0] == ' ' || text[0] == '\t') text[0] = '_';
  (void)curl_easy_setopt(easy, CURLOPT_VERBOSE, 0L);
  return 0;
}

/* A status line opens a response: what an interim one (100, 103) brought is dropped. */
static size_t on_header(char *line, size_t unit, size_t count, void *data) {
  const sw_seat *seat = data;
  sw_exchange *x = seat->exchange;
  size_t length = unit * count;
  /* libcurl takes 'HTTp/h' for a status line too. */
  bool may_be_status = x->headed || x->headers.length == 0;
  if (may_be_status && x->target->mends_headers) (void)curl_easy_setopt(seat->easy, CURLOPT_VERBOSE, 1L);
  if (length >= 5 && memcmp(line, "HTTP/", 5) == 0) {
    x->headers.length = 0;
    x->headed = false;
  } else if (length > 0 && (line[0] == '\r' || line[0] == '\n')) {
    x->headed = true;
  }
  return take(x, &x->headers, line, length);
}

static size_t on_body(char *bytes, size_t unit, size_t count, void *data) {
  sw_exchange *x = ((const sw_seat *)data)->exchange;
  return take(x, &x->response, bytes, unit * count);
}

/* Runs when a connection stands and the request is about to be written, once an attempt. libcurl makes a second attempt
** by itself where a kept connection dies before its first answer byte. By then the command may have been carried out:
** only a request of which nothing was written may go again. */
static int on_ready(void *data, char *peer, char *own, int peer_port, int own_port) {
  const sw_seat *seat = data;
  sw_exchange *x = seat->exchange;
  long written = 0;
  (void)peer, (void)own, (void)peer_port, (void)own_port;
  if (x->abandoned) return CURL_PREREQFUNC_ABORT;
  (void)curl_easy_getinfo(seat->easy, CURLINFO_REQUEST_SIZE, &written);
  if (x->connected && written > x->preamble) return CURL_PREREQFUNC_ABORT;
  x->connected = true;
  x->preamble = written;
  return CURL_PREREQFUNC_OK;
}

/* }================================================================== */

/* {==================================================================
** Preparing a handle
** =================================================================== */

#define SET(option, value) (curl_easy_setopt(easy, (option), (value)) == CURLE_OK)

/* The origin is parsed once, and each exchange names its path: a whole URL would be parsed again for each. */
static bool set_origin(CURL *easy, sw_target *target) {
  if (target->url == NULL) {
    CURLU *url = curl_url();
    if (curl_url_set(url, CURLUPART_URL, target->origin, 0) != CURLUE_OK) {
      curl_url_cleanup(url);
      return false;
    }
    target->url = url;
  }
  return SET(CURLOPT_CURLU, target->url);
}

static bool set_protocol(CURL *easy, bool encrypted) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return SET(CURLOPT_PROTOCOLS_STR, encrypted ? "https" : "http");
#else
  return SET(CURLOPT_PROTOCOLS, encrypted ? CURLPROTO_HTTPS : CURLPROTO_HTTP);
#endif
}

/* libcurl keeps the parsed roots from one connection to the next only where they come from a file alone; Debian's build
** names a folder beside it, and its build on GnuTLS a folder alone. */
static const char *system_roots(void) {
  static const char *const places[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                       "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
  const curl_version_info_data *known = curl_version_info(CURLVERSION_NOW);
  if (known->cainfo != NULL || known->capath == NULL) return known->cainfo;
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    if (access(places[i], R_OK) == 0) return places[i];
  return NULL;
}

static const char *folder_beside(const char *file) {
  return file == NULL ? curl_version_info(CURLVERSION_NOW)->capath : NULL;
}

/* libcurl copies the names for each exchange: none is named where there is nothing to trust. */
static bool set_trust(CURL *easy, const sw_target *target) {
  if (!target->encrypted) return SET(CURLOPT_CAINFO, NULL) && SET(CURLOPT_CAPATH, NULL);
  const char *file = target->ca_file != NULL ? target->ca_file : system_roots();
  return SET(CURLOPT_CAINFO, file) && SET(CURLOPT_CAPATH, folder_beside(file));
}

/* A proxy has its certificate from others than the server. */
static bool set_proxy(CURL *easy, const char *proxy) {
  bool none = proxy != NULL && *proxy == '\0';
  const char *file = none ? NULL : system_roots();
  return SET(CURLOPT_PROXY, proxy) && SET(CURLOPT_NOPROXY, none ? "*" : NULL) && SET(CURLOPT_PROXY_CAINFO, file) &&
         SET(CURLOPT_PROXY_CAPATH, none ? NULL : folder_beside(file));
}

static bool set_version(CURL *easy, bool http2) {
  long version = http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1;
  return SET(CURLOPT_HTTP_VERSION, version) && SET(CURLOPT_PIPEWAIT, (long)http2);
}

static bool set_quick_exit(CURL *easy) {
#if SW_QUICK_EXIT
  return SET(CURLOPT_QUICK_EXIT, 1L);
#else
  return easy != NULL;
#endif
}

static bool set_channel(CURL *easy, bool channel) {
  if (!channel) return true;
  return SET(CURLOPT_CONNECT_ONLY, 1L) && SET(CURLOPT_FRESH_CONNECT, 1L) && SET(CURLOPT_HTTPPROXYTUNNEL, 1L);
}

static bool prepare(sw_seat *seat, sw_target *target) {
  CURL *easy = seat->easy;
  clear_seat(seat);
  seat->target = sw_target_hold(target);
  return SET(CURLOPT_HTTPHEADER, NULL) && set_origin(easy, target) && set_protocol(easy, target->encrypted) &&
         set_trust(easy, target) && set_proxy(easy, target->proxy) && set_version(easy, target->http2) &&
         set_quick_exit(easy) && set_channel(easy, target->channel) && SET(CURLOPT_NOSIGNAL, 1L) &&
         SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) && SET(CURLOPT_FOLLOWLOCATION, 0L) &&
         SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) && SET(CURLOPT_TCP_KEEPALIVE, 1L) &&
         SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)target->max_response) && SET(CURLOPT_DEBUGFUNCTION, on_talk) &&
         SET(CURLOPT_HEADERFUNCTION, on_header) && SET(CURLOPT_WRITEFUNCTION, on_body) &&
         SET(CURLOPT_PREREQFUNCTION, on_ready);
}

static bool set_path(sw_seat *seat, const char *path) {
  CURL *easy = seat->easy;
  if (seat->path != NULL && strcmp(seat->path, path) == 0) return true;
  free(seat->path);
  seat->path = strdup(path);
  return seat->path != NULL && SET(CURLOPT_REQUEST_TARGET, path);
}

/* Behind the headers of a body beyond 1 MiB libcurl waits for the server to ask for it, unless told not to. To tell it
** always would cost each small request its share. */
static bool set_headers(sw_seat *seat, const sw_exchange *x) {
  CURL *easy = seat->easy;
  bool large = x->body_length > (size_t)512 * 1024;
  struct curl_slist *headers = large ? x->target->headers_of_large : x->target->headers;
  if (seat->headers == headers) return true;
  seat->headers = headers;
  return SET(CURLOPT_HTTPHEADER, headers);
}

static bool set_body(CURL *easy, const sw_exchange *x) {
  return SET(CURLOPT_POSTFIELDS, x->body) && SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->body_length);
}

static bool set_method(sw_seat *seat, const sw_exchange *x) {
  CURL *easy = seat->easy;
  const char *method = x->method;
  bool posts = x->body != NULL && strcmp(method, "POST") == 0;
  if (posts && seat->posts) return set_body(easy, x);
  seat->posts = posts;
  if (x->body != NULL)
    return SET(CURLOPT_NOBODY, 0L) && set_body(easy, x) && SET(CURLOPT_CUSTOMREQUEST, posts ? NULL : method);
  if (strcmp(method, "HEAD") == 0) return SET(CURLOPT_NOBODY, 1L) && SET(CURLOPT_CUSTOMREQUEST, NULL);
  return SET(CURLOPT_HTTPGET, 1L) && SET(CURLOPT_CUSTOMREQUEST, strcmp(method, "GET") == 0 ? NULL : method);
}

#define MAX_CONNECT 2e6 /* seconds: in milliseconds, the most that libcurl's number holds */

/* The engine's own clock ends a connection that takes too long. libcurl must know the time all the same, and a little
** more of it, since it shares it out among a name's addresses. Without QUICK_EXIT its end would wait for the
** resolver. */
static bool set_connect_timeout(sw_seat *seat, double seconds) {
  CURL *easy = seat->easy;
  if (seat->connect_timeout == seconds) return true;
  seat->connect_timeout = seconds;
#if SW_QUICK_EXIT
  return SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(fmin(seconds, MAX_CONNECT) * 1000) + 100);
#else
  return easy != NULL;
#endif
}

sw_seat *sw_seat_new(void) {
  sw_seat *seat = calloc(1, sizeof *seat);
  if (seat == NULL) return NULL;
  CURL *easy = seat->easy = curl_easy_init();
  if (easy != NULL && SET(CURLOPT_HEADERDATA, seat) && SET(CURLOPT_WRITEDATA, seat) && SET(CURLOPT_PREREQDATA, seat) &&
      SET(CURLOPT_PRIVATE, seat) && SET(CURLOPT_ERRORBUFFER, seat->detail))
    return seat;
  sw_seat_free(seat);
  return NULL;
}

bool sw_seat_take(sw_seat *seat, sw_exchange *x) {
  x->seat = seat;
  seat->exchange = x;
  seat->detail[0] = '\0';
  if (seat->target != x->target && !prepare(seat, x->target)) return false;
  return set_path(seat, x->path) && set_method(seat, x) && set_headers(seat, x) &&
         set_connect_timeout(seat, x->connect_timeout);
}

/* }================================================================== */

/* {==================================================================
** How it ended
** =================================================================== */

static sw_outcome outcome_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return SW_ANSWERED;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_NO_CONNECTION_AVAILABLE:
      return SW_CONNECT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_PEER_FAILED_VERIFICATION:
      return SW_TLS;
    case CURLE_OPERATION_TIMEDOUT:
      return SW_TIMEOUT;
    case CURLE_ABORTED_BY_CALLBACK:
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return SW_NETWORK;
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return SW_DECODE;
    case CURLE_FILESIZE_EXCEEDED:
      return SW_TOO_LARGE;
    default:
      return SW_INTERNAL;
  }
}

void sw_exchange_fail(sw_exchange *x, sw_outcome outcome, const char *message) {
  x->outcome = outcome;
  x->message = message;
}

void sw_exchange_observe(sw_exchange *x) {
  CURL *easy = x->seat->easy;
  long written = 0, opened = 0;
  (void)curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &written);
  (void)curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &opened);
  (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &x->status);
  x->sent = x->connected && written > x->preamble;
  x->reused = x->connected && opened == 0;
}

/* The seat's words go with the next exchange. */
static const char *keep_detail(sw_exchange *x, CURLcode code) {
  const char *detail = x->seat->detail;
  free(x->detail);
  x->detail = detail[0] != '\0' ? strdup(detail) : NULL;
  return x->detail != NULL ? x->detail : curl_easy_strerror(code);
}

/* libcurl calls it success where a connection closes within the headers. */
void sw_exchange_conclude(sw_exchange *x, CURLcode code) {
  if (x->overflow)
    sw_exchange_fail(x, SW_TOO_LARGE, "the response is larger than the limit");
  else if (code == CURLE_ABORTED_BY_CALLBACK)
    sw_exchange_fail(x, SW_NETWORK, "the connection closed before an answer came");
  else if (code == SW_HEADER_TOO_LONG && x->sent && !x->headed)
    sw_exchange_fail(x, SW_TOO_LARGE, "a header line of the response is too long");
  else if (code == CURLE_BAD_FUNCTION_ARGUMENT && x->sent) /* so 7.88 ends at a header line without a colon */
    sw_exchange_fail(x, SW_DECODE, "a header line of the response is malformed");
  else if (code == CURLE_OK && !x->headed && !x->target->channel)
    sw_exchange_fail(x, SW_NETWORK, "the connection closed within the headers of the answer");
  else if (code != CURLE_OK)
    sw_exchange_fail(x, outcome_of(code), keep_detail(x, code));
  else
    x->outcome = SW_ANSWERED;
}

/* }================================================================== */
