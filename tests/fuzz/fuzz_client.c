// A client's connection and a server that says anything: answers whole, broken and in pieces,
// frames, ends; what the application asks and sends inside and outside of events; time, streams
// that take no more, and memory that runs out.
//
//     input: | op, argument | op, argument | ...          (op FEED: argument bytes follow)
//
// After every step the pump's invariants hold (fp_check); at the end nothing is left over. What
// the application is told is one answer to a request at most, its body ends once, and a connection
// that fails says whose fault it was.
#include "befall.h"
#include "lws/core/ws_client.h"
#include "unity.h"

#define NOTHING lws_span(NULL, 0)

static fp_t p;
static test_mem_t mem;
static fp_conn_t *k;
static lws_ws_ask_t question;
static uint8_t large[8192];
static uint8_t habit;               // what handlers do: a step of the script of their own
static bool owed, in_body, in_message;  // an answer, the rest of a body, of a message
static bool websocket;

static const char *const templates[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 204 x\r\n\r\n",
    "HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 103 x\r\nLink: </a>\r\n\r\n",
    "HTTP/1.0 200 OK\r\n\r\n",
    "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a\r\nabc\r\n0\r\nETag: x\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.1 503 x\r\nRetry-After: 3\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno",
    "HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n",
    "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "3\r\nabc\r\n",
    "0\r\n\r\n",
    "\x81\x02hi", "\x01\x02hi", "\x80\x02hi", "\x89\x01p", "\x8a\x01p",
    "\x88\x02\x03\xe8", "\x82\x7e\x04\x00", "\x81\x81" "abcd" "e",
    "HTTP/1.1 ", "broken\r\n",
};

// The right answer to the last handshake.
static void feed_accept(const char *more) {
    uint8_t wire[300], accept[LWS_WS_ACCEPT_LEN];
    lws_out_t o = lws_out(wire, sizeof(wire));
    lws_ws_accept(question.key, accept);
    LWS_OUT_LIT(&o, "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: ");
    lws_out_put(&o, accept, sizeof(accept));
    LWS_OUT_LIT(&o, "\r\n");
    lws_out_put(&o, more, strlen(more));
    fp_feed(k, wire, o.len);
}

// ---- the application

static void ask(uint8_t what, lws_span_t body) {
    static const char *const methods[] = { "GET", "HEAD", "POST", "CONNECT" };
    const char *method = methods[what >> 6];
    lws_request_t r = {
        .method = lws_span(method, strlen(method)), .target = LWS_LIT("/a"), .host = LWS_LIT("a"),
        .chunked = what & 1, .expect = what & 2, .close = what & 4,
    };
    if (what & 8) {
        r.body = r.expect ? NOTHING : body;
        r.length = body.n + (what & 16 ? 100 : 0);
    }
    if (what & 32) {
        r.upgrade = LWS_LIT("raw");
    }
    if (lws_conn_request(&k->c, &r) == LWS_OK) {
        unity_check(!owed && !in_body, __LINE__, "a second exchange");
        owed = true;
    }
}

static void ask_websocket(uint8_t what) {
    lws_ws_ask_t a = { .target = LWS_LIT("/ws"), .host = LWS_LIT("a") };
    a.fields = LWS_LIT("X: y\r\n");
    a.protocols = what & 16 ? LWS_LIT("chat, echo") : NOTHING;
    if (lws_conn_websocket_ask(&k->c, &a) == LWS_OK) {
        unity_check(!owed && !in_body, __LINE__, "a second exchange");
        question = a;
        owed = true;
    }
}

