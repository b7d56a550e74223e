// The peer of our figures: the same small server on the system's libwebsockets.
//
//   lws_peer PORT FOLDER
//   GET /          "Hello, World!"
//   GET /static/   files of FOLDER
//   ws  /          subprotocol "echo": sends every message back
#include <libwebsockets.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define MAX_MESSAGE 65536

static const char hello[] = "Hello, World!";
static volatile sig_atomic_t stopped;

struct echo {
    size_t len;
    enum lws_write_protocol kind;
    unsigned char room[LWS_PRE + MAX_MESSAGE];
};

static int send_head(struct lws *wsi) {
    unsigned char buf[LWS_PRE + 512], *start = buf + LWS_PRE, *p = start, *end = buf + sizeof(buf);
    size_t len = sizeof(hello) - 1;
    if (lws_add_http_common_headers(wsi, HTTP_STATUS_OK, "text/plain", len, &p, end)) {
        return 1;
    }
    if (lws_finalize_write_http_header(wsi, start, &p, end)) {
        return 1;
    }
    lws_callback_on_writable(wsi);
    return 0;
}

static int on_http(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in,
    size_t len) {
    unsigned char buf[LWS_PRE + sizeof(hello)];
    switch (why) {
        case LWS_CALLBACK_HTTP:
            return send_head(wsi);
        case LWS_CALLBACK_HTTP_WRITEABLE:
            memcpy(buf + LWS_PRE, hello, sizeof(hello) - 1);
            if (lws_write(wsi, buf + LWS_PRE, sizeof(hello) - 1, LWS_WRITE_HTTP_FINAL) < 0) {
                return 1;
            }
            return lws_http_transaction_completed(wsi) ? -1 : 0;
        default:
            return lws_callback_http_dummy(wsi, why, user, in, len);
    }
}

static int on_echo(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in,
    size_t len) {
    struct echo *echo = user;
    switch (why) {
        case LWS_CALLBACK_RECEIVE:
            if (lws_is_first_fragment(wsi)) {
                echo->len = 0;
                echo->kind = lws_frame_is_binary(wsi) ? LWS_WRITE_BINARY : LWS_WRITE_TEXT;
            }
            if (len > MAX_MESSAGE - echo->len) {
                return -1;
            }
            memcpy(echo->room + LWS_PRE + echo->len, in, len);
            echo->len += len;
            if (lws_is_final_fragment(wsi)) {
                lws_callback_on_writable(wsi);
            }
            return 0;
        case LWS_CALLBACK_SERVER_WRITEABLE:
            return lws_write(wsi, echo->room + LWS_PRE, echo->len, echo->kind) < 0 ? -1 : 0;
        default:
            return 0;
    }
}

static const struct lws_protocols protocols[] = {
    { .name = "http", .callback = on_http },
    { .name = "echo", .callback = on_echo, .per_session_data_size = sizeof(struct echo),
      .rx_buffer_size = MAX_MESSAGE },
    { .name = NULL },
};

static void stop(int sig) {
    (void)sig;
    stopped = 1;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    struct lws_http_mount files = {
        .mountpoint = "/static", .mountpoint_len = 7, .origin = argv[2],
        .origin_protocol = LWSMPRO_FILE,
    };
    struct lws_context_creation_info info = {
        .port = atoi(argv[1]), .protocols = protocols, .mounts = &files, .gid = -1, .uid = -1,
    };
    signal(SIGTERM, stop);
    lws_set_log_level(LLL_ERR, NULL);
    struct lws_context *context = lws_create_context(&info);
    if (!context) {
        return 1;
    }
    while (!stopped && lws_service(context, 0) >= 0) {
    }
    lws_context_destroy(context);
    return 0;
}
