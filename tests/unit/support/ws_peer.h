// The other end of a WebSocket, for tests: writes frames, and reads what the parser makes of them
// as a log.
//
//     peer_frame(LWS_WS_TEXT, MORE, "Hel");
//     peer_frame(LWS_WS_PING, LAST, "!");
//     peer_frame(LWS_WS_CONT, LAST, "lo");
//     PEER_EXPECT("PING !\nTEXT Hello\n");
//
// The same log is expected of both sides (masked and not), of whole messages and of chunks, which
// are joined here, and of every split of the wire. A message is one line when it ends; an error
// ends the log, "PROTO 1002\n", and so does "CLOSE 1000 reason\n". Long data is its length and a
// checksum.
#ifndef TESTS_UNIT_WS_PEER_H
#define TESTS_UNIT_WS_PEER_H

#include "lws/ws/frame.h"
#include "support/split.h"
#include "support/test_mem.h"

enum { MORE = 0, LAST = 1 };

#define PEER_MAX_MESSAGE 1000       // of the parsers here, unless peer_limit says otherwise
#define PEER_SHOWN 150              // more data than this is its length and a checksum

void peer_limit(uint32_t max_message);
// Adds a frame; the payload is a C string, or n bytes, or n times the same byte.
void peer_frame(uint8_t opcode, int last, const char *payload);
void peer_bytes(uint8_t opcode, int last, const void *payload, size_t n);
void peer_fill(uint8_t opcode, int last, char byte, size_t n);
// Adds a close frame.
void peer_close(unsigned code, const char *reason);
// Adds bytes to the wire as they are: for one side only.
void peer_raw(const void *p, size_t n);

// The wire of all frames, as the peer of a parser with these flags writes it; the next frame
// begins anew.
const uint8_t *peer_wire(uint8_t flags, size_t *n);
// The line of the log for n times a byte.
const char *peer_line(const char *kind, char byte, size_t n);

// Checks the log of all frames; what is added next begins anew, with the usual limit. BY: by one
// kind of parser only.
void peer_expect(const char *log, int line);
void peer_expect_by(uint8_t flags, const char *log, int line);
#define PEER_EXPECT(log) peer_expect((log), __LINE__)
#define PEER_EXPECT_BY(flags, log) peer_expect_by((flags), (log), __LINE__)

// A parser whose events go to a log; it is trimmed after each, and must own nothing when it is
// idle.
typedef struct peer_rx {
    lws_ws_rx_t rx;
    test_mem_t mem;
    uint8_t flags;
    uint32_t max_message;
    size_t n;                   // of the message in chunks, so far
    bool begun, dead;
} peer_rx_t;

void peer_rx_open(peer_rx_t *p);        // flags and max_message are set
// A line of the log: kind and the data, or its length and sum when it is long.
void peer_log_data(evlog_t *log, const char *kind, const uint8_t *p, size_t n);
void peer_rx_feed(peer_rx_t *p, uint8_t *buf, size_t n, evlog_t *log);
void peer_rx_close(peer_rx_t *p);

#endif
