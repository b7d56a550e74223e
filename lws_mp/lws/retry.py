# How long to wait before trying again, so that many devices do not come back all at once.


class RetryPolicy:
    # backoff: ms before each further attempt, the last one repeats.
    # conceal: attempts before the application is told (None: it never is).
    # jitter: at most so many percent are added, at random.
    def __init__(self, backoff=(1000, 2000, 5000, 10000, 30000), conceal=None, jitter=20):
        self.backoff = tuple(backoff)
        self.conceal = conceal
        self.jitter = jitter
        if not self.backoff or min(self.backoff) < 0 or jitter < 0:
            raise ValueError("backoff and jitter are not negative, backoff is not empty")

    # ms before attempt (counted from 0), or None when the application is to be told.
    # random: an int of 0 to 65535, e.g. random.getrandbits(16).
    def next_ms(self, attempt, random=0):
        if self.conceal is not None and attempt >= self.conceal:
            return None
        ms = self.backoff[min(attempt, len(self.backoff) - 1)]
        return ms + ms * self.jitter * random // 6553600
