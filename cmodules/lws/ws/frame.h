// WebSocket frames and messages (RFC 6455 section 5), either side.
//
//      0               1               2               3
//     +-+-+-+-+-------+-+-------------+-------------------------------+
//     |F|R|R|R| opcode|M| length (7)  |  extended length (16 or 64)   |
//     |I|S|S|S|  (4)  |A|  126: 16 bit follow, 127: 64 bit follow     |
//     |N|V|V|V|       |S|             |                               |
//     +-+-+-+-+-------+-+-------------+ - - - - - - - - - - - - - - - +
//     | masking key (32), when M                | payload ...         |
//     +-----------------------------------------+---------------------+
#ifndef LWS_WS_FRAME_H
#define LWS_WS_FRAME_H

#include "lws/base/mem.h"
#include "lws/base/span.h"

#define LWS_WS_MAX_MESSAGE 65536        // bytes of a whole message (close code 1009)
#define LWS_WS_MAX_CONTROL 125          // bytes of a control frame's payload (section 5.5)
#define LWS_WS_MAX_HEADER 14            // bytes of a frame header

enum {                                  // opcodes
    LWS_WS_CONT = 0, LWS_WS_TEXT = 1, LWS_WS_BINARY = 2,
    LWS_WS_CLOSE = 8, LWS_WS_PING = 9, LWS_WS_PONG = 10,
};

// Close codes (section 7.4.1, and 1012 to 1014 of IANA's registry).
enum {
    LWS_WS_NORMAL = 1000,
    LWS_WS_GOING_AWAY = 1001,
    LWS_WS_PROTOCOL_ERROR = 1002,
    LWS_WS_BAD_TYPE = 1003,             // a kind of data that the endpoint does not take
    LWS_WS_NO_STATUS = 1005,            // the close frame had no code; never on the wire
    LWS_WS_ABNORMAL = 1006,             // there was no close frame; never on the wire
    LWS_WS_BAD_DATA = 1007,             // text that is not UTF-8
    LWS_WS_POLICY = 1008,
    LWS_WS_TOO_BIG = 1009,
    LWS_WS_NO_EXTENSION = 1010,
    LWS_WS_INTERNAL = 1011,
    LWS_WS_RESTART = 1012,
    LWS_WS_TRY_LATER = 1013,
    LWS_WS_BAD_GATEWAY = 1014,
};

typedef enum lws_ws_type {
    LWS_WS_NONE,            // all input is used, more is needed
    LWS_WS_EV_DATA,         // opcode TEXT or BINARY (of continuations too), data, first, final:
                            // a whole message, or in chunk mode a piece of one
    LWS_WS_EV_PING,         // data: answer with a PONG of the same
    LWS_WS_EV_PONG,         // data
    LWS_WS_EV_CLOSE,        // code (LWS_WS_NO_STATUS when absent), data: the reason, valid UTF-8
} lws_ws_type_t;

typedef struct lws_ws_event {
    lws_ws_type_t type;     // the other fields are set when it is not NONE
    uint8_t opcode;
    bool first, final;      // both true for a whole message and for control frames
    uint16_t code;          // EV_CLOSE
    lws_span_t data;        // unmasked; borrowed from the input or the parser until the next call
} lws_ws_event_t;

// One receiving direction: 48 bytes on a 32-bit machine. Made by lws_ws_rx_init; all but flags and
// code is private. Between messages it owns no memory, once the event of the last was let go.
typedef struct lws_ws_rx {
    const lws_mem_t *mem;
    uint8_t *acc;               // a message that came in pieces; behind it, a control payload
    uint32_t acc_cap;
    uint32_t got;               // payload bytes of this message so far
    uint32_t max_message;
    uint32_t utf8;              // state of the validator across fragments
    union {
        uint8_t header[LWS_WS_MAX_HEADER];  // while one is incomplete
        struct {
            uint64_t left;      // payload bytes to go
            uint8_t key[4];     // masking key, rotated to the next byte
        } frame;                // while in its payload
    } u;
    uint8_t stage;              // 0: at a header
    uint8_t have;               // header bytes so far
    uint8_t opcode;             // of the message being received, 0: none
    uint8_t head;               // byte 0 of the frame header: FIN and opcode
    uint8_t control;            // payload bytes of a control frame so far
    uint8_t flags;              // LWS_WS_CHUNKS may be switched while lws_ws_rx_idle
    uint16_t code;              // after an error: the close code to send (1002 1007 1009 1011)
} lws_ws_rx_t;

enum {                      // flags of lws_ws_rx_init
    LWS_WS_CLIENT = 1,      // we are the client: the server must not mask (section 5.1)
    LWS_WS_CHUNKS = 2,      // pieces as they come, no whole messages
};

// max_message counts in chunk mode too. 0: LWS_WS_MAX_MESSAGE, or in chunk mode no limit.
void lws_ws_rx_init(lws_ws_rx_t *x, const lws_mem_t *mem, uint8_t flags, uint32_t max_message);

// Reads input, unmasking it in place (buf is written), stops after one event. Bytes consumed, or
// LWS_ERR_PROTO, LWS_ERR_TOO_BIG, LWS_ERR_NOMEM; after an error x->code is the close code to send,
// and every later call returns the error again. After EV_CLOSE all input is dropped (section
// 5.5.1). Whole-message mode: the same events for any split. Chunk mode: the same bytes, first and
// final for any split, in as many pieces as there were reads; text is checked as it goes, so a
// piece may end inside a character, and pieces may have been handed out before the one that turns
// out wrong.
int lws_ws_rx(lws_ws_rx_t *x, uint8_t *buf, size_t len, lws_ws_event_t *ev);

// Between messages and frames, neither closed nor failed.
static inline bool lws_ws_rx_idle(const lws_ws_rx_t *x) {
    return x->stage == 0 && x->have == 0 && x->opcode == 0;
}

// The event has been used: frees what it borrowed, if nothing else is under way. The next
// lws_ws_rx does it too; a connection that may now be quiet for hours calls this at once.
void lws_ws_rx_trim(lws_ws_rx_t *x);

// Frees everything; x may be initialised again.
void lws_ws_rx_free(lws_ws_rx_t *x);

// Writes a frame header into dst (LWS_WS_MAX_HEADER bytes); its length. mask: four random bytes
// when we are the client, else NULL.
size_t lws_ws_put_header(uint8_t *dst, uint8_t opcode, bool final, uint64_t len,
    const uint8_t *mask);

// XORs n bytes with the key, whose first byte goes to p[0]. dst may be p. True when a byte of the
// result is not ASCII.
bool lws_ws_mask(uint8_t *dst, const uint8_t *p, size_t n, const uint8_t key[4]);

// May this code be in a close frame? (1000 to 1003, 1007 to 1014, 3000 to 4999)
bool lws_ws_code_ok(unsigned code);

#endif
