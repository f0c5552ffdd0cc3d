/* One thread of the process that works for those who must do no work with libcurl in theirs.
** SPDX-License-Identifier: MIT */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* pthread_setname_np */
#endif
#include "helper.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static struct {
  pthread_mutex_t
      work; /* the helper has it, but while it waits; so does who forks, and then neither engine is in two */
  pthread_mutex_t mail; /* for what follows and for inboxes; to be taken behind the other */
  pthread_cond_t finished;
  pid_t process; /* whose thread it is; 0: there is none */
  sw_engine *engine;
  sw_errand *first;
  sw_errand *last;
  sw_exchange *ended; /* in the midst of the engine's work: not to be given back yet */
} helper = {.work = PTHREAD_MUTEX_INITIALIZER, .mail = PTHREAD_MUTEX_INITIALIZER, .finished = PTHREAD_COND_INITIALIZER};

static void lock(pthread_mutex_t *mutex) { (void)pthread_mutex_lock(mutex); }

static void unlock(pthread_mutex_t *mutex) { (void)pthread_mutex_unlock(mutex); }

/* {==================================================================
** Inboxes
** =================================================================== */

static void put(sw_inbox *inbox, sw_exchange *x) {
  x->later = NULL;
  if (inbox->last != NULL)
    inbox->last->later = x;
  else
    inbox->first = x;
  inbox->last = x;
}

static void note_end(sw_exchange *x) {
  x->later = helper.ended;
  helper.ended = x;
}

/* With the mail locked. From then on the exchange may be gone at any moment. */
static void give_back(void) {
  while (helper.ended != NULL) {
    sw_exchange *x = helper.ended;
    helper.ended = x->later;
    x->held = x->abandoned;
    put(x->inbox, x);
    if (x->inbox->listener != NULL) sw_engine_ring(x->inbox->listener);
  }
}

/* }================================================================== */

/* {==================================================================
** The thread
** =================================================================== */

static void start(sw_exchange *x) {
  if (sw_engine_start(helper.engine, x)) return;
  sw_exchange_fail(x, SW_INTERNAL, "out of memory");
  note_end(x);
}

static void run(const sw_errand *errand) {
  if (errand->what == SW_START)
    start(errand->exchange);
  else if (errand->what == SW_CANCEL)
    sw_engine_cancel(errand->exchange);
  else
    sw_engine_forget(errand->exchange);
}

/* Somebody waits for the end of an errand of cancelling; the others are within exchanges, and gone with them. */
static sw_errand *run_errands(void) {
  sw_errand *awaited = NULL;
  lock(&helper.mail);
  sw_errand *next = helper.first;
  helper.first = helper.last = NULL;
  unlock(&helper.mail);
  while (next != NULL) {
    sw_errand *errand = next;
    next = errand->next;
    if (errand->what == SW_CANCEL) {
      errand->next = awaited;
      awaited = errand;
    }
    run(errand);
  }
  return awaited;
}

static void report(sw_errand *awaited) {
  lock(&helper.mail);
  give_back();
  for (; awaited != NULL; awaited = awaited->next)
    awaited->finished = true;
  (void)pthread_cond_broadcast(&helper.finished);
  unlock(&helper.mail);
}

static void *serve(void *unused) {
#if defined(__linux__)
  (void)pthread_setname_np(pthread_self(), "signalwire");
#endif
  for (;;) {
    lock(&helper.work);
    sw_engine_work(helper.engine, 0); /* hears the bell; so the errands come behind it */
    report(run_errands());
    unlock(&helper.work);
    sw_engine_wait(helper.engine);
  }
  return unused;
}

/* Every signal is the host's, and is handled in the host's own threads. */
static bool make_thread(void) {
  pthread_t thread;
  sigset_t all, before;
  (void)sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before);
  bool made = pthread_create(&thread, NULL, serve, NULL) == 0;
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (made) (void)pthread_detach(thread);
  return made;
}

