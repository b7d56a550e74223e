// /host: the files of the computer that runs QEMU, for reading. /host/etc/hosts is /etc/hosts.
//
// Semihosting opens files by name and tells their length, no more: there is no list of a folder,
// and no time of a file.
#include "host_vfs.h"

#include "semihost.h"

#include "extmod/vfs.h"
#include "py/mperrno.h"
#include "py/runtime.h"

static const mp_obj_base_t host_vfs_obj = { &host_vfs_type };

static mp_obj_t host_make_new(const mp_obj_type_t *type, size_t n_args, size_t n_kw,
    const mp_obj_t *args) {
    (void)type;
    (void)args;
    mp_arg_check_num(n_args, n_kw, 0, 0, false);
    return MP_OBJ_FROM_PTR(&host_vfs_obj);
}

static mp_obj_t host_mount(mp_obj_t self, mp_obj_t readonly, mp_obj_t mkfs) {
    (void)self;
    (void)readonly;
    if (mp_obj_is_true(mkfs)) {
        mp_raise_OSError(MP_EPERM);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_3(host_mount_obj, host_mount);

static mp_obj_t host_open(mp_obj_t self, mp_obj_t path, mp_obj_t mode) {
    (void)self;
    return host_file_open(mp_obj_str_get_str(path), mp_obj_str_get_str(mode));
}
static MP_DEFINE_CONST_FUN_OBJ_3(host_open_obj, host_open);

static mp_import_stat_t look_up(const char *path, int *size) {
    int handle = semihost_open(path);
    if (handle < 0) {
        return MP_IMPORT_STAT_NO_EXIST;
    }
    *size = semihost_length(handle);
    bool folder = host_is_folder(handle);
    semihost_close(handle);
    return folder ? MP_IMPORT_STAT_DIR : MP_IMPORT_STAT_FILE;
}

static mp_import_stat_t host_import_stat(void *self, const char *path) {
    (void)self;
    int size;
    return look_up(path, &size);
}

static mp_obj_tuple_t *ten_zeros(void) {
    mp_obj_tuple_t *t = MP_OBJ_TO_PTR(mp_obj_new_tuple(10, NULL));
    for (size_t i = 0; i < t->len; i++) {
        t->items[i] = MP_OBJ_NEW_SMALL_INT(0);
    }
    return t;
}

static mp_obj_t host_stat(mp_obj_t self, mp_obj_t path) {
    (void)self;
    int size;
    mp_import_stat_t kind = look_up(mp_obj_str_get_str(path), &size);
    if (kind == MP_IMPORT_STAT_NO_EXIST) {
        mp_raise_OSError(MP_ENOENT);
    }
    mp_obj_tuple_t *stat = ten_zeros();
    bool file = kind == MP_IMPORT_STAT_FILE;
    stat->items[0] = MP_OBJ_NEW_SMALL_INT(file ? MP_S_IFREG : MP_S_IFDIR);
    stat->items[6] = MP_OBJ_NEW_SMALL_INT(file ? size : 0);
    return MP_OBJ_FROM_PTR(stat);
}
static MP_DEFINE_CONST_FUN_OBJ_2(host_stat_obj, host_stat);

// Of no size: mpremote df leaves it out.
static mp_obj_t host_statvfs(mp_obj_t self, mp_obj_t path) {
    (void)self;
    (void)path;
    return MP_OBJ_FROM_PTR(ten_zeros());
}
static MP_DEFINE_CONST_FUN_OBJ_2(host_statvfs_obj, host_statvfs);

static mp_obj_t host_ilistdir(mp_obj_t self, mp_obj_t path) {
    (void)self;
    (void)path;
    mp_raise_msg(&mp_type_OSError, MP_ERROR_TEXT("/host cannot list folders, only open files"));
}
static MP_DEFINE_CONST_FUN_OBJ_2(host_ilistdir_obj, host_ilistdir);

static const mp_rom_map_elem_t host_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_mount), MP_ROM_PTR(&host_mount_obj) },
    { MP_ROM_QSTR(MP_QSTR_umount), MP_ROM_PTR(&mp_identity_obj) },
    { MP_ROM_QSTR(MP_QSTR_open), MP_ROM_PTR(&host_open_obj) },
    { MP_ROM_QSTR(MP_QSTR_stat), MP_ROM_PTR(&host_stat_obj) },
    { MP_ROM_QSTR(MP_QSTR_statvfs), MP_ROM_PTR(&host_statvfs_obj) },
    { MP_ROM_QSTR(MP_QSTR_ilistdir), MP_ROM_PTR(&host_ilistdir_obj) },
};
static MP_DEFINE_CONST_DICT(host_locals, host_locals_table);

static const mp_vfs_proto_t host_vfs_proto = { .import_stat = host_import_stat };

MP_DEFINE_CONST_OBJ_TYPE(
    host_vfs_type,
    MP_QSTR_VfsHost,
    MP_TYPE_FLAG_NONE,
    make_new, host_make_new,
    protocol, &host_vfs_proto,
    locals_dict, &host_locals
    );
