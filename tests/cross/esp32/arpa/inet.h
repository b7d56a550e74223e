#include "lwip/sockets.h"
