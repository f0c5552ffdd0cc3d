/* One command from the process's start to the answer, with libcurl alone.
** SPDX-License-Identifier: MIT */
#include "contender.h"

static const char BODY[] = "{\"command\":\"dial\",\"params\":{\"from\":\"+15551230001\",\"to\":\"+15551230002\","
                           "\"url\":\"https://example.com/swml\"}}";

int main(void) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  struct curl_slist *lines = headers();
  CURL *easy = prepare(lines, BODY);
  expect_success(easy, curl_easy_perform(easy));
  say("done");
  curl_slist_free_all(lines);
  curl_easy_cleanup(easy);
  curl_global_cleanup();
  return EXIT_SUCCESS;
}
