# User module for make-based ports (unix, qemu): USER_C_MODULES=<the folder that holds cmodules>.
# The core holds no qstrs, so only the bindings are scanned for them.
LWS_DIR := $(USERMOD_DIR)

SRC_USERMOD_LIB_C += $(sort $(wildcard $(LWS_DIR)/lws/*/*.c))
SRC_USERMOD_C += $(sort $(wildcard $(LWS_DIR)/mod_lws/*.c))
CFLAGS_USERMOD += -I$(LWS_DIR)
