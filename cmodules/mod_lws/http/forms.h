// Plain functions and parsers of HTTP's small formats, for the frozen Python: queries, forms,
// cookies, dates, passwords.
#ifndef MOD_LWS_HTTP_FORMS_H
#define MOD_LWS_HTTP_FORMS_H

#include "py/obj.h"

#include "lws/http/multipart.h"

extern const mp_obj_fun_builtin_fixed_t mlws_pairs_obj, mlws_cookies_obj, mlws_text_obj;
extern const mp_obj_fun_builtin_fixed_t mlws_re_match_obj;      // regex.c
extern const mp_obj_fun_builtin_fixed_t mlws_http_date_obj, mlws_parse_date_obj;
extern const mp_obj_fun_builtin_fixed_t mlws_basic_obj, mlws_challenge_obj, mlws_compare_obj;
extern const mp_obj_fun_builtin_fixed_t mlws_mime_obj, mlws_reason_obj, mlws_accepts_obj;
extern const mp_obj_fun_builtin_var_t mlws_url_decode_obj, mlws_url_encode_obj;
extern const mp_obj_fun_builtin_var_t mlws_set_cookie_obj;

// ---- multidict.c, multipart.c
extern const mp_obj_type_t mlws_multidict_type, mlws_multipart_type;

// Rows of the module's table.
#define MLWS_FORMS_TABLE \
    { MP_ROM_QSTR(MP_QSTR_text), MP_ROM_PTR(&mlws_text_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_parse_form), MP_ROM_PTR(&mlws_pairs_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_parse_query), MP_ROM_PTR(&mlws_pairs_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_parse_cookies), MP_ROM_PTR(&mlws_cookies_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_url_decode), MP_ROM_PTR(&mlws_url_decode_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_url_encode), MP_ROM_PTR(&mlws_url_encode_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_set_cookie), MP_ROM_PTR(&mlws_set_cookie_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_http_date), MP_ROM_PTR(&mlws_http_date_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_parse_date), MP_ROM_PTR(&mlws_parse_date_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_b64_decode_basic), MP_ROM_PTR(&mlws_basic_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_basic_challenge), MP_ROM_PTR(&mlws_challenge_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_compare), MP_ROM_PTR(&mlws_compare_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_mime), MP_ROM_PTR(&mlws_mime_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_reason), MP_ROM_PTR(&mlws_reason_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_accepts_encoding), MP_ROM_PTR(&mlws_accepts_obj) }, \
    { MP_ROM_QSTR(MP_QSTR_MultiDict), MP_ROM_PTR(&mlws_multidict_type) }, \
    { MP_ROM_QSTR(MP_QSTR_Multipart), MP_ROM_PTR(&mlws_multipart_type) }, \
    { MP_ROM_QSTR(MP_QSTR_PART), MP_ROM_INT(LWS_MULTIPART_PART) }, \
    { MP_ROM_QSTR(MP_QSTR_DATA), MP_ROM_INT(LWS_MULTIPART_DATA) }, \
    { MP_ROM_QSTR(MP_QSTR_PART_END), MP_ROM_INT(LWS_MULTIPART_PART_END) }, \
    { MP_ROM_QSTR(MP_QSTR_END), MP_ROM_INT(LWS_MULTIPART_END) },

#endif
