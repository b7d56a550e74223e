#include "mod_lws/loop/settings.h"

#include "mod_lws/error.h"
#include "mod_lws/mem.h"

#include "py/runtime.h"

void mlws_settings_begin(mlws_vhost_t *v) {
    const mlws_face_t *face;
    for (size_t i = 0; (face = mlws_face_at(i)) != NULL; i++) {
        if (face->settings) {
            face->settings->begin(m_malloc0(face->settings->size), &v->vh);
        }
    }
}

uint32_t mlws_get_u32(mp_obj_t v) {
    uint64_t n = mlws_get_u64(v);
    if (n > UINT32_MAX) {
        mp_raise_ValueError(MP_ERROR_TEXT("must not be above 32 bits"));
    }
    return (uint32_t)n;
}

static uint16_t get_up_to(mp_obj_t v, unsigned most) {
    uint64_t n = mlws_get_u64(v);
    if (!n || n > most) {
        mp_raise_msg_varg(&mp_type_ValueError, MP_ERROR_TEXT("must be 1 to %d"), most);
    }
    return (uint16_t)n;
}

static void load_or_store(void *number, unsigned most, mp_obj_t *dest) {
    if (dest[0] == MP_OBJ_NULL) {
        dest[0] = mp_obj_new_int_from_uint(most ? *(uint16_t *)number : *(uint32_t *)number);
    } else {
        if (most) {
            *(uint16_t *)number = get_up_to(dest[1], most);
        } else {
            *(uint32_t *)number = mlws_get_u32(dest[1]);
        }
        dest[0] = MP_OBJ_NULL;
    }
}

void mlws_settings_attr(mlws_vhost_t *v, qstr attr, mp_obj_t *dest) {
    const mlws_face_t *face;
    for (size_t i = 0; (face = mlws_face_at(i)) != NULL; i++) {
        const mlws_settings_t *s = face->settings;
        for (size_t j = 0; s && j < s->count; j++) {
            const mlws_setting_t *f = &s->numbers[j];
            if (f->name == attr) {
                uint8_t *set = (void *)lws_vhost_settings(&v->vh, face->role);
                load_or_store(set + f->at, f->most, dest);
                return;
            }
        }
    }
    if (dest[0] == MP_OBJ_NULL) {
        dest[1] = MP_OBJ_SENTINEL;
    }
}
