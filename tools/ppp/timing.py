"""The time to wait for an acknowledgment (RFC 6298)."""

FIRST_S, LEAST_S, MOST_S = 1.0, 0.5, 20.0


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
