"""The board's seconds, and how many to wait for an acknowledgment (RFC 6298)."""

import asyncio

FIRST_S, LEAST_S, MOST_S = 1.0, 0.5, 20.0


class Clock:
    """Goes on when its owner says so. A board that is slow, or stands still, is never late."""

    def __init__(self):
        self.now = 0.0
        self.alarms = []  # (when, future)

    def advance(self, now):
        self.now = max(self.now, now)
        for when, future in self.alarms:
            if when <= self.now and not future.done():
                future.set_result(None)

    async def sleep(self, seconds):
        alarm = (self.now + seconds, asyncio.get_running_loop().create_future())
        self.alarms.append(alarm)
        try:
            await alarm[1]
        finally:
            self.alarms.remove(alarm)

    async def within(self, seconds, wanted):
        """What is awaited; TimeoutError when it takes longer."""
        jobs = [asyncio.ensure_future(wanted), asyncio.ensure_future(self.sleep(seconds))]
        try:
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            if not jobs[0].done():
                raise TimeoutError
            return jobs[0].result()
        finally:
            for job in jobs:
                job.cancel()


class RoundTrip:
    def __init__(self):
        self.smooth = None
        self.variation = 0.0
        self.probe = None  # (sequence, when): the segment that is being timed

    def timeout(self, tries):
        base = FIRST_S if self.smooth is None else self.smooth + 4 * self.variation
        return min(MOST_S, max(LEAST_S, base) * 2**tries)

    def sent(self, sequence, now):
        if self.probe is None:
            self.probe = (sequence, now)

    def spoiled(self):
        """Something was sent twice: which one gets acknowledged, nobody knows (Karn)."""
        self.probe = None

    def acknowledged(self, sequence, now):
        if self.probe is None or sequence <= self.probe[0]:
            return
        took = now - self.probe[1]
        self.probe = None
        if self.smooth is None:
            self.smooth, self.variation = took, took / 2
        else:
            self.variation += (abs(took - self.smooth) - self.variation) / 4
            self.smooth += (took - self.smooth) / 8
