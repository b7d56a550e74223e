// Memory on MicroPython's GC heap: for the core's allocator and for objects of more than one
// block. Blocks that the collector must see are pointed to at their start.
#ifndef MOD_LWS_MEM_H
#define MOD_LWS_MEM_H

#include <stddef.h>

#include "py/obj.h"

#include "lws/base/mem.h"
#include "lws/base/span.h"

// A str or bytes of n bytes copied from p, without hashing them.
mp_obj_t mlws_new_bytes(const mp_obj_type_t *type, const void *p, size_t n);
// The same of the first bytes of *s, which leave it: *most of them, or as many as memory has one
// block for; then *most says how many to ask for next. Whoever can hand out what came in pieces
// makes them by this. Raises MemoryError when there is no block of 64 bytes.
mp_obj_t mlws_new_piece(const mp_obj_type_t *type, lws_span_t *s, size_t *most);
// A buffer of *n bytes, or of a half, a quarter, ... as memory has one block for: *n says how
// many. Raises MemoryError when there is no block of 64 bytes.
void *mlws_alloc_some(size_t *n);
// A str; bytes that are no UTF-8 become U+FFFD each.
mp_obj_t mlws_new_str(lws_span_t s);
// An int that is not negative, of up to 64 bits. Raises TypeError, ValueError.
uint64_t mlws_get_u64(mp_obj_t v);
// The core's allocator on the GC heap: NULL instead of an exception.
void mlws_mem_init(lws_mem_t *mem);

#endif
