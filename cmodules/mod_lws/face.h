// What a protocol gives the loop: one constant table. The loop knows no protocol by name: it reads
// and writes the streams, hands what the core makes of them to the connection's face, and says
// when the connection can take more, or has gone. A protocol is a room of its own (http/, ws/),
// which includes the loop's headers and its own, and one row in module.c.
//
// A connection has room for a face's own state, all-zero when it is opened:
//
//     typedef struct mlws_x {
//         mlws_exchange_t x;      // first: an upgrade hands it on to the next face
//         ...
//     } mlws_x_t;
//     MLWS_FACE_FITS(mlws_x_t);
#ifndef MOD_LWS_FACE_H
#define MOD_LWS_FACE_H

#include "py/obj.h"

#include "lws/core/event.h"
#include "lws/core/role.h"
#include "lws/core/vhost.h"

typedef struct mlws_conn mlws_conn_t;

// A number of the core's settings for a role, by its name in Python.
typedef struct mlws_setting {
    uint16_t name;              // qstr
    uint8_t at;                 // offset in the struct of the settings
    uint16_t most;              // of a uint16_t, which is at least 1; 0: a uint32_t, any
} mlws_setting_t;

typedef struct mlws_settings {
    void (*begin)(lws_settings_t *s, lws_vhost_t *vh);      // the defaults, on a vhost
    uint8_t size;               // of the struct
    uint8_t count;
    mlws_setting_t numbers[];
} mlws_settings_t;

// By whom a connection is handed over to another protocol (HTTP's Upgrade), as plain values.
typedef struct mlws_opening {
    lws_span_t key;             // what the peer wants to be answered with (Sec-WebSocket-Key)
    lws_span_t protocol;        // the chosen subprotocol, or empty
    lws_span_t fields;          // more of the answer, as it goes on the wire
    mp_obj_t handler;           // a callable for each message, or MP_OBJ_NULL
} mlws_opening_t;

// None of these is called for a connection that has gone. Only event, ended and gone may raise.
typedef struct mlws_face {
    const lws_role_t *role;     // of the core: speaks it
    const mlws_settings_t *settings;    // of the role, for each vhost; NULL: it has none
    // Accepted connections of such a vhost begin with it: a Python type whose objects are an
    // mlws_vhost_t first. NULL: an upgrade leads here.
    const mp_obj_type_t *vhost;
    const char *full;           // what a peer is told for whom the vhost has no room, or NULL
    // Another face hands the connection over: answers, and returns the Python object that the
    // application talks to. Raises, and nothing has changed. NULL: none does.
    mp_obj_t (*opened)(mlws_conn_t *k, const mlws_opening_t *o);
    void (*event)(mlws_conn_t *k, const lws_event_t *ev);
    // An Exception left event. Raises KeyboardInterrupt and SystemExit only.
    void (*failed)(mlws_conn_t *k, mp_obj_t exc);
    // The input of this turn goes away: what is borrowed from it is copied now. NULL: nothing is.
    void (*settled)(mlws_conn_t *k);
    // k->eager is set, and the stream takes more. NULL: it never is.
    void (*writable)(mlws_conn_t *k);
    // The coroutine that had the connection opened has ended: with a value, or an exception.
    // NULL: none has.
    void (*ended)(mlws_conn_t *k, bool ok, mp_obj_t value);
    // The peer has sent its last byte, and nothing waits to go out to it. True: ask again when the
    // tasks that are due have run. NULL: it is not asked.
    bool (*left)(mlws_conn_t *k);
    // The connection has gone: lets go of what it holds, then tells who waits for more
    // (mlws_exchange_gone). Who waits for output is told afterwards. True: cancel is called, when
    // no task runs.
    bool (*gone)(mlws_conn_t *k);
    // Nobody is there any more for whom coroutines of a connection that has gone go on. May raise.
    // NULL: they do.
    void (*cancel)(mlws_conn_t *k);
} mlws_face_t;

// ---- module.c: the table
// Whose connections begin with it; NULL: it is no vhost.
const mlws_face_t *mlws_face_of_vhost(const mp_obj_type_t *type);
// NULL: the firmware has no such protocol.
const mlws_face_t *mlws_face_of_role(const lws_role_t *role);
// Every one, from 0; NULL: no more.
const mlws_face_t *mlws_face_at(size_t i);

#endif
