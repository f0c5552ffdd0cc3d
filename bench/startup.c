/* What ./run bench holds the library against: one command, sent with libcurl alone.
** SPDX-License-Identifier: MIT */
#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>

static const char BODY[] = "{\"command\":\"dial\",\"params\":{\"from\":\"+15551230001\",\"to\":\"+15551230002\","
                           "\"url\":\"https://example.com/swml\"}}";

static size_t discard(char *bytes, size_t size, size_t count, void *user) {
  (void)bytes;
  (void)user;
  return size * count;
}

static const char *setting(const char *name) {
  const char *value = getenv(name);
  if (value == NULL) {
    fprintf(stderr, "%s is not set\n", name);
    exit(EXIT_FAILURE);
  }
  return value;
}

int main(void) {
  char url[512];
  snprintf(url, sizeof url, "%s/api/calling/calls", setting("SIGNALWIRE_REST_BASE_URL"));

  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL *easy = curl_easy_init();
  if (easy == NULL) return EXIT_FAILURE;
  struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_USERNAME, setting("SIGNALWIRE_PROJECT_ID"));
  curl_easy_setopt(easy, CURLOPT_PASSWORD, setting("SIGNALWIRE_API_TOKEN"));
  curl_easy_setopt(easy, CURLOPT_CAINFO, setting("SIGNALWIRE_REST_CA_FILE"));
  curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, BODY);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);

  CURLcode code = curl_easy_perform(easy);
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) fprintf(stderr, "%s, status %ld\n", curl_easy_strerror(code), status);

  curl_slist_free_all(headers);
  curl_easy_cleanup(easy);
  curl_global_cleanup();
  return status == 200 ? EXIT_SUCCESS : EXIT_FAILURE;
}
