// The error numbers of the whole core. Functions return LWS_OK or a length (>= 0), or one of
// these. Each says who is to blame, so that a caller knows what to do without knowing the
// protocol.
#ifndef LWS_BASE_ERR_H
#define LWS_BASE_ERR_H

enum {
    LWS_OK = 0,
    LWS_ERR_PROTO = -1,         // the peer broke the protocol: close, tell it if it can be told
    LWS_ERR_TOO_BIG = -2,       // the peer went past a named limit, which may be raised: refuse
    LWS_ERR_STATE = -3,         // the caller asked at a wrong time: a bug above
    LWS_ERR_NOSPC = -4,         // the caller's buffer is too small: nothing was written
    LWS_ERR_NOMEM = -5,         // the machine has no memory left: drop this peer, keep the others
    LWS_ERR_CLOSED = -6,        // the connection is gone
    LWS_ERR_UNSUPPORTED = -7,   // the peer asked for something valid that is not implemented
};

#endif
