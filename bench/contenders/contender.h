/* What the C programs of the bench share: the command that all send, and how they speak with measure.c.
** SPDX-License-Identifier: MIT */
#ifndef CONTENDER_H
#define CONTENDER_H

#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char REFER[] = "{\"command\":\"calling.refer\",\"id\":\"c0ffee00-1111-4222-8333-444455556666\","
                            "\"params\":{\"device\":{\"params\":{\"to\":\"sip:sales@example.com\"},\"type\":\"sip\"},"
                            "\"status_url\":\"https://example.com/refer\"}}";

static inline const char *setting(const char *name) {
  const char *value = getenv(name);
  if (value != NULL) return value;
  fprintf(stderr, "%s is not set\n", name);
  exit(EXIT_FAILURE);
}

static inline int number(const char *name) { return atoi(setting(name)); }

/* Says a word to measure.c and waits for its answer. */
static inline void say(const char *word) {
  printf("%s\n", word);
  fflush(stdout);
  (void)getchar();
}

static inline size_t discard(char *bytes, size_t size, size_t count, void *user) {
  (void)bytes;
  (void)user;
  return size * count;
}

static inline void base64(const char *text, char *out) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t left = strlen(text); left > 0; left = left > 3 ? left - 3 : 0, text += 3) {
    unsigned bits = (unsigned char)text[0] << 16;
    if (left > 1) bits |= (unsigned)(unsigned char)text[1] << 8;
    if (left > 2) bits |= (unsigned char)text[2];
    for (int place = 0; place < 4; place++)
      *out++ = (size_t)place <= left ? digits[bits >> (18 - 6 * place) & 63] : '=';
  }
  *out = '\0';
}

/* libcurl would make this anew for each command, at a third of the command's cost, if it were given the credentials. */
static inline struct curl_slist *append_authorization(struct curl_slist *list) {
  char credentials[300], line[500] = "Authorization: Basic ";
  snprintf(credentials, sizeof credentials, "%s:%s", setting("SIGNALWIRE_PROJECT_ID"), setting("SIGNALWIRE_API_TOKEN"));
  base64(credentials, line + strlen(line));
  return curl_slist_append(list, line);
}

static inline struct curl_slist *headers(void) {
  struct curl_slist *list = append_authorization(curl_slist_append(NULL, "Accept: application/json"));
  list = curl_slist_append(list, "Content-Type: application/json");
  list = curl_slist_append(list, "User-Agent: raw libcurl, for comparison");
  return curl_slist_append(list, "Expect:");
}

/* A handle for a command with 'body', which is not copied. */
static inline CURL *prepare(struct curl_slist *lines, const char *body) {
  char url[512];
  CURL *easy = curl_easy_init();
  if (easy == NULL) exit(EXIT_FAILURE);
  snprintf(url, sizeof url, "%s/api/calling/calls", setting("SIGNALWIRE_REST_BASE_URL"));
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_CAINFO, setting("SIGNALWIRE_REST_CA_FILE"));
  curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
  return easy;
}

static inline void expect_success(CURL *easy, CURLcode code) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK && status == 200) return;
  fprintf(stderr, "%s, status %ld\n", curl_easy_strerror(code), status);
  exit(EXIT_FAILURE);
}

#endif
