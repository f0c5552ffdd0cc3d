/* measure RUNS COMMAND... -- COMMAND...: runs the two in turn, RUNS times each, and prints the medians of their CPU
** time and of the memory they held, and how the first compares with the second.
** SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>

#define MAX_RUNS 1000

extern char **environ;

typedef struct series {
  char **command;
  double cpu[MAX_RUNS];    /* milliseconds, of user and system */
  double memory[MAX_RUNS]; /* megabytes, at most at any time */
} series;

static double milliseconds(struct timeval t) { return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3; }

static void run(series *s, int i) {
  pid_t child;
  int status;
  struct rusage used;
  if (posix_spawnp(&child, s->command[0], NULL, NULL, s->command, environ) != 0 ||
      wait4(child, &status, 0, &used) != child || status != 0) {
    fprintf(stderr, "%s failed\n", s->command[0]);
    exit(EXIT_FAILURE);
  }
  s->cpu[i] = milliseconds(used.ru_utime) + milliseconds(used.ru_stime);
  s->memory[i] = (double)used.ru_maxrss / 1024;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, int count) {
  qsort(values, (size_t)count, sizeof *values, by_size);
  return values[count / 2];
}

int main(int argc, char **argv) {
  static series ours, theirs;
  int split = 2;
  while (split < argc && strcmp(argv[split], "--") != 0)
    split++;
  int runs = argc > 1 ? atoi(argv[1]) : 0;
  if (split >= argc - 1 || runs < 1 || runs > MAX_RUNS) {
    fprintf(stderr, "usage: measure RUNS COMMAND... -- COMMAND...\n");
    return EXIT_FAILURE;
  }
  argv[split] = NULL;
  ours.command = argv + 2;
  theirs.command = argv + split + 1;

  for (int i = -1; i < runs; i++) { /* the first warms the caches, and the next overwrites it */
    run(&ours, i < 0 ? 0 : i);
    run(&theirs, i < 0 ? 0 : i);
  }
  double cpu = median(ours.cpu, runs), their_cpu = median(theirs.cpu, runs);
  double memory = median(ours.memory, runs), their_memory = median(theirs.memory, runs);
  printf("    CPU    %6.1f ms  beside %6.1f ms: %.2f times\n", cpu, their_cpu, cpu / their_cpu);
  printf("    memory %6.1f MB  beside %6.1f MB: %.1f MB more\n", memory, their_memory, memory - their_memory);
  return EXIT_SUCCESS;
}
