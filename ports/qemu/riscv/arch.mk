# RV32IMC, the ESP32-C3's instructions, on QEMU's virt machine.
CROSS_COMPILE ?= riscv64-unknown-elf-
# From this version of the ISA on, CSR instructions would be an extension of their own that
# binutils and gcc 12 do not name alike.
RV32 = -march=rv32imc -mabi=ilp32 -misa-spec=2.2
AFLAGS += $(RV32)
CFLAGS += $(RV32) -msmall-data-limit=0 --specs=picolibc.specs
LDSCRIPT = riscv/virt.ld
SRC_C += riscv/trap.c riscv/virt.c
ARCH_O = shared/runtime/gchelper_rv32i.o riscv/start.o riscv/semihost_call.o
MPY_CROSS_FLAGS += -march=rv32imc
# There is no multilib of rv32imc: gcc would take rv32im's, without compressed instructions. Those
# of rv32imac differ by atomic instructions, which neither library uses.
LDFLAGS += -march=rv32imac -mabi=ilp32 -misa-spec=2.2 --specs=picolibc.specs
LIBS = -lc -lgcc
