// The unix firmware: stock "standard" features, with the few differences that lws_mp needs.
#define MICROPY_CONFIG_ROM_LEVEL (MICROPY_CONFIG_ROM_LEVEL_EXTRA_FEATURES)

// Where names are found again without a search, by their number modulo this: with 128, which is
// the default, what is looked up for every request collides by the luck of the numbers.
#define MICROPY_OPT_MAP_LOOKUP_CACHE_SIZE (512)

#include "ports/unix/variants/mpconfigvariant_common.h"

// With the optimisation, select.poll crashes when objects without a descriptor share a poll with
// more than four sockets (the pollfd array moves, entries without one are rebased too).
#undef MICROPY_PY_SELECT_POSIX_OPTIMISATIONS
#define MICROPY_PY_SELECT_POSIX_OPTIMISATIONS (0)

// ^C must not longjmp out of the C core from the signal handler: it is raised by the VM instead.
#undef MICROPY_ASYNC_KBD_INTR
#define MICROPY_ASYNC_KBD_INTR (0)
