# The test build of the unix firmware (BOARD=unix-asan): address and undefined-behaviour sanitizers
# that know MicroPython's heap, allocations that fail on demand, a clock that can be set.
#
# "private" keeps a flag from the generated files that make builds on the way to an object.
comma := ,
LWS_ASAN_DIR := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
SRC_USERMOD_C += $(LWS_ASAN_DIR)/heap.c
LDFLAGS_USERMOD += -fsanitize=address,undefined \
	$(addprefix -Wl$(comma)--wrap=,gc_alloc gc_realloc gc_free gc_collect_end) \
	$(addprefix -Wl$(comma)--wrap=,mp_hal_ticks_ms mp_hal_ticks_us)


$(BUILD)/%.o: private CFLAGS += -O1 -g -fsanitize=address -fno-omit-frame-pointer \
	-include $(LWS_ASAN_DIR)/first.h
$(BUILD)/cmodules/%.o: private CFLAGS += -fsanitize=undefined -fno-sanitize-recover=undefined
$(BUILD)/cmodules/mod_lws/%.o: private CFLAGS += -DLWS_BINDING
# The collector and this file touch what nobody else may.
$(BUILD)/py/gc.o $(BUILD)/tests/asan/heap.o: private CFLAGS += -fno-sanitize=address -fno-builtin
$(BUILD)/py/gc.o: private CFLAGS += -Dmemset=lws_raw_memset -Dmemcpy=lws_raw_memcpy
