// lwIP's compiler and platform, without an operating system.
#ifndef QEMU_LWIP_ARCH_CC_H
#define QEMU_LWIP_ARCH_CC_H

#define LWIP_NO_CTYPE_H 1
#define LWIP_PLATFORM_DIAG(x)

void network_assert_failed(const char *what);
#define LWIP_PLATFORM_ASSERT(x) network_assert_failed(x)

#endif
