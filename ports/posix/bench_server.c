// The server that is measured: greets, echoes, serves files.
//
//   lws-bench-server [--port N] [--www DIR] [--loop NAME] [N [DIR]]
//   GET /          "Hello, World!"
//   GET /static/   files of DIR
//   ws  /echo      sends every message back
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lws/ws/handshake.h"
#include "posix/server.h"

static lws_server_t server;

static void on_hello(lws_stream_t *k, const lws_event_t *ev) {
    if (ev->type == LWS_EV_REQUEST) {
        lws_server_answer(k, 200, LWS_LIT("Hello, World!"));
    }
}

static void on_echo(lws_stream_t *k, const lws_event_t *ev) {
    if (ev->type == LWS_EV_MESSAGE) {
        lws_conn_send(&k->c, (uint8_t)ev->code, ev->data, true);
    } else if (ev->type == LWS_EV_REQUEST && ev->code == 101) {
        lws_span_t key = lws_head_get(lws_event_head(ev), LWS_HDR_SEC_WEBSOCKET_KEY);
        lws_span_t offered = lws_head_get(lws_event_head(ev), LWS_HDR_SEC_WEBSOCKET_PROTOCOL);
        lws_span_t protocol = lws_ws_pick_protocol(offered, LWS_LIT("echo"));
        lws_conn_websocket(&k->c, key, protocol, lws_span(NULL, 0));
    } else if (ev->type == LWS_EV_REQUEST) {
        lws_response_t r = {
            .status = 426,
            .fields = LWS_LIT("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"),
        };
        lws_conn_respond(&k->c, &r);
    }
}

static lws_route_t hello = { .path = LWS_LIT("/"), .on = on_hello };
static lws_route_t echo = { .path = LWS_LIT("/echo"), .on = on_echo };

static void on_signal(int sig) {
    (void)sig;
    lws_loop_stop(&server.loop);
}

static void catch_signals(void) {
    struct sigaction a = { .sa_handler = on_signal };
    sigaction(SIGTERM, &a, NULL);
    sigaction(SIGINT, &a, NULL);
}

typedef struct settings {
    unsigned long port;
    const lws_loop_ops_t *ops;
    lws_span_t www;
} settings_t;

static bool set(settings_t *to, int option, const char *value) {
    char *end = "";
    if (option == 'p') {
        to->port = strtoul(value, &end, 10);
    } else if (option == 'w') {
        to->www = lws_span(value, strlen(value));
    } else if (option == 'l' && strcmp(value, "poll") == 0) {
        to->ops = &lws_loop_poll;
    } else if (option != 'l' || strcmp(value, "epoll") != 0) {
        return false;
    }
    return !*end && to->port <= 65535;
}

static bool read_options(settings_t *to, int argc, char **argv) {
    static const struct option options[] = {
        { "port", required_argument, NULL, 'p' },
        { "www", required_argument, NULL, 'w' },
        { "loop", required_argument, NULL, 'l' },
        { 0 },
    };
    static const char positional[] = { 'p', 'w' };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (!set(to, option, optarg)) {
            return false;
        }
    }
    for (int i = 0; optind < argc; i++) {
        if (i == 2 || !set(to, positional[i], argv[optind++])) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv) {
    settings_t settings = { .port = 7681 };
    if (!read_options(&settings, argc, argv)) {
        fprintf(stderr, "usage: %s [--port N] [--www DIR] [--loop epoll|poll] [N [DIR]]\n",
            argv[0]);
        return 2;
    }
    lws_mount_t mount = { .prefix = LWS_LIT("/static"), .origin = settings.www };
    if (lws_server_open(&server, settings.ops)) {
        perror("lws-bench-server");
        return 1;
    }
    server.mounts = &mount;
    server.mount_count = mount.origin.n ? 1 : 0;
    lws_server_route(&server, &echo);
    lws_server_route(&server, &hello);
    int port = lws_server_listen(&server, "127.0.0.1", (unsigned)settings.port);
    if (port < 0) {
        fprintf(stderr, "lws-bench-server: port %lu: %s\n", settings.port, strerror(errno));
        lws_server_close(&server);
        return 1;
    }
    catch_signals();
    printf("http://127.0.0.1:%d/\n", port);
    fflush(stdout);
    lws_loop_run(&server.loop);
    lws_server_close(&server);
    return 0;
}
