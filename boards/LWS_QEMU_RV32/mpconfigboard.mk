ARCH = riscv
NIC = virtio_net
# gc.c counts with void pointers where the heap grows by itself.
CFLAGS_EXTRA += -Wno-pointer-arith
