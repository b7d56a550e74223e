"""The serial line, as good or bad as a test wants it: frames are lost, late, or cut off."""

import asyncio
import random
from dataclasses import dataclass

FLAG = b"\x7e"


@dataclass
class Trouble:
    """loss: share of the frames, each way; seed: for the same losses again."""

    loss: float = 0.0
    delay_s: float = 0.0
    disconnect_every_s: float = 0.0
    disconnect_s: float = 3.0
    seed: int = 1


class Line:
    def __init__(self, gateway, write, trouble=None):
        self.gateway = gateway
        self.write = write
        self.trouble = trouble or Trouble()
        self.random = random.Random(self.trouble.seed)
        self.loop = asyncio.get_running_loop()
        self.room = True  # the owner of write() clears and sets it
        self.down = False
        self.cut_frame = b""
        self.frames = {"sent": 0, "received": 0, "lost": 0}
        self.hanging_up = None
        if self.trouble.disconnect_every_s:
            self.hanging_up = self.loop.create_task(self.keep_hanging_up())

    def lost(self):
        gone = self.down or self.random.random() < self.trouble.loss
        self.frames["lost"] += gone
        return gone

    def late(self, deliver, data):
        if self.trouble.delay_s:
            self.loop.call_later(self.trouble.delay_s, deliver, data)
        else:
            deliver(data)

    def to_board(self, frame):
        self.frames["sent"] += 1
        if not self.lost():
            self.late(self.write, frame)

    def from_board(self, data):
        """Whole frames go on, what is left waits for its end."""
        *frames, self.cut_frame = (self.cut_frame + data).split(FLAG)
        for frame in filter(None, frames):
            self.frames["received"] += 1
            if not self.lost():
                self.late(self.hear, FLAG + frame + FLAG)
        self.cut_frame = self.cut_frame[-8192:]

    def hear(self, frame):
        self.gateway.link.receive(frame, self.gateway.clock.now)

    async def cut(self, seconds):
        self.gateway.link.close()
        self.down = True
        await asyncio.sleep(seconds)
        self.down = False

    async def keep_hanging_up(self):
        while True:
            await asyncio.sleep(self.trouble.disconnect_every_s)
            await self.cut(self.trouble.disconnect_s)

    def close(self):
        if self.hanging_up:
            self.hanging_up.cancel()