static void act(uint8_t what, lws_span_t data) {
    lws_conn_t *c = &k->c;
    size_t n = (size_t)(what >> 4) * (what >> 4) * 30;      // 0 to 6750 bytes
    lws_span_t body = data.n ? data : lws_span(large, n);
    switch (what & 15) {
        case 0:
        case 1:
            ask((uint8_t)(what << 3 | what >> 5), body);
            break;
        case 2:
            ask(what, body);
            break;
        case 3:
            ask_websocket(what);
            break;
        case 4:
            lws_conn_body(c, body, false);
            break;
        case 5:
            lws_conn_body(c, body, true);
            break;
        case 6:
            lws_conn_send(c, LWS_WS_TEXT, body, true);
            break;
        case 7:
            lws_conn_send(c, what & 16 ? LWS_WS_BINARY : LWS_WS_CONT, body, what & 32);
            break;
        case 8:
            lws_conn_send(c, LWS_WS_PING, body, true);
            break;
        case 9:
            lws_conn_close(c, what & 16 ? 1000 : what * 16u, LWS_LIT("reason"));
            break;
        case 10:
            lws_conn_hold(c, true);
            break;
        case 11:
            lws_conn_hold(c, false);
            break;
        case 12:
            lws_conn_switch(c, &lws_role_raw);
            break;
        case 13:
            lws_conn_chunks(c);
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

static void on_response(const lws_event_t *ev) {
    const lws_head_t *h = lws_event_head(ev);
    lws_span_t protocol;
    unity_check(owed, __LINE__, "an answer that nobody asked for");
    unity_check(ev->code >= 200 || ev->code == 101, __LINE__, "an interim answer");
    owed = false;
    in_body = ev->more;
    lws_http_retry_after(h, p.ctx.unix_s);
    if (ev->code == 101 && lws_conn_websocket_open(&k->c, &question, h, &protocol) == LWS_OK) {
        websocket = true;
        unity_check(!protocol.n || question.protocols.n, __LINE__, "a protocol nobody asked for");
    }
}

static void on_event(fp_conn_t *conn, const lws_event_t *ev) {
    unity_check(conn == k, __LINE__, "another connection");
    bool has_data = true;
    if (ev->type == LWS_EV_RESPONSE) {
        on_response(ev);
        has_data = false;
    } else if (ev->type == LWS_EV_BODY && k->c.role == &lws_role_h1c) {
        unity_check(in_body, __LINE__, "a body that has ended");
        in_body = !ev->final;
    } else if (ev->type == LWS_EV_MESSAGE && websocket) {
        unity_check(ev->first == !in_message, __LINE__, "the first piece of a message");
        in_message = !ev->final;
    } else if (ev->type == LWS_EV_CLOSED || ev->type == LWS_EV_CONTINUE) {
        has_data = false;
    }
    act(habit, has_data ? ev->data : NOTHING);
}

// ---- the script

static void open_next(void) {
    if (!k->open && p.count < FP_CONNS) {
        owed = in_body = in_message = websocket = false;
        k = fp_open(&p, &lws_role_h1c);
    }
}

static void feed_template(uint8_t arg) {
    const char *t = templates[arg % (sizeof(templates) / sizeof(templates[0]))];
    size_t n = memchr(t, 0, 4) ? 4 : strlen(t);
    fp_feed(k, t, n);
}

static void step(uint8_t op, uint8_t arg, const uint8_t *data, size_t n) {
    if ((op & 15) != 14) {      // limits are set while no connection has them
        open_next();
    }
    switch (op & 15) {
        case 0:
            fp_feed(k, data, n);
            break;
        case 1:
        case 2:
            feed_template(arg);
            break;
        case 3:
            feed_accept(arg & 1 ? "\r\n" : arg & 2 ? "Sec-WebSocket-Protocol: echo\r\n\r\n" : "X");
            break;
        case 4:
        case 5:
            if (k->open) {
                FP_CALL(k, act(arg, NOTHING));
            }
            break;
        case 6:
            habit = arg;
            break;
        case 14:
            if (!k->open) {
                p.http_client.limits.head = (uint16_t)(arg * 8);
                p.http_client.limits.body = arg;
            }
            break;
        default:
            befall(k, &mem, op & 15, arg);
            break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    test_mem_init(&mem, 0);
    memset(large, 'x', sizeof(large));
    memset(&question, 0, sizeof(question));
    habit = 15;
    owed = in_body = in_message = websocket = false;
    fp_init(&p, &mem.mem, on_event, NULL);
    p.quiet = true;
    k = fp_open(&p, &lws_role_h1c);
    for (size_t i = 0; i + 1 < size;) {
        uint8_t op = data[i], arg = data[i + 1];
        i += 2;
        size_t n = (op & 15) == 0 ? arg : 0;
        n = n < size - i ? n : size - i;
        step(op, arg, data + i, n);
        i += n;
        bool blamed = k->open || !k->failed || k->fault || k->close_code
            || k->c.role != &lws_role_h1c || !(owed || in_body);
        unity_check(blamed, __LINE__, "a failure without a fault");
    }
    fp_close(&p);
    test_mem_check_empty(&mem, __LINE__);
    return 0;
}
