# User module for make-based ports (unix, qemu): USER_C_MODULES=<the folder that holds cmodules>.
#
# LWS_ROOMS lists the folders of lws/ that a board wants, all of them where it says nothing: set it
# in the board's mpconfigboard.mk. LWS_TESTS=1 adds the C unit suite.
LWS_DIR := $(USERMOD_DIR)
LWS_ROOMS ?= $(notdir $(patsubst %/,%,$(wildcard $(LWS_DIR)/lws/*/)))

LWS_UNKNOWN := $(filter-out $(notdir $(wildcard $(LWS_DIR)/lws/*)),$(LWS_ROOMS))
ifneq ($(LWS_UNKNOWN),)
$(error LWS_ROOMS names $(LWS_UNKNOWN), but cmodules/lws has no such folder)
endif

# A room may have bindings that go with it: mod_lws/<room>/. The loop, and what lies beside it, is
# always there.
LWS_CORE := $(sort $(foreach room,$(LWS_ROOMS),$(wildcard $(LWS_DIR)/lws/$(room)/*.c)))
LWS_BINDINGS := $(sort $(wildcard $(LWS_DIR)/mod_lws/*.c $(LWS_DIR)/mod_lws/loop/*.c) \
	$(foreach room,$(LWS_ROOMS),$(wildcard $(LWS_DIR)/mod_lws/$(room)/*.c)))

# Said here by name, it is clearer than what a linker would say.
LWS_NEEDED := $(shell sed -n 's|^.include "lws/\([a-z]*\)/.*|\1|p' $(LWS_CORE) $(LWS_BINDINGS))
LWS_MISSING := $(sort $(filter-out $(LWS_ROOMS),$(LWS_NEEDED)))
ifneq ($(LWS_MISSING),)
$(error the rooms of LWS_ROOMS need these too, add them: $(LWS_MISSING))
endif

# The core holds no qstrs, so only the bindings are scanned for them.
SRC_USERMOD_LIB_C += $(LWS_CORE)
SRC_USERMOD_C += $(LWS_BINDINGS)
CFLAGS_USERMOD += -I$(LWS_DIR)

# On Linux descriptors.c notices a stream that is closed while a task waits for it, and one that
# is accepted and then lost.
ifeq ($(notdir $(CURDIR))$(shell uname -s),unixLinux)
LDFLAGS_USERMOD += -Wl,--wrap=close -Wl,--wrap=accept
endif

ifeq ($(LWS_TESTS),1)
-include $(LWS_DIR)/../tests/unit/micropython.mk
SRC_USERMOD_LIB_C += $(LWS_UNIT_C)
LDFLAGS_USERMOD += $(LWS_UNIT_LDFLAGS)
endif

# The sanitizers, and a heap that fails on demand.
ifeq ($(LWS_ASAN),1)
include $(LWS_DIR)/../tests/asan/micropython.mk
endif
