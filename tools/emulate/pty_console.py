"""A pty whose other end is a socket: what opens the pty is the reader of a USB serial port."""

import asyncio
import contextlib
import errno
import os
import select
import tty

LOOK_S = 0.02  # how often a closed pty is looked at: Linux does not tell when it is opened
CHUNK = 512  # little: what waits here is what a slow reader has not read yet


class PtyConsole:
    """Moves bytes between the pty's user and the socket, each as fast as the other takes them.

    set_dtr(bool) is awaited before the first byte of a user and after the last: without one,
    what the device says is dropped, as the USB cable does.
    """

    def __init__(self, sock, set_dtr):
        self.master, slave = os.openpty()
        self.path = os.ttyname(slave)
        tty.setraw(slave)
        os.close(slave)
        os.set_blocking(self.master, False)
        sock.setblocking(False)
        self.sock = sock
        self.set_dtr = set_dtr
        self.opened = False
        self.loop = asyncio.get_running_loop()
        self.tasks = [self.loop.create_task(job()) for job in (self.to_device, self.to_user)]

    @property
    def in_use(self):
        """Whether a program has the pty open."""
        poll = select.poll()
        poll.register(self.master, select.POLLIN)
        return not any(events & select.POLLHUP for _, events in poll.poll(0))

    async def follow(self):
        """Tells the device when the pty was opened or closed."""
        if self.in_use != self.opened:
            self.opened = not self.opened
            await self.set_dtr(self.opened)

    async def ready(self, add, remove):
        """Waits until the pty can be read or written."""
        done = self.loop.create_future()
        add(self.master, lambda: done.done() or done.set_result(None))
        try:
            await done
        finally:
            remove(self.master)

    async def to_device(self):
        while True:
            await self.follow()
            if not self.opened:
                await asyncio.sleep(LOOK_S)
                continue
            try:
                data = os.read(self.master, CHUNK)
            except BlockingIOError:
                await self.ready(self.loop.add_reader, self.loop.remove_reader)
                continue
            except OSError as e:
                if e.errno != errno.EIO:  # EIO: nobody has it open
                    raise
                continue
            await self.loop.sock_sendall(self.sock, data)

    async def to_user(self):
        while data := await self.loop.sock_recv(self.sock, CHUNK):
            while data and self.opened:
                try:
                    data = data[os.write(self.master, data) :]
                except BlockingIOError:
                    # A writer cannot be told of a closed pty: look again after a while.
                    # to_device may be waiting for a device that waits for this.
                    wait = self.ready(self.loop.add_writer, self.loop.remove_writer)
                    with contextlib.suppress(asyncio.TimeoutError):
                        await asyncio.wait_for(wait, 0.1)
                    await self.follow()
                except OSError as e:
                    if e.errno != errno.EIO:
                        raise
                    break

    async def close(self):
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        os.close(self.master)
        self.sock.close()
