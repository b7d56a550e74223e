ARCH = arm
NIC = lan9118
CFLAGS += -mcpu=cortex-m7 -DLAN9118_BASE=0xa0000000
MPY_CROSS_FLAGS += -march=armv7m
# gc.c counts with void pointers where the heap grows by itself.
CFLAGS_EXTRA += -Wno-pointer-arith
