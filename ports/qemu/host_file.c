// A file of /host.
#include "host_vfs.h"

#include <string.h>

#include "semihost.h"

#include "py/builtin.h"
#include "py/mperrno.h"
#include "py/runtime.h"
#include "py/stream.h"

typedef struct {
    mp_obj_base_t base;
    int handle;             // -1: closed
    uint32_t offset;
} host_file_t;

bool host_is_folder(int handle) {
    char first;
    bool folder = semihost_length(handle) > 0 && semihost_read(handle, &first, 1) == 0;
    semihost_seek(handle, 0);
    return folder;
}

mp_obj_t host_file_open(const char *path, const char *mode) {
    if (strpbrk(mode, "wax+")) {
        mp_raise_OSError(MP_EROFS);
    }
    host_file_t *f = mp_obj_malloc_with_finaliser(host_file_t,
        strchr(mode, 'b') ? &host_file_type : &host_text_type);
    f->offset = 0;
    f->handle = semihost_open(path);
    if (f->handle < 0) {
        mp_raise_OSError_with_filename(MP_ENOENT, path);
    }
    if (host_is_folder(f->handle)) {
        semihost_close(f->handle);
        f->handle = -1;
        mp_raise_OSError_with_filename(MP_EISDIR, path);
    }
    return MP_OBJ_FROM_PTR(f);
}

static mp_uint_t host_read(mp_obj_t self, void *buf, mp_uint_t size, int *errcode) {
    host_file_t *f = MP_OBJ_TO_PTR(self);
    if (f->handle < 0) {
        *errcode = MP_EBADF;
        return MP_STREAM_ERROR;
    }
    size_t n = semihost_read(f->handle, buf, size);
    f->offset += n;
    return n;
}

static mp_uint_t seek(host_file_t *f, struct mp_stream_seek_t *to, int *errcode) {
    mp_off_t from = to->whence == MP_SEEK_SET ? 0
        : to->whence == MP_SEEK_CUR ? (mp_off_t)f->offset : semihost_length(f->handle);
    if (from + to->offset < 0) {
        *errcode = MP_EINVAL;
        return MP_STREAM_ERROR;
    }
    f->offset = from + to->offset;
    semihost_seek(f->handle, f->offset);
    to->offset = f->offset;
    return 0;
}

static mp_uint_t host_ioctl(mp_obj_t self, mp_uint_t request, uintptr_t arg, int *errcode) {
    host_file_t *f = MP_OBJ_TO_PTR(self);
    if (request == MP_STREAM_CLOSE) {
        if (f->handle >= 0) {
            semihost_close(f->handle);
            f->handle = -1;
        }
        return 0;
    }
    if (f->handle < 0) {
        *errcode = MP_EBADF;
        return MP_STREAM_ERROR;
    }
    switch (request) {
        case MP_STREAM_SEEK:
            return seek(f, (struct mp_stream_seek_t *)arg, errcode);
        case MP_STREAM_POLL:
            return arg & MP_STREAM_POLL_RD;
        case MP_STREAM_FLUSH:
            return 0;
    }
    *errcode = MP_EINVAL;
    return MP_STREAM_ERROR;
}

static const mp_rom_map_elem_t file_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_read), MP_ROM_PTR(&mp_stream_read_obj) },
    { MP_ROM_QSTR(MP_QSTR_readinto), MP_ROM_PTR(&mp_stream_readinto_obj) },
    { MP_ROM_QSTR(MP_QSTR_readline), MP_ROM_PTR(&mp_stream_unbuffered_readline_obj) },
    { MP_ROM_QSTR(MP_QSTR_readlines), MP_ROM_PTR(&mp_stream_unbuffered_readlines_obj) },
    { MP_ROM_QSTR(MP_QSTR_seek), MP_ROM_PTR(&mp_stream_seek_obj) },
    { MP_ROM_QSTR(MP_QSTR_tell), MP_ROM_PTR(&mp_stream_tell_obj) },
    { MP_ROM_QSTR(MP_QSTR_close), MP_ROM_PTR(&mp_stream_close_obj) },
    { MP_ROM_QSTR(MP_QSTR___del__), MP_ROM_PTR(&mp_stream_close_obj) },
    { MP_ROM_QSTR(MP_QSTR___enter__), MP_ROM_PTR(&mp_identity_obj) },
    { MP_ROM_QSTR(MP_QSTR___exit__), MP_ROM_PTR(&mp_stream___exit___obj) },
};
static MP_DEFINE_CONST_DICT(file_locals, file_locals_table);

static const mp_stream_p_t file_stream = { .read = host_read, .ioctl = host_ioctl };

MP_DEFINE_CONST_OBJ_TYPE(
    host_file_type,
    MP_QSTR_FileIO,
    MP_TYPE_FLAG_ITER_IS_STREAM,
    protocol, &file_stream,
    locals_dict, &file_locals
    );

static const mp_stream_p_t text_stream = {
    .read = host_read,
    .ioctl = host_ioctl,
    .is_text = true,
};

MP_DEFINE_CONST_OBJ_TYPE(
    host_text_type,
    MP_QSTR_TextIOWrapper,
    MP_TYPE_FLAG_ITER_IS_STREAM,
    protocol, &text_stream,
    locals_dict, &file_locals
    );
