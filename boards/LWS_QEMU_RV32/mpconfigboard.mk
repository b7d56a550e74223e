ARCH = riscv
NIC = virtio_net
