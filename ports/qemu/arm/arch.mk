# Cortex-M on the MPS2 board.
CROSS_COMPILE ?= arm-none-eabi-
CFLAGS += -mthumb -mfloat-abi=soft
LDSCRIPT = arm/mps2.ld
SRC_C += arm/mps2.c arm/startup.c
ARCH_O = shared/runtime/gchelper_thumb2.o arm/semihost_call.o
# newlib gives the string functions; its "nano" kind copies byte by byte
LIBS = $(shell $(CC) $(CFLAGS) -print-file-name=libc.a)
LIBS += $(shell $(CC) $(CFLAGS) -print-libgcc-file-name)
