// Reading and writing a connection's stream: the only place that does.
#ifndef MOD_LWS_STREAM_H
#define MOD_LWS_STREAM_H

#include "mod_lws/mlws.h"

#define MLWS_AGAIN ((mp_uint_t)-2)      // nothing now
#define MLWS_FAILED ((mp_uint_t)-1)     // the stream is broken

// These never raise.
mp_uint_t mlws_stream_read(mlws_conn_t *k, uint8_t *buf, size_t n);     // 0: end of input
mp_uint_t mlws_stream_write(mlws_conn_t *k, const lws_iov_t *iov, int count);
void mlws_stream_close(mp_obj_t stream);
// Tells the peer that nothing more comes, where the stream can.
void mlws_stream_shutdown(mlws_conn_t *k);

#endif
