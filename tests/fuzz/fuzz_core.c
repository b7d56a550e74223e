#ifndef _GNU_SOURCE
#define _GNU_SOURCE         // memmem
#endif
// Two connections of one context, driven by the input: what the peers send and read, what the
// application does inside and outside of events, time, and memory that runs out.
//
//     input: | op, argument | op, argument | ...          (op FEED: argument bytes follow)
//
// After every step the pump's invariants hold (fp_check); at the end nothing is left over, and
// what each peer got is HTTP answers, as many as requests at most, and then WebSocket frames.
#include "befall.h"
#include "lws/ws/frame.h"
#include "unity.h"

#define CONNS 2
#define MAX_REQUESTS 4096
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define NOTHING lws_span(NULL, 0)

typedef struct app {
    bool head_only[MAX_REQUESTS];   // the requests so far: was it HEAD?
    size_t requests;
} app_t;

static fp_t p;
static test_mem_t mem;
static app_t apps[FP_CONNS];
static fp_conn_t *conns[CONNS];
static uint8_t large[8192];
static uint8_t habit;               // what handlers do: a step of the script of their own
static unsigned depth;

static const char *const templates[] = {
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "HEAD /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3\r\nabc\r\n2;x\r\nde\r\n0\r\nA: b\r\n\r\n",
    "HEAD / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nX",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n\r\n",
    "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",             // "Hello"
    "\x01\x83\x37\xfa\x21\x3d\x7f\x9f\x4d\x80\x82\x37\xfa\x21\x3d\x5b\x95",     // in two
    "\x89\x82\x37\xfa\x21\x3d\x7f\x9f",
    "\x88\x82\x37\xfa\x21\x3d\x34\x12",                         // CLOSE 1000
    "\x82\xfe\x04\x00\x01\x02\x03\x04",                         // 1024 bytes, to come
    "0123456789\r\n\r\n",
    "broken\r\n",
};

// ---- the application

static void act(fp_conn_t *k, uint8_t what, lws_span_t data) {
    lws_conn_t *c = &k->c;
    size_t n = (size_t)(what >> 4) * (what >> 4) * 30;      // 0 to 6750 bytes
    lws_span_t body = data.n ? data : lws_span(large, n);
    lws_response_t r = {
        .status = 200, .body = body, .length = body.n, .type = LWS_LIT("text/plain"),
    };
    switch (what & 15) {
        case 0:
            lws_conn_respond(c, &r);
            break;
        case 1:
            r.length += 100;
            lws_conn_respond(c, &r);
            break;
        case 2:
            r.chunked = true;
            lws_conn_respond(c, &r);
            break;
        case 3:
            r.status = what & 16 ? 204 : 304;
            r.chunked = what & 32;
            lws_conn_respond(c, &r);
            break;
        case 4:
            r.close = true;
            r.type = what & 16 ? r.type : LWS_LIT("bad\r\n");
            lws_conn_respond(c, &r);
            break;
        case 5:
            lws_conn_body(c, body, false);
            break;
        case 6:
            lws_conn_body(c, body, true);
            break;
        case 7:
            lws_conn_websocket(c, LWS_LIT(KEY), NOTHING, NOTHING);
            break;
        case 8:
            lws_conn_send(c, LWS_WS_TEXT, body, true);
            break;
        case 9:
            lws_conn_send(c, what & 16 ? LWS_WS_BINARY : LWS_WS_CONT, body, what & 32);
            break;
        case 10:
            lws_conn_send(c, LWS_WS_PING, body, true);
            break;
        case 11:
            lws_conn_close(c, what & 16 ? 1000 : what * 16u, LWS_LIT("reason"));
            break;
        case 12:
            lws_conn_hold(c, true);
            break;
        case 13:
            lws_conn_hold(c, false);
            break;
        case 14:
            if (what & 16) {
                lws_conn_abort(c);
            }
            break;
        default:
            break;      // later
    }
}

static fp_conn_t *conn(unsigned i) {
    i %= CONNS;
    if (!conns[i]->open && p.count < FP_CONNS) {
        conns[i] = fp_open(&p, &lws_role_h1);
    }
    return conns[i];
}

static void on_event(fp_conn_t *k, const lws_event_t *ev) {
    app_t *a = &apps[k - p.conns];
    if (ev->type == LWS_EV_REQUEST) {
        unity_check(a->requests < MAX_REQUESTS, __LINE__, "MAX_REQUESTS");
        a->head_only[a->requests++] = lws_event_head(ev)->method == LWS_METHOD_HEAD;
        if (ev->code == 101 && habit & 1) {
            act(k, 7, NOTHING);
        }
    }
    bool has_data = ev->type != LWS_EV_REQUEST && ev->type != LWS_EV_CLOSED;
    act(k, habit, has_data ? ev->data : NOTHING);
    // The other connection, and this one again, from inside.
    fp_conn_t *other = conns[k == conns[0]];
    if (habit & 16 && depth < 3 && other && other->open) {
        depth++;
        FP_CALL(other, {
            act(other, 8 | (habit & 0xe0), has_data ? ev->data : NOTHING);
            if (habit & 32) {
                FP_CALL(k, act(k, 8 | (habit & 0xc0), NOTHING));
            }
        });
        depth--;
    }
}

// ---- what a peer got

