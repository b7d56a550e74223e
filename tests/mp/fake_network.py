# Stand-ins for a board's network and machine modules: board(WithWiFi) ... restore().
import json
import os
import sys

saved = {name: sys.modules.get(name) for name in ("network", "machine", "sys")}
FOLDER = os.getenv("TMPDIR") if hasattr(os, "getenv") else ""
FILE = (FOLDER or "") + "/lws_net_test.json"
open(FILE, "w").close()


class Nic:
    def __init__(self, *args):
        self.args = args
        self.calls = []
        self.state = 0
        self.ip = "0.0.0.0"
        self.is_active = False
        Network.nic = self

    def active(self, *on):
        if not on:
            return self.is_active
        self.is_active = on[0]
        self.calls.append(("active",) + on)

    def connect(self, *args):
        self.calls.append(("connect",) + args)
        self.state = Network.then
        if Network.then == Network.UP:
            self.ip = "192.0.2.7"

    def disconnect(self):
        self.calls.append(("disconnect",))
        self.state = 0

    def isconnected(self):
        return self.state == Network.UP

    def status(self):
        return self.state

    def ifconfig(self):
        return (self.ip, "255.255.255.0", "192.0.2.1", "192.0.2.1")


class Network:
    UP = 4
    STA_IF = 0
    AP_IF = 1
    STAT_CONNECTING = 3
    STAT_WRONG_PASSWORD = -3
    STAT_NO_AP_FOUND = -2
    platform = "a board"
    name = None

    @staticmethod
    def hostname(name):
        Network.name = name


class WithWiFi(Network):
    nics = {}

    @classmethod
    def WLAN(cls, which):
        return cls.nics.get(which) or cls.nics.setdefault(which, Nic(which))


class WithPPP(Network):
    PPP = Nic


class WithLAN(Network):
    @staticmethod
    def LAN():
        return Network.nic or Nic()


# ESP32's driver makes a lost connection again by itself.
class OnESP32(WithWiFi):
    platform = "esp32"


class Machine:
    @staticmethod
    def Pin(n):
        return "GP%d" % n

    @staticmethod
    def UART(*args, **options):
        return args, options

    @staticmethod
    def Timer(period, callback):
        Machine.tick = callback


class Sys:
    def __init__(self, network):
        self.platform = network.platform if network else sys.platform


# lws.net anew, on a board that has this network, whatever this one is.
def board(network, then=Network.UP, **kept):
    sys.modules["network"] = network
    sys.modules["machine"] = Machine
    sys.modules["sys"] = Sys(network)
    sys.modules.pop("lws.net", None)
    net = __import__("lws.net", None, None, ("up",))
    net._FILE = FILE
    with open(FILE, "w") as f:
        json.dump(kept, f)
    Network.then = then
    Network.nic = Network.name = Machine.tick = None
    WithWiFi.nics.clear()
    return net


def restore():
    os.remove(FILE)
    for name, module in saved.items():
        sys.modules.pop(name, None)
        if module:
            sys.modules[name] = module
    sys.modules.pop("lws.net", None)
