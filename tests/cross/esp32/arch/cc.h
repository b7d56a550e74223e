// lwIP's headers ask the port for this; the C library has all of it.
#include <sys/time.h>