static size_t check_frame(const uint8_t *at, size_t n) {
    if (n < 2) {
        return n;
    }
    uint8_t opcode = at[0] & 15;
    unity_check(!(at[0] & 0x70) && !(at[1] & 0x80), __LINE__, "frame: RSV or MASK");
    unity_check(opcode <= 2 || (opcode >= 8 && opcode <= 10), __LINE__, "frame: opcode");
    size_t head = at[1] < 126 ? 2 : at[1] == 126 ? 4 : 10, size = 0;
    if (n < head) {
        return n;
    }
    for (size_t i = 2; i < head; i++) {
        size = size << 8 | at[i];
    }
    size = head + (head == 2 ? at[1] : size);
    unity_check(size < 100000, __LINE__, "frame: length");
    return size < n ? size : n;
}

static size_t check_chunks(const uint8_t *at, size_t n) {
    size_t i = 0;
    while (i < n) {
        size_t size = 0, digits = 0;
        for (; i < n && at[i] != '\r'; i++, digits++) {
            uint8_t c = at[i];
            unity_check((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'), __LINE__, "chunk: size");
            size = size * 16 + (c <= '9' ? c - '0' : c - 'a' + 10u);
        }
        unity_check(i == n || (digits && digits < 8), __LINE__, "chunk: digits");
        i += 2 + size;
        if (i + 1 < n) {
            unity_check(at[i] == '\r' && at[i + 1] == '\n', __LINE__, "chunk: end");
        }
        i += 2;
        if (!size) {
            break;
        }
    }
    return i < n ? i : n;
}

// One answer; *final: it is a request's.
static size_t check_answer(const uint8_t *at, size_t n, bool no_body, unsigned *status) {
    static const char version[] = "HTTP/1.1 ";
    size_t most = n < 9 ? n : 9;
    unity_equal_mem(version, at, most, __LINE__, "answer");
    const uint8_t *end = memmem(at, n, "\r\n\r\n", 4);
    if (!end) {
        return n;
    }
    size_t head = (size_t)(end - at) + 4;
    *status = (at[9] - '0') * 100u + (at[10] - '0') * 10u + at[11] - '0';
    unity_check(*status >= 100 && *status < 600, __LINE__, "status");
    no_body |= *status < 200 || *status == 204 || *status == 304;
    const uint8_t *length = memmem(at, head, "Content-Length: ", 16);
    if (no_body) {
        return head;
    }
    if (memmem(at, head, "chunked", 7)) {
        return head + check_chunks(at + head, n - head);
    }
    if (!length) {
        return n;       // until the end
    }
    size_t size = 0;
    for (length += 16; *length >= '0' && *length <= '9'; length++) {
        size = size * 10 + *length - '0';
    }
    return head + size < n ? head + size : n;
}

static void check_output(const fp_conn_t *k) {
    const app_t *a = &apps[k - p.conns];
    bool websocket = false;
    size_t answered = 0;
    for (size_t i = 0; i < k->out_n;) {
        if (websocket) {
            i += check_frame(k->out + i, k->out_n - i);
            continue;
        }
        unsigned status = 0;
        bool head_only = answered < a->requests && a->head_only[answered];
        i += check_answer(k->out + i, k->out_n - i, head_only, &status);
        websocket = status == 101;
        answered += status >= 200;
    }
    // One more may refuse what never became a request.
    unity_check(answered <= a->requests + 1, __LINE__, "more answers than requests");
}

// ---- the script

static void feed_template(fp_conn_t *k, uint8_t arg) {
    const char *t = templates[arg % (sizeof(templates) / sizeof(templates[0]))];
    size_t n = memchr(t, 0, 8) ? 8 : strlen(t);
    fp_feed(k, t, n);
}

// Whoever held back for the old limit looks again.
static void set_max_tx(uint32_t n) {
    p.vh.max_tx = n;
    for (size_t i = 0; i < CONNS; i++) {
        if (conns[i]->open) {
            FP_CALL(conns[i], (void)0);
        }
    }
}

static void step(uint8_t op, uint8_t arg, const uint8_t *data, size_t n) {
    fp_conn_t *k = conn(op >> 7);
    switch (op & 15) {
        case 0:
            fp_feed(k, data, n);
            break;
        case 1:
        case 2:
        case 3:
            feed_template(k, arg);
            break;
        case 4:
        case 5:
            if (k->open) {
                FP_CALL(k, act(k, arg, NOTHING));
            }
            break;
        case 6:
            habit = arg;
            break;
        case 14:
            set_max_tx(arg < 100 ? arg * 100u : LWS_MAX_TX);
            break;
        default:
            befall(k, &mem, op & 15, arg);
            break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    test_mem_init(&mem, 0);
    memset(apps, 0, sizeof(apps));
    memset(conns, 0, sizeof(conns));
    memset(large, 'x', sizeof(large));
    habit = 15;
    fp_init(&p, &mem.mem, on_event, NULL);
    p.quiet = true;
    for (size_t i = 0; i < CONNS; i++) {
        conns[i] = fp_open(&p, &lws_role_h1);
    }
    for (size_t i = 0; i + 1 < size;) {
        uint8_t op = data[i], arg = data[i + 1];
        i += 2;
        size_t n = (op & 15) == 0 ? arg : 0;
        n = n < size - i ? n : size - i;
        step(op, arg, data + i, n);
        i += n;
    }
    for (size_t i = 0; i < p.count; i++) {
        check_output(&p.conns[i]);
    }
    fp_close(&p);
    test_mem_check_empty(&mem, __LINE__);
    return 0;
}
