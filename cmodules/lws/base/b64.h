// Base64 (RFC 4648 sections 4 and 5): both alphabets, with and without padding, whole or in
// pieces. Decoding is strict: one text decodes from exactly one input. Foreign characters, the
// other alphabet, padding missing or where there should be none, anything behind padding, and bits
// set in the unused end (RFC 4648 section 3.5) are LWS_ERR_PROTO. Not for secrets on a machine
// whose timing somebody else can watch: it branches on what it reads.
#ifndef LWS_BASE_B64_H
#define LWS_BASE_B64_H

#include "lws/base/err.h"
#include "lws/base/span.h"

// How a text is written: these are or-ed.
enum {
    LWS_B64_STD = 0,        // + and / ; padded with = to a multiple of four
    LWS_B64_URL = 1,        // - and _ in their place
    LWS_B64_NO_PAD = 2,     // without =
    LWS_B64_SPACE = 4,      // decoding: space, tab, CR and LF are skipped (PEM, MIME)
};

// Characters for n bytes, padded; without padding they are fewer.
#define LWS_B64_ENCODED_SIZE(n) (((n) + 2) / 3 * 4)
// Bytes from n characters, at most.
#define LWS_B64_DECODED_SIZE(n) (((n) + 3) / 4 * 3)

// The length written (no zero byte behind it), or LWS_ERR_NOSPC.
int lws_b64_encode(unsigned how, lws_span_t bytes, char *text, size_t cap);

// The length written, LWS_ERR_PROTO or LWS_ERR_NOSPC; after an error bytes may be half filled.
// bytes may be where text is: what is written never overtakes what is read.
int lws_b64_decode(unsigned how, lws_span_t text, uint8_t *bytes, size_t cap);

enum {
    LWS_B64_WANT_INPUT = 0,     // all input is used
    LWS_B64_WANT_OUTPUT = 1,    // out has no room for the next byte: call again with some
};

// A decoder that can stop at any byte of input or output. All zero is a decoder for LWS_B64_STD.
typedef struct lws_b64 {
    uint8_t how;            // LWS_B64_*
    uint8_t quantum;        // characters of the current four, padding included; 0xff: an error
    uint8_t pads;           // of them padding; stays when the four are complete, as the text is
    uint8_t bits;           // those of the last character that made no byte yet, in the low end
} lws_b64_t;

// Takes from the front of *in and appends to *out. LWS_B64_WANT_INPUT, LWS_B64_WANT_OUTPUT, or
// LWS_ERR_PROTO, then and in every later call.
int lws_b64_rx(lws_b64_t *d, lws_span_t *in, lws_out_t *out);
// The text ends here: LWS_OK, or LWS_ERR_PROTO when it must not.
int lws_b64_end(const lws_b64_t *d);

#endif
