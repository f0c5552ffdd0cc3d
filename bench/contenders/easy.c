/* One command after the other over a kept connection, with libcurl alone: no JSON, the answer thrown away.
** SPDX-License-Identifier: MIT */
#include "contender.h"

static void send_some(CURL *easy, int count) {
  while (count-- > 0)
    expect_success(easy, curl_easy_perform(easy));
}

int main(void) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  struct curl_slist *lines = headers();
  CURL *easy = prepare(lines, REFER);
  send_some(easy, number("BENCH_WARM_UP"));
  say("ready");
  send_some(easy, number("BENCH_COMMANDS"));
  say("done");
  curl_slist_free_all(lines);
  curl_easy_cleanup(easy);
  curl_global_cleanup();
  return EXIT_SUCCESS;
}
