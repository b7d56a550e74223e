// /host: the files of the computer that runs QEMU, for reading.
#ifndef QEMU_HOST_VFS_H
#define QEMU_HOST_VFS_H

#include "py/obj.h"

extern const mp_obj_type_t host_vfs_type;
extern const mp_obj_type_t host_file_type;
extern const mp_obj_type_t host_text_type;

// A file or an exception; mode is "r", "rb" or "rt".
mp_obj_t host_file_open(const char *path, const char *mode);
// Folders can be opened, and have a length, but there is nothing to read in them.
bool host_is_folder(int handle);

#endif
