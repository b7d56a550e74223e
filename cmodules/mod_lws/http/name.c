#include "mod_lws/http/name.h"

#include <string.h>

#include "extmod/vfs.h"

#if MICROPY_VFS_FAT
#include "extmod/vfs_fat.h"

// f_stat() says the name that it was asked for; the folder knows.
static bool lists(FATFS *fat, const char *folder, const char *name) {
    FF_DIR dir;
    FILINFO info;
    if (f_opendir(fat, &dir, folder) != FR_OK) {
        return false;
    }
    do {
        info.fname[0] = 0;
    } while (f_readdir(&dir, &info) == FR_OK && info.fname[0] && strcmp(info.fname, name) != 0);
    f_closedir(&dir);
    return info.fname[0] != 0;
}

// A path's last name, in the folder before it.
static bool is_listed(FATFS *fat, char *path, char *name) {
    if (name <= path + 1) {
        return lists(fat, name == path ? "" : "/", name);
    }
    name[-1] = 0;
    bool listed = lists(fat, path, name);
    name[-1] = '/';
    return listed;
}

static bool is_true_on_fat(FATFS *fat, char *path, char *at) {
    bool listed = true;
    while (listed && *at) {
        char *name = at + (*at == '/');
        for (at = name; *at && *at != '/'; at++) {
        }
        char after = *at;
        *at = 0;
        listed = at == name || is_listed(fat, path, name);
        *at = after;
    }
    return listed;
}
#endif

bool mlws_name_is_true(mp_obj_t fs, char *path, size_t from) {
    #if MICROPY_VFS_FAT
    if (mp_obj_is_type(fs, &mp_fat_vfs_type)) {
        fs_user_mount_t *mount = MP_OBJ_TO_PTR(fs);
        return is_true_on_fat(&mount->fatfs, path, path + from);
    }
    #endif
    (void)fs;
    (void)path;
    (void)from;
    return true;
}
