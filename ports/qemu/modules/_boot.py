# Before any script and the REPL: files and the network.
import sys
import time

import network
import qemu
import vfs

_BLOCK = 512


class RAMDisk:
    def readblocks(self, block, buf, offset=0):
        start = block * _BLOCK + offset
        buf[:] = qemu.ramdisk[start : start + len(buf)]

    def writeblocks(self, block, buf, offset=0):
        start = block * _BLOCK + offset
        qemu.ramdisk[start : start + len(buf)] = buf
        qemu.keep(start, len(buf))

    def ioctl(self, op, arg):
        if op == 4:  # how many blocks
            return len(qemu.ramdisk) // _BLOCK
        return _BLOCK if op == 5 else 0


def mount_ramdisk():
    disk = RAMDisk()
    try:
        vfs.mount(disk, "/")
    except OSError:  # the first boot
        vfs.VfsLfs2.mkfs(disk)
        vfs.mount(disk, "/")


# A script finds the network up; it is not kept waiting for long when nobody gives an address.
def bring_up(lan, wait_ms):
    lan.active(True)
    start = time.ticks_ms()
    while not lan.isconnected() and time.ticks_diff(time.ticks_ms(), start) < wait_ms:
        time.sleep_ms(10)


mount_ramdisk()
vfs.mount(qemu.VfsHost(), "/host")
lan = network.LAN()
try:
    bring_up(lan, 3000)
    if not sys.argv:
        print("network:", lan.ifconfig()[0])
except OSError as e:
    print("no network:", e)