/* }================================================================== */

/* {==================================================================
** Forks and the end of the process
** =================================================================== */

static void before_fork(void) {
  lock(&helper.work);
  lock(&helper.mail);
}

static void behind_fork(void) {
  unlock(&helper.mail);
  unlock(&helper.work);
}

/* While exit runs the host's and the libraries' last functions, none of their memory is used here any more. The helper
** may itself wait for a lock that the thread has which called exit, out of a signal handler: so there is a limit. */
static void hold_still(void) {
  struct timespec a_while = {0, 1000000};
  for (int i = 0; i < 500 && pthread_mutex_trylock(&helper.work) != 0; i++)
    (void)nanosleep(&a_while, NULL);
}

static void prepare_process(void) {
  (void)pthread_atfork(before_fork, behind_fork, behind_fork);
  (void)atexit(hold_still);
}

/* With the mail locked: what the parent had under way stays the parent's. Threads of the parent may have waited for the
** condition; here, who tells of it would wait for them. */
static void leave_to_parent(void) {
  helper.finished = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
  (void)sw_engine_patience(helper.engine);
  for (sw_errand *errand = helper.first; errand != NULL; errand = errand->next)
    if (errand->what == SW_START) {
      errand->exchange->sent = true;
      sw_exchange_fail(errand->exchange, SW_CLOSED, "the process forked, and the request is its parent's");
      errand->exchange->stage = SW_DONE;
      note_end(errand->exchange);
    }
  helper.first = helper.last = NULL;
  give_back();
  helper.process = 0;
}

static void open_mail(void) {
  lock(&helper.mail);
  if (helper.process != 0 && helper.process != getpid()) leave_to_parent();
}

static void close_mail(void) { unlock(&helper.mail); }

/* With the mail locked. */
static bool be_there(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  if (helper.process != 0) return true;
  (void)pthread_once(&once, prepare_process);
  if (helper.engine == NULL) {
    helper.engine = sw_engine_new();
    if (helper.engine == NULL) return false;
    sw_engine_on_end(helper.engine, note_end);
  }
  if (!sw_engine_hang_bell(helper.engine) || !make_thread()) return false;
  helper.process = getpid();
  return true;
}

/* }================================================================== */

/* With the mail locked. */
static void entrust(sw_errand *errand) {
  errand->next = NULL;
  if (helper.last != NULL)
    helper.last->next = errand;
  else
    helper.first = errand;
  helper.last = errand;
  sw_engine_ring(helper.engine);
}

void sw_inbox_listen(sw_inbox *inbox, const sw_engine *listener) {
  lock(&helper.mail);
  inbox->listener = listener;
  unlock(&helper.mail);
}

sw_exchange *sw_inbox_take(sw_inbox *inbox) {
  open_mail();
  sw_exchange *x = inbox->first;
  if (x != NULL) {
    inbox->first = x->later;
    if (inbox->first == NULL) inbox->last = NULL;
  }
  close_mail();
  return x;
}

bool sw_helper_start(sw_exchange *x) {
  open_mail();
  bool there = be_there();
  if (there) {
    x->errand = (sw_errand){.exchange = x, .what = SW_START};
    entrust(&x->errand);
  }
  close_mail();
  return there;
}

void sw_helper_cancel(sw_exchange *x) {
  sw_errand errand = {.exchange = x, .what = SW_CANCEL};
  open_mail();
  if (helper.process != 0) {
    entrust(&errand);
    while (!errand.finished)
      (void)pthread_cond_wait(&helper.finished, &helper.mail);
  }
  close_mail();
}

void sw_helper_forget(sw_exchange *x) {
  if (!x->held) {
    sw_exchange_free(x);
    return;
  }
  open_mail();
  if (be_there()) {
    x->errand = (sw_errand){.exchange = x, .what = SW_FORGET};
    entrust(&x->errand);
  }
  close_mail();
}
