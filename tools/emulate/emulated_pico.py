"""A Raspberry Pi Pico without the Pico: rp2040/main.mjs in a node process, its USB console on a
pty, its UARTs on sockets. Runs in a thread of its own; every method may be called from outside.
"""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

from tools.base import say
from tools.emulate import rp2040_parts
from tools.emulate.ppp.gateway import Gateway
from tools.emulate.pty_console import PtyConsole
from tools.emulate.shake import shaken

START_S = 60
END_S = 60
CONSOLE_MAX = 4096  # bytes in the kernel between the board's console and the pty
LINE_MAX = 2048  # bytes that may wait for the board's UART


class Failed(Exception):
    """The machine could not start or go on: why."""


class SerialLine(asyncio.Protocol):
    """UART1: the gateway's way to the board."""

    def __init__(self, trouble, names):
        self.trouble, self.names = trouble, names

    def connection_made(self, transport):
        transport.set_write_buffer_limits(high=LINE_MAX)
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LINE_MAX)
        self.gateway = Gateway(transport.write, self.trouble, self.names)

    def data_received(self, data):
        self.gateway.receive(data)

    def pause_writing(self):
        self.gateway.line.room = False

    def resume_writing(self):
        self.gateway.line.room = True
        self.gateway.ready()


class Pico:
    """with Pico(uf2) as pico: ... mpremote connect pico.pty ...

    forwards: {port of the board: port of this host, 0 for any}; .ports has what they became.
    trouble: a ppp.line.Trouble; names: {name: 4 bytes} for the gateway's name server.
    network=False leaves UART1 alone: .uarts has both ends as sockets.
    """

    def __init__(
        self,
        uf2=None,
        flash=None,
        *,
        forwards=None,
        trouble=None,
        names=None,
        network=True,
        spi=(),
        i2c=(),
        fast=False,
        verbose=False,
    ):
        self.forwards = forwards or {}
        self.trouble, self.names, self.network = trouble, names, network
        self.gateway = None
        self.ports = {}
        self.options = ["--fast"] * fast + ["--verbose"] * verbose
        self.options += ["--network"] * network
        for name, value in (("uf2", uf2), ("flash", flash)):
            self.options += [f"--{name}", str(value)] if value else []
        for name, models in (("spi", spi), ("i2c", i2c)):
            self.options += [part for m in models for part in (f"--{name}", str(m))]
        self.events = []
        self.waiting = []  # (names of events, future)
        self.on_event = lambda event: None
        self.process = None

    # ---- from outside

    def start(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        begun = asyncio.run_coroutine_threadsafe(self.run(), self.loop)
        try:
            begun.result()
        except BaseException:
            begun.cancel()
            self.stop()
            raise
        return self

    def stop(self):
        """Ends the machine; its flash is saved."""
        if self.thread.is_alive():
            self.call(self.end())
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join()
            self.loop.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        self.stop()

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    def reset(self):
        """As the RUN pin does."""
        self.call(self.ask({"command": "reset"}, "ready"))

    def load(self, uf2):
        """As a copy to the UF2 drive does: programs it and starts it."""
        event = self.call(self.ask({"command": "load", "uf2": str(uf2)}, "ready", "refused"))
        if event["event"] == "refused":
            raise Failed(event["text"])

    def save(self):
        self.call(self.ask({"command": "save"}, "saved"))

    def figures(self):
        """Instructions, seconds of the host and of the guest, flash traffic, lost bytes."""
        return self.call(self.ask({"command": "figures"}, "figures"))

    def ping(self, timeout=5):
        """Seconds of the board that it takes to answer over its network."""
        return self.call(self.gateway.ping(timeout))

    def cut(self, seconds):
        """Hangs up the network's line for so long."""
        self.call(self.gateway.cut(seconds))

    def to_model(self, bus, data):
        """Hands data to the device models on a bus ("spi0", "i2c1")."""
        self.call(self.tell({"command": "model", "bus": bus, "data": data}))

    def wait_for_model(self, bus, timeout=START_S):
        """The first thing that a model on the bus told and nobody took, now or later."""
        return self.call(asyncio.wait_for(self.model_told(bus), timeout))

    def cpu_seconds(self):
        """What the emulator's process has used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_for(self, name, timeout=START_S):
        """The next event of that name."""
        return self.call(asyncio.wait_for(self.next_event(name), timeout))

    # ---- inside the loop

    async def run(self):
        program, rom = rp2040_parts.prepare()
        if not (node := shutil.which("node")):
            say.stop("node is missing: install Debian's nodejs (make setup does)")
        ours, theirs = zip(*(socket.socketpair() for _ in range(4)), strict=True)
        theirs[1].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, CONSOLE_MAX)
        fds = [s.fileno() for s in theirs]
        argv = [node, program, "--rom", rom, "--fds", ",".join(map(str, fds)), *self.options]
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, pass_fds=fds)
        self.process = shaken(process)
        for s in theirs:
            s.close()
        control, console, *self.uarts = ours
        reader, self.control = await asyncio.open_connection(sock=control)
        self.listener = self.loop.create_task(self.listen(reader))
        self.console = PtyConsole(console, self.set_dtr)
        self.pty = self.console.path
        if self.network:
            await self.attach_gateway(self.uarts.pop())
        await asyncio.wait_for(self.next_event("ready"), START_S)

    async def attach_gateway(self, sock):
        _, line = await self.loop.create_connection(
            lambda: SerialLine(self.trouble, self.names), sock=sock
        )
        self.gateway = line.gateway
        for port, host_port in self.forwards.items():
            self.ports[port] = await self.gateway.forward(port, host_port)

    async def end(self):
        if self.process is None:
            return
        try:
            await self.unplug()
            patience = time.monotonic() + END_S
            while self.running and time.monotonic() < patience:
                await asyncio.sleep(0.01)
        finally:  # whatever failed, no process stays
            if self.running:
                self.process.kill()
            self.process.wait()

    async def unplug(self):
        gateway, self.gateway = self.gateway, None  # no time passes for it any more
        if gateway:
            await gateway.close()
        if hasattr(self, "control"):
            await self.console.close()
            self.control.close()
            self.listener.cancel()
        for uart in self.uarts:
            uart.close()

    async def listen(self, reader):
        while line := await reader.readline():
            event = json.loads(line)
            if event["event"] == "clock":
                self.tick(event["seconds"])
                continue
            self.events.append(event)
            self.on_event(event)
            for waiter in [w for w in self.waiting if event["event"] in w[0]]:
                self.waiting.remove(waiter)
                if not waiter[1].done():
                    waiter[1].set_result(event)
            if event["event"] == "failed":
                self.give_up(event["text"])
        self.give_up("the emulator ended: see its messages above")

    def tick(self, seconds):
        """The guest's time: it begins before the gateway does."""
        if self.gateway:
            self.gateway.tick(seconds)

    def give_up(self, text):
        """Nothing that is waited for will come."""
        for _, future in self.waiting:
            if not future.done():
                future.set_exception(Failed(text))
        self.waiting.clear()

    async def next_event(self, *names):
        future = self.loop.create_future()
        self.waiting.append((names, future))
        return await future

    async def model_told(self, bus):
        while True:
            for event in self.events:
                if event["event"] == "model" and event["bus"] == bus:
                    self.events.remove(event)
                    return event["data"]
            await self.next_event("model")

    async def tell(self, message):
        self.control.write(json.dumps(message).encode() + b"\n")
        await self.control.drain()

    async def ask(self, message, *answers):
        waiter = asyncio.ensure_future(self.next_event(*answers))
        await asyncio.sleep(0)
        await self.tell(message)
        return await asyncio.wait_for(waiter, START_S)

    async def set_dtr(self, on):
        await self.ask({"command": "dtr", "on": on}, "dtr")
