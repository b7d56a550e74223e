// The Python WebSocket object, and the face of its connections.
#ifndef MOD_LWS_WS_WEBSOCKET_H
#define MOD_LWS_WS_WEBSOCKET_H

#include "mod_lws/face.h"

extern const mp_obj_type_t mlws_websocket_type;
extern const mlws_face_t mlws_websocket_face;

#endif
