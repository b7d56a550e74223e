// The names of files, where one file has several.
#ifndef MOD_LWS_HTTP_NAME_H
#define MOD_LWS_HTTP_NAME_H

#include <stddef.h>

#include "py/obj.h"

// Is this path, from a byte on, how the folders write the names in it? FAT finds a file also in
// other case, with dots and spaces behind, and by the short name of a long one: who guards it by
// its name would guard one of many. Writes into path, but leaves it as it was. Never raises.
bool mlws_name_is_true(mp_obj_t fs, char *path, size_t from);

#endif
