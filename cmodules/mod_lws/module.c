// The builtin module _lws: its names, and the protocols that the loop can serve. It converts
// arguments and results, reads and writes streams, and calls handlers; it takes no protocol
// decision.
#include "mod_lws/http/forms.h"
#include "mod_lws/http/request.h"
#include "mod_lws/http/vhost.h"
#include "mod_lws/json.h"
#include "mod_lws/loop/context.h"
#include "mod_lws/loop/generator.h"
#include "mod_lws/loop/task.h"
#include "mod_lws/ws/websocket.h"

#include "py/runtime.h"

// ---- the faces

static const mlws_face_t *const faces[] = { &mlws_http_face, &mlws_websocket_face };

const mlws_face_t *mlws_face_at(size_t i) {
    return i < MP_ARRAY_SIZE(faces) ? faces[i] : NULL;
}

const mlws_face_t *mlws_face_of_vhost(const mp_obj_type_t *type) {
    for (size_t i = 0; i < MP_ARRAY_SIZE(faces); i++) {
        if (faces[i]->vhost == type) {
            return faces[i];
        }
    }
    return NULL;
}

const mlws_face_t *mlws_face_of_role(const lws_role_t *role) {
    for (size_t i = 0; i < MP_ARRAY_SIZE(faces); i++) {
        if (faces[i]->role == role) {
            return faces[i];
        }
    }
    return NULL;
}

// ---- the names

static mp_obj_t lws_context(void) {
    return MP_OBJ_FROM_PTR(mlws_context());
}
static MP_DEFINE_CONST_FUN_OBJ_0(lws_context_obj, lws_context);

static const mp_rom_map_elem_t lws_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR__lws) },
    { MP_ROM_QSTR(MP_QSTR_context), MP_ROM_PTR(&lws_context_obj) },
    { MP_ROM_QSTR(MP_QSTR_Vhost), MP_ROM_PTR(&mlws_vhost_type) },
    { MP_ROM_QSTR(MP_QSTR_Request), MP_ROM_PTR(&mlws_request_type) },
    { MP_ROM_QSTR(MP_QSTR_WebSocket), MP_ROM_PTR(&mlws_websocket_type) },
    { MP_ROM_QSTR(MP_QSTR_NameMissing), MP_ROM_PTR(&mlws_name_missing_type) },
    { MP_ROM_QSTR(MP_QSTR_json_loads), MP_ROM_PTR(&mlws_json_loads_obj) },
    { MP_ROM_QSTR(MP_QSTR_json_dumps), MP_ROM_PTR(&mlws_json_dumps_obj) },
    { MP_ROM_QSTR(MP_QSTR_is_coroutine), MP_ROM_PTR(&mlws_is_coroutine_obj) },
    { MP_ROM_QSTR(MP_QSTR_yields_values), MP_ROM_PTR(&mlws_yields_values_obj) },
    { MP_ROM_QSTR(MP_QSTR_is_waiting), MP_ROM_PTR(&mlws_is_waiting_obj) },
    { MP_ROM_QSTR(MP_QSTR_re_match), MP_ROM_PTR(&mlws_re_match_obj) },
    MLWS_FORMS_TABLE
};
static MP_DEFINE_CONST_DICT(lws_globals, lws_globals_table);

const mp_obj_module_t mlws_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&lws_globals,
};

MP_REGISTER_MODULE(MP_QSTR__lws, mlws_module);
