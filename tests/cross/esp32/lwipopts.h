// As much of ESP-IDF's lwIP as decides what its headers declare.
#define NO_SYS 0
#define LWIP_SOCKET 1
#define LWIP_NETCONN 1
#define LWIP_IPV6 1
#define LWIP_SOCKET_OFFSET 54
#define LWIP_TIMEVAL_PRIVATE 0
#define LWIP_POSIX_SOCKETS_IO_NAMES 0
