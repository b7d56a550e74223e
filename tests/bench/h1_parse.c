// Instructions per parsed request: valgrind --tool=callgrind on two counts of rounds, the
// difference divided by the rounds between.
//     h1_parse hello|browser|post|response ROUNDS
#include <stdlib.h>

#include "lws/http/h1.h"

static const struct {
    const char *name;
    bool response;
    const char *text;
} messages[] = {
    { "hello", false, "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n" },
    { "browser", false,     // 15 fields, 600 bytes
      "GET /dashboard/index.html?tab=live HTTP/1.1\r\n"
      "Host: device.local:8080\r\n"
      "Connection: keep-alive\r\n"
      "Cache-Control: max-age=0\r\n"
      "Upgrade-Insecure-Requests: 1\r\n"
      "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
      "Accept: text/html,application/xml;q=0.9,image/webp,*/*;q=0.8\r\n"
      "Accept-Language: en-US,en;q=0.5\r\n"
      "Accept-Encoding: gzip, deflate\r\n"
      "Referer: http://device.local:8080/\r\n"
      "Cookie: session=8f2c1d\r\n"
      "Sec-Fetch-Dest: document\r\n"
      "Sec-Fetch-Mode: navigate\r\n"
      "Sec-Fetch-Site: none\r\n"
      "If-None-Match: \"5f3c-1a2b\"\r\n"
      "Priority: u=0, i\r\n"
      "\r\n" },
    { "post", false,
      "POST /set HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
      "Content-Type: application/json\r\nContent-Length: 11\r\n\r\n"
      "{\"led\":true}" },
    { "response", true,
      "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: x\r\n"
      "Transfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n0\r\n\r\n" },
};

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    const size_t count = sizeof(messages) / sizeof(messages[0]);
    size_t which = 0;
    while (which < count && strcmp(messages[which].name, argv[1]) != 0) {
        which++;
    }
    if (which == count) {
        return 2;
    }
    const uint8_t *text = (const uint8_t *)messages[which].text;
    size_t len = strlen(messages[which].text), events = 0;
    static lws_head_t head;
    lws_mem_t none = { NULL, NULL };    // nothing is allocated: a call would crash
    lws_h1_t x;
    lws_h1_init(&x, &none, NULL, messages[which].response);
    x.head = &head;
    long rounds = atol(argv[2]);
    for (long i = 0; i < rounds; i++) {
        lws_h1_event_t ev;
        size_t at = 0;
        do {
            int n = lws_h1_rx(&x, text + at, len - at, &ev);
            if (n < 0) {
                return 1;
            }
            at += (size_t)n;
            events++;
        } while (ev.type != LWS_H1_END);
    }
    return events == 0;
}
