// A client's connection on the fake pump, and what it makes of answers, for tests of
// core/role_h1c.
//
//     asker_open_asked(&asker_get); FP_FEED(asker.k, "HTTP/1.1 ..."); asker_close_pump();
#ifndef TESTS_UNIT_ASKER_H
#define TESTS_UNIT_ASKER_H

#include "support/fake_pump.h"
#include "support/test_mem.h"

typedef struct asker {
    fp_t p;
    test_mem_t mem;
    fp_conn_t *k;
    bool again;             // ask anew at the end of an answer
    int asked;              // what that said
    evlog_t said;           // events, with the pieces of a body joined
} asker_t;

extern asker_t asker;

extern const lws_request_t asker_get;               // GET /a?b of box:80
lws_request_t asker_with(const char *method);       // the same with another method

void asker_open_pump(void);                         // and a connection, asker.k
void asker_close_pump(void);
void asker_open_asked(const lws_request_t *r);      // it has asked; the output is forgotten
int asker_ask(const lws_request_t *r);
int asker_body(lws_span_t data, bool last);

// What a client makes of an answer to r, and then of its end (eof). Any pieces say the same.
void asker_expect_after(const lws_request_t *r, const char *wire, bool eof, const char *log);

#endif
