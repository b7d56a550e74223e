// Instructions to receive one masked text message that lies whole in the buffer, from lws_ws_rx to
// its event. Run it under callgrind with two counts; the difference over the difference of the
// counts is the price of one message, without start-up:
//
//     valgrind --tool=callgrind --callgrind-out-file=/dev/null ws_frame COUNT SIZE [KIND]
//
// KIND: ascii (when absent), latin (two-byte characters), chunks (ascii in pieces of 1460 bytes),
// zero (no message at all: what the loop itself costs, to be taken off)
#include <stdio.h>
#include <stdlib.h>

#include "lws/ws/frame.h"

#define MAX_SIZE 65536
#define MSS 1460

static const uint8_t key[4] = { 0x37, 0xfa, 0x21, 0x3d };
static uint8_t wire[LWS_WS_MAX_HEADER + MAX_SIZE], buf[LWS_WS_MAX_HEADER + MAX_SIZE];

static void *resize(void *user, void *p, size_t old_size, size_t size) {
    (void)user;
    (void)old_size;
    if (size == 0) {
        free(p);
        return NULL;
    }
    return realloc(p, size);
}

static size_t build(size_t size, const char *text) {
    size_t n = lws_ws_put_header(wire, LWS_WS_TEXT, true, size, key);
    for (size_t i = 0; i < size; ++i) {
        wire[n + i] = (uint8_t)text[i & 1] ^ key[i & 3];
    }
    return n + size;
}

// Feeds the wire in pieces; the payload bytes of the events.
static size_t receive(lws_ws_rx_t *x, size_t n, size_t piece) {
    lws_ws_event_t ev;
    size_t got = 0;
    for (size_t at = 0; at < n; at += piece) {
        size_t most = n - at < piece ? n - at : piece;
        if (lws_ws_rx(x, buf + at, most, &ev) != (int)most) {
            abort();
        }
        got += ev.type == LWS_WS_EV_DATA ? ev.data.n : 0;
    }
    return got;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        return 2;
    }
    unsigned count = (unsigned)atoi(argv[1]);
    size_t size = (size_t)atoi(argv[2]);
    char kind = argc > 3 ? argv[3][0] : 'a';
    if (size > MAX_SIZE) {
        return 2;
    }
    lws_mem_t mem = { resize, NULL };
    lws_ws_rx_t x;
    lws_ws_rx_init(&x, &mem, 0, 0);
    size_t n = build(size, kind == 'l' ? "\xc3\xa9" : "az");
    size_t got = 0;
    for (unsigned i = 0; i < count; ++i) {
        memcpy(buf, wire, n);
        if (kind != 'z') {
            got += receive(&x, n, kind == 'c' ? MSS : n);
        }
    }
    lws_ws_rx_free(&x);
    printf("%zu\n", got);
    return kind != 'z' && got != count * size;
}
