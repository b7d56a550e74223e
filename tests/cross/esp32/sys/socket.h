// ESP-IDF's sockets are lwIP's under POSIX's names.
#include "lwip/sockets.h"
