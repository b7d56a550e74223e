"""The sockets of the buses: machine.SPI and machine.I2C of the firmware against two models."""

import pytest

pytest_plugins = ["rp2040"]

SPI = """
from machine import Pin, SPI
cs = Pin(17, Pin.OUT, value=1)
spi = SPI(0, 10_000_000, sck=Pin(18), mosi=Pin(19), miso=Pin(16))
def send(*parts):
    cs(0)
    for p in parts:
        spi.write(p)
    cs(1)
def fetch(command, count):
    cs(0); spi.write(command); data = spi.read(count); cs(1)
    return data
"""
I2C = """
from machine import I2C, Pin, SoftI2C
i2c = I2C(0, freq=400_000, scl=Pin(9), sda=Pin(8))
"""


@pytest.mark.parametrize("count", [1, 31, 32, 3000])  # from 32 bytes on it is done by DMA
def test_spi_memory(pico, count):
    code = f"""
import os
data = os.urandom({count})
send(b'\\x02\\x01\\x00', data)
print(fetch(b'\\x03\\x01\\x00', {count}) == data, len(data), data[0])
"""
    same, size, first = pico.run(SPI + code).split()
    assert (same, int(size)) == ("True", count)
    pico.machine.to_model("spi0", {"at": 0x100, "count": 1})
    assert pico.machine.wait_for_model("spi0") == [int(first)]


def test_spi_takes_its_time(pico):
    code = """
import time
data = bytes(2000)
t = time.ticks_us(); send(b'\\x02\\x00\\x00', data); print(time.ticks_diff(time.ticks_us(), t))
"""
    # 2003 bytes at 10 MHz are 1602 us on the wire (the divider gives 10.4 MHz).
    assert 1500 < int(pico.run(SPI + code)) < 3000


def test_spi_write_and_read_at_once(pico):
    code = """
send(b'\\x02\\x00\\x00', b'abc')
buf = bytearray(6)
cs(0); spi.write_readinto(b'\\x03\\x00\\x00xxx', buf); cs(1)
print(bytes(buf[3:]))
"""
    assert pico.run(SPI + code) == "b'abc'\n"


def test_i2c_registers(pico):
    code = """
i2c.writeto_mem(0x3c, 4, b'hello')
print(i2c.readfrom_mem(0x3c, 4, 5), i2c.readfrom_mem(0x3c, 5, 1))
data = bytes(range(100))
other = I2C(1, freq=100_000, scl=Pin(27), sda=Pin(26))
other.writeto_mem(0x50, 0, data)
print(other.readfrom_mem(0x50, 0, 100) == data)
"""
    assert pico.run(I2C + code) == "b'hello' b'e'\nTrue\n"


def test_i2c_scan_and_nobody_there(pico):
    assert pico.run(I2C + "print([hex(a) for a in i2c.scan()])") == "['0x3c']\n"
    with pytest.raises(pico.Failed, match="EIO"):
        pico.run(I2C + "i2c.writeto(0x3d, b'x')")


def test_soft_i2c(pico):
    code = """
soft = SoftI2C(scl=Pin(9), sda=Pin(8), freq=100_000)
soft.writeto_mem(0x3c, 9, b'soft')
print(soft.readfrom_mem(0x3c, 9, 4), soft.scan())
print(I2C(0, scl=Pin(9), sda=Pin(8)).readfrom_mem(0x3c, 9, 4))
"""
    assert pico.run(I2C + code) == "b'soft' [60]\nb'soft'\n"
