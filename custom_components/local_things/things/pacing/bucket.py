"""A token bucket: how much of something strangers send is listened to."""


class Bucket:
    """Allows `rate` per second, and `burst` at once after a quiet time."""

    __slots__ = ("_burst", "_credit", "_rate", "_taken")

    def __init__(self, rate: float, burst: float) -> None:
        """Start full."""
        self._rate = rate
        self._burst = burst
        self._credit = burst
        self._taken = -float("inf")

    def take(self, now: float) -> bool:
        """Take one at `now`, in seconds of any clock that does not go back; False when there is none left."""
        self._credit = min(self._credit + (now - self._taken) * self._rate, self._burst)
        self._taken = now
        if self._credit < 1:
            return False
        self._credit -= 1
        return True
