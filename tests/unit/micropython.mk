# The C tests as a module of the firmware. Who includes this links LWS_UNIT_O and LWS_UNIT_LDFLAGS.
# Everything is found by globs; what only a process of its own can run is in host/.
LWS_UNIT_DIR := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
LWS_UNIT_SUITES := $(sort $(notdir $(basename $(wildcard $(LWS_UNIT_DIR)/test_*.c))))

# The table of suites is written when it changes, so that only then it is compiled again.
define LWS_UNIT_TABLE
mkdir -p $(BUILD)/genhdr && \
for s in $(LWS_UNIT_SUITES); do echo "SUITE($$s)"; done > $(BUILD)/genhdr/lws_unit_suites.new && \
{ cmp -s $(BUILD)/genhdr/lws_unit_suites.new $(BUILD)/genhdr/lws_unit_suites.h || \
mv $(BUILD)/genhdr/lws_unit_suites.new $(BUILD)/genhdr/lws_unit_suites.h; }
endef
LWS_UNIT_DONE := $(shell $(LWS_UNIT_TABLE))

# None of these is scanned for qstrs: see device/added.h.
LWS_UNIT_C := $(sort $(wildcard $(addprefix $(LWS_UNIT_DIR)/,device/*.c support/*.c test_*.c)))
LWS_UNIT_O := $(patsubst $(LWS_UNIT_DIR)/%.c,$(BUILD)/tests/unit/%.o,$(LWS_UNIT_C))
LWS_UNIT_LDFLAGS := -Wl,--wrap=mp_module_get_builtin

$(LWS_UNIT_O): private CFLAGS += -I$(LWS_UNIT_DIR) -I$(BUILD)/genhdr
# Every program brings a main(): in a firmware each has a name of its own.
$(foreach s,$(LWS_UNIT_SUITES),\
$(eval $(BUILD)/tests/unit/$(s).o: private CFLAGS += -Dmain=lws_unit_$(s)))
