// How a connection that we open comes about: its phases, several addresses with a head start each,
// one time for all of it, and which phase and peer it failed in. No I/O here: the owner looks up
// the name, opens sockets, and says what became of them.
//
//     NAME -> CONNECT -> HANDSHAKE -> OPEN          each may end in FAILED
//
//     lws_connect_begin, look the name up
//     lws_connect_named                  it has addresses, in the order to try them in
//     after every call: lws_connect_next, until it says none: open a socket to that one
//     lws_connect_made, _refused         a socket is connected, or is not. Once one is made, close
//                                        the others that are in `trying`
//     lws_connect_opened                 the protocol's handshake is through
//     at lws_connect_deadline: lws_connect_expire
//
// To cancel, close the sockets of `trying` and the one that won; nothing else is held.
#ifndef LWS_CORE_CONNECT_H
#define LWS_CORE_CONNECT_H

#include <stdbool.h>
#include <stdint.h>

// Defaults. Times in milliseconds.
#define LWS_CONNECT_MS 20000            // for everything
#define LWS_CONNECT_HEAD_START_MS 250   // of an address before the next one (RFC 8305 section 5)
#define LWS_CONNECT_MAX_ADDRESSES 8     // that are tried; further ones are not

#define LWS_CONNECT_NONE (-1)           // no address
#define LWS_CONNECT_TIMEOUT (-1)        // error: time was up. Errors of the owner are not this

typedef enum lws_connect_phase {
    LWS_CONNECT_NAME,
    LWS_CONNECT_CONNECT,
    LWS_CONNECT_HANDSHAKE,
    LWS_CONNECT_OPEN,
    LWS_CONNECT_FAILED,
} lws_connect_phase_t;

typedef struct lws_connect {
    uint64_t until_us;          // when time is up; UINT64_MAX: never
    uint64_t next_us;           // when the next address has its turn
    int error;                  // FAILED: the owner's number (errno), or LWS_CONNECT_TIMEOUT
    uint8_t phase;              // lws_connect_phase_t
    uint8_t failed_in;          // FAILED: the phase it was in
    uint8_t count, begun;       // addresses, and how many were begun
    uint8_t trying;             // bit i: address i is being connected to
    // the address that is connected, or that the error is about; LWS_CONNECT_NONE
    int8_t peer;
} lws_connect_t;

// timeout_ms 0: no limit.
void lws_connect_begin(lws_connect_t *x, uint64_t now_us, uint32_t timeout_ms);

// In NAME: it has so many addresses. A literal address is one, at once. 0: error says why.
void lws_connect_named(lws_connect_t *x, uint64_t now_us, unsigned count, int error);

// In CONNECT: the address to begin with now, LWS_CONNECT_NONE: none, or not yet.
int lws_connect_next(lws_connect_t *x, uint64_t now_us);

// Of an address in `trying`. The last to be refused gives the error of them all.
void lws_connect_made(lws_connect_t *x, int address);
void lws_connect_refused(lws_connect_t *x, uint64_t now_us, int address, int error);

// In HANDSHAKE.
void lws_connect_opened(lws_connect_t *x);
void lws_connect_broken(lws_connect_t *x, int error);

// When to call lws_connect_expire, absolute; UINT64_MAX: never.
uint64_t lws_connect_deadline(const lws_connect_t *x);
void lws_connect_expire(lws_connect_t *x, uint64_t now_us);

#endif
