// A parsed head without a parser: for tests of what reads one.
#ifndef TESTS_UNIT_HTTP_HEAD_H
#define TESTS_UNIT_HTTP_HEAD_H

#include "lws/http/header.h"

// fields: "Name: value" lines, each ending with '\n'; the text must outlive the head.
void http_head(lws_head_t *h, lws_method_t method, const char *fields);

#endif
