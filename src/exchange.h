/* One HTTP request and its response.
** SPDX-License-Identifier: MIT */
#ifndef SW_EXCHANGE_H
#define SW_EXCHANGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "libcurl.h"

#pragma GCC visibility push(hidden)

/* What an exchange can end with. The words are those of the Lua side. */
#define SW_OUTCOMES(X) \
  X(SW_ANSWERED, "answered") \
  X(SW_CONNECT, "connect") \
  X(SW_TLS, "tls") \
  X(SW_TIMEOUT, "timeout") \
  X(SW_NETWORK, "network") \
  X(SW_DECODE, "decode") \
  X(SW_TOO_LARGE, "too_large") \
  X(SW_CANCELLED, "cancelled") \
  X(SW_CLOSED, "closed") \
  X(SW_INTERNAL, "internal")

#define X(name, word) name,
typedef enum sw_outcome { SW_OUTCOMES(X) } sw_outcome;
#undef X

const char *sw_outcome_word(sw_outcome outcome);

/* What is the same for every exchange with one server. It never changes, and lives while anybody holds it. */
typedef struct sw_target {
  atomic_int holders; /* in this thread, and in the helper's */
  char *origin;       /* scheme, host and port, no path */
  CURLU *url;         /* the same, once it was used */
  char *ca_file;      /* NULL: the system's trust roots */
  char *proxy;        /* NULL: what the environment says; "": none */
  struct curl_slist *headers;
  struct curl_slist *headers_of_large; /* requests */
  bool encrypted;
  bool http2;
  bool mends_headers; /* this libcurl needs it */
  bool by_helper;     /* the helper thread is to do the work */
  bool channel;       /* its connections carry no requests: see channel.h */
  size_t max_connections;
  size_t max_response;
} sw_target;

/* A target with one holder and no field set but the numbers; NULL where memory is short. */
sw_target *sw_target_new(void);
bool sw_target_set(char **field, const char *value);
bool sw_target_add_header(sw_target *target, const char *line);
sw_target *sw_target_hold(sw_target *target);
void sw_target_release(sw_target *target);

typedef struct sw_request {
  const char *method;
  const char *path;
  const char *body; /* NULL: none */
  size_t body_length;
  double timeout;         /* seconds for the whole of it, the queue included */
  double connect_timeout; /* seconds from the name to the end of the handshake */
} sw_request;

typedef enum sw_stage { SW_QUEUED, SW_RUNNING, SW_DONE } sw_stage;

struct sw_desk;
struct sw_engine;
struct sw_inbox;

/* What the helper thread is to do with an exchange. */
typedef struct sw_errand {
  struct sw_errand *next;
  struct sw_exchange *exchange;
  enum { SW_START, SW_CANCEL, SW_FORGET } what;
  bool finished;
} sw_errand;

struct sw_exchange;

/* A handle of libcurl's, and what it is prepared for: the next exchange of the same kind needs only its body set. */
typedef struct sw_seat {
  CURL *easy;
  sw_target *target;            /* held */
  struct sw_exchange *exchange; /* which it carries, or carried last */
  char *path;                   /* these are set as they stand here: */
  bool posts;
  const struct curl_slist *headers;
  double connect_timeout;
  char detail[CURL_ERROR_SIZE]; /* what libcurl says of a failure */
} sw_seat;

typedef struct sw_exchange {
  sw_target *target; /* NULL: it is at rest */
  char *path;        /* the three in one piece of memory, of 'room' bytes */
  const char *method;
  const char *body;
  size_t body_length;
  size_t room;

  sw_stage stage;
  sw_outcome outcome;
  bool sent;      /* may anything of the request have left? */
  bool connected; /* the connection stood, and the request was about to go */
  bool abandoned; /* ended, but libcurl holds it until a name resolves */
  bool forgotten; /* abandoned, and to be freed then */
  bool reused;    /* over a connection that stood before */
  long preamble;  /* what went out before the request: a proxy's CONNECT */
  long status;
  sw_buffer headers; /* the lines of the final response, its status line first */
  sw_buffer response;
  bool overflow;
  bool headed;         /* the empty line behind the headers came */
  const char *message; /* why it failed */
  char *detail;        /* what libcurl says of that, where it says more than the code; ours to free */

  /* The engine's own */
  struct sw_engine *engine; /* NULL once done */
  unsigned long ticket;     /* by which its end is announced; 0: it is not */
  struct sw_host *host;
  struct sw_exchange *next, *previous;
  sw_seat *seat; /* while it runs */
  double began;
  double timeout;
  double connect_timeout;
  double deadline; /* the whole of it must end by then */
  double due;      /* the nearer deadline, by which the heap is ordered */
  size_t heap_place;

  /* The desk's own, and the helper's */
  struct sw_desk *desk;
  bool handed; /* over to the helper, and not taken back: till then nothing else here may be touched */
  bool held;   /* the helper's engine holds it although it has ended */
  sw_errand errand;
  struct sw_inbox *inbox;
  struct sw_exchange *later; /* behind it in an inbox */
} sw_exchange;

/* NULL where memory is short. */
sw_exchange *sw_exchange_new(sw_target *target, const sw_request *request);
void sw_exchange_free(sw_exchange *x);

/* Leaves one that has ended without what it was for, but with its memory; to be begun anew. */
void sw_exchange_rest(sw_exchange *x);
/* False where memory is short; then it can only be freed. */
bool sw_exchange_begin(sw_exchange *x, sw_target *target, const sw_request *request);

/* NULL where memory is short. */
sw_seat *sw_seat_new(void);
void sw_seat_free(sw_seat *seat);
/* Frees it, but not its handle, which belongs to the process that this one forked from. */
void sw_seat_leave(sw_seat *seat);

/* Is a name being resolved for it, as far as libcurl knows? */
bool sw_seat_resolves(const sw_seat *seat);

/* Makes the seat carry this exchange. False where memory is short; then the seat is of no use any more. */
bool sw_seat_take(sw_seat *seat, sw_exchange *x);

/* Takes from the handle what libcurl knows of the exchange. */
void sw_exchange_observe(sw_exchange *x);
/* Says how it ended: as libcurl has it, or as the engine has. */
void sw_exchange_conclude(sw_exchange *x, CURLcode code);
/* The message must stay as long as the exchange. */
void sw_exchange_fail(sw_exchange *x, sw_outcome outcome, const char *message);

#pragma GCC visibility pop

#endif
