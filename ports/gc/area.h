#ifndef PORTS_GC_AREA_H
#define PORTS_GC_AREA_H

#include <stdbool.h>

// For MP_PLAT_FREE_HEAP: is it a piece of the heap with an object in it? Then it is kept.
bool gc_area_in_use(void *p);

#endif
