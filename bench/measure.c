/* measure [-s | -e] ROUNDS COMMANDS LABEL PROGRAM... [-- LABEL PROGRAM...]...
**
** Runs the programs in turn, ROUNDS times each, and prints the medians of how many commands they made a second, of
** their CPU time for each and of the memory they held, and how all compare with the first. With -e the commands are
** events, and called so.
**
** A program says "ready" when it is warm, waits for a line, sends its COMMANDS, says "done" and waits again: only what
** lies between is counted. One that can't run here says "skip" and why. With -s a program says only "done", and what
** counts is all from its start to there.
** SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_ROUNDS 1000
#define MAX_CONTENDERS 16

extern char **environ;

static int failures;

typedef struct contender {
  char *label;
  char **program;
  char why_not[120];         /* empty: it runs here */
  double rate[MAX_ROUNDS];   /* commands a second */
  double cpu[MAX_ROUNDS];    /* microseconds a command, of user and system */
  double memory[MAX_ROUNDS]; /* megabytes, at most at any time */
} contender;

/* A program that runs, and the two ends by which it is spoken with. */
typedef struct child {
  pid_t pid;
  FILE *says;
  int told;
} child;

static double seconds_of(clockid_t clock) {
  struct timespec t = {0};
  (void)clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const contender *c, const char *why) {
  fprintf(stderr, "%s: %s %s\n", c->label, c->program[0], why);
  exit(EXIT_FAILURE);
}

static child start(const contender *c) {
  child it;
  int to[2], from[2];
  posix_spawn_file_actions_t actions;
  if (pipe2(to, 0) != 0 || pipe2(from, 0) != 0) fail(c, "has no pipe");
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
  for (int i = 0; i < 2; i++) {
    posix_spawn_file_actions_addclose(&actions, to[i]);
    posix_spawn_file_actions_addclose(&actions, from[i]);
  }
  if (posix_spawnp(&it.pid, c->program[0], &actions, NULL, c->program, environ) != 0) fail(c, "can't be started");
  posix_spawn_file_actions_destroy(&actions);
  close(to[0]);
  close(from[1]);
  it.told = to[1];
  it.says = fdopen(from[0], "r");
  return it;
}

/* Waits for the word; false where it ends instead, or says that it can't run here. */
static bool hear(contender *c, const child *it, const char *word) {
  char line[sizeof c->why_not] = "skip failed";
  (void)fgets(line, sizeof line, it->says);
  line[strcspn(line, "\n")] = '\0';
  if (strcmp(line, word) == 0) return true;
  if (strncmp(line, "skip ", 5) != 0) fail(c, line);
  memmove(c->why_not, line + 5, strlen(line + 5) + 1);
  return false;
}

/* One that has ended does not hear it, and 'end' finds that out. */
static void tell(const child *it) { (void)!write(it->told, "\n", 1); }

static struct rusage end(contender *c, const child *it) {
  struct rusage used = {0};
  int status;
  if (wait4(it->pid, &status, 0, &used) != it->pid || status != 0) {
    snprintf(c->why_not, sizeof c->why_not, "failed");
    failures++;
  }
  fclose(it->says);
  close(it->told);
  return used;
}

static void run_between(contender *c, int round, int commands) {
  child it = start(c);
  clockid_t cpu;
  if (hear(c, &it, "ready")) {
    if (clock_getcpuclockid(it.pid, &cpu) != 0) fail(c, "has no clock");
    double cpu_before = seconds_of(cpu), before = seconds_of(CLOCK_MONOTONIC);
    tell(&it);
    (void)hear(c, &it, "done");
    c->rate[round] = commands / (seconds_of(CLOCK_MONOTONIC) - before);
    c->cpu[round] = (seconds_of(cpu) - cpu_before) * 1e6 / commands;
    tell(&it);
  }
  c->memory[round] = (double)end(c, &it).ru_maxrss / 1024;
}

static void run_from_start(contender *c, int round, int commands) {
  double before = seconds_of(CLOCK_MONOTONIC);
  child it = start(c);
  clockid_t cpu;
  if (hear(c, &it, "done")) {
    if (clock_getcpuclockid(it.pid, &cpu) != 0) fail(c, "has no clock");
    c->rate[round] = commands / (seconds_of(CLOCK_MONOTONIC) - before);
    c->cpu[round] = seconds_of(cpu) * 1e6 / commands;
    tell(&it);
  }
  c->memory[round] = (double)end(c, &it).ru_maxrss / 1024;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, int count) {
  qsort(values, (size_t)count, sizeof *values, by_size);
  return values[count / 2];
}

static void print_table(contender *list, int count, int rounds, const char *unit) {
  double first_rate = median(list[0].rate, rounds), first_cpu = median(list[0].cpu, rounds);
  printf("    %-32s %10s/s %6s %8s us %6s %10s\n", "", unit, "ratio", "CPU", "ratio", "memory MB");
  for (contender *c = list; c < list + count; c++) {
    if (c->why_not[0] != '\0') {
      printf("    %-32s %s\n", c->label, c->why_not);
      continue;
    }
    double rate = median(c->rate, rounds), cpu = median(c->cpu, rounds);
    printf("    %-32s %12.0f %6.2f %11.1f %6.2f %10.1f\n", c->label, rate, rate / first_rate, cpu, cpu / first_cpu,
           median(c->memory, rounds));
  }
}

static int read_contenders(char **words, contender *list) {
  int count = 0;
  while (*words != NULL && count < MAX_CONTENDERS) {
    list[count].label = *words++;
    list[count].program = words;
    while (*words != NULL && strcmp(*words, "--") != 0)
      words++;
    if (*words != NULL) *words++ = NULL;
    if (*list[count++].program == NULL) return 0;
  }
  return *words == NULL ? count : 0;
}

int main(int argc, char **argv) {
  static contender list[MAX_CONTENDERS];
  signal(SIGPIPE, SIG_IGN);
  bool from_start = argc > 1 && strcmp(argv[1], "-s") == 0, events = argc > 1 && strcmp(argv[1], "-e") == 0;
  int flags = from_start || events;
  char **words = argv + 1 + flags;
  int rounds = argc > 3 + flags ? atoi(words[0]) : 0, commands = rounds > 0 ? atoi(words[1]) : 0;
  int count = commands > 0 && rounds <= MAX_ROUNDS ? read_contenders(words + 2, list) : 0;
  if (count == 0) {
    fprintf(stderr, "usage: measure [-s | -e] ROUNDS COMMANDS LABEL PROGRAM... [-- LABEL PROGRAM...]...\n");
    return EXIT_FAILURE;
  }
  for (int round = from_start ? -1 : 0; round < rounds; round++) /* -1 warms the caches, and the next overwrites it */
    for (int i = 0; i < count; i++)
      if (list[i].why_not[0] == '\0')
        (from_start ? run_from_start : run_between)(&list[i], round < 0 ? 0 : round, commands);
  print_table(list, count, rounds, from_start ? "processes" : events ? "events" : "commands");
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
