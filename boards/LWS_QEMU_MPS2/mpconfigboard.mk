ARCH = arm
NIC = lan9118
CFLAGS += -mcpu=cortex-m3 -DLAN9118_BASE=0x40200000
MPY_CROSS_FLAGS += -march=armv7m
