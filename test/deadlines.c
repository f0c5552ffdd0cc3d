/* The heap of deadlines, against a search through all.
** SPDX-License-Identifier: MIT */
#include "../src/deadlines.h"

#include <stdlib.h>

#include "check.h"

#define COUNT 500

static sw_exchange exchanges[COUNT];
static bool inside[COUNT];

static double earliest(void) {
  double due = 1e9;
  for (int i = 0; i < COUNT; i++)
    if (inside[i] && exchanges[i].due < due) due = exchanges[i].due;
  return due;
}

static void agrees_with_a_search(void) {
  sw_deadlines d = {0};
  srand(1);
  for (int step = 0; step < 20000; step++) {
    int i = rand() % COUNT;
    double due = rand() % 1000;
    if (!inside[i]) {
      exchanges[i].due = due;
      CHECK(sw_deadlines_add(&d, &exchanges[i]));
      inside[i] = true;
    } else if (step % 2 == 0) {
      sw_deadlines_move(&d, &exchanges[i], due);
    } else {
      sw_deadlines_remove(&d, &exchanges[i]);
      inside[i] = false;
    }
    const sw_exchange *next = sw_deadlines_next(&d);
    CHECK(next == NULL ? earliest() > 1e8 : next->due <= earliest());
  }
  sw_deadlines_free(&d);
  CHECK(sw_deadlines_next(&d) == NULL);
}

int main(void) {
  agrees_with_a_search();
  return failures != 0;
}
