# Everything comes from this folder's place in the repository; the MicroPython tree is only read:
#   make -C <micropython>/ports/unix VARIANT_DIR=<this folder> BUILD=<folder>
# as tools/compile/firmware.py does
LWS_VARIANT_DIR := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
LWS_ROOT := $(abspath $(LWS_VARIANT_DIR)/../..)

PROG = micropython
FROZEN_MANIFEST ?= $(LWS_VARIANT_DIR)/manifest.py
USER_C_MODULES ?= $(LWS_ROOT)
MPY_LIB_DIR = $(LWS_ROOT)/ports/mpylib
MBEDTLS_CONFIG_FILE = \"lws_mbedtls_config.h\"

# Berkeley DB is a submodule that nothing here uses; a 32-bit build would need a 32-bit libffi.
MICROPY_PY_BTREE = 0
ifeq ($(MICROPY_FORCE_32BIT),1)
MICROPY_PY_FFI = 0
endif

# Our own C is compiled for speed, the rest of the port stays -Os. "private" keeps the flag from
# leaking into whatever else make builds on the way to one of these objects.
$(BUILD)/cmodules/%.o: private CFLAGS += -O2
