"""How many commands may be sent: over all loads, and to one."""

from collections import defaultdict, deque

from .policy import Policy


class Pace:
    """Counts commands. Times are seconds of a clock that does not go back."""

    def __init__(self, policy: Policy) -> None:
        """Start with none sent."""
        self._policy = policy
        self._sent: deque[float] = deque()
        self._sent_to: defaultdict[str, deque[float]] = defaultdict(deque)

    def may(self, now: float, load: str, *, more: bool = False, rushed: bool = False) -> bool:
        """Tell whether a command may be sent to a load, and count it if so.

        `more` is one that allows it more; `rushed` is one without which something trips.
        """
        policy, of_load = self._policy, self._sent_to[load]
        _drop(self._sent, now - policy.most_seconds)
        _drop(of_load, now - policy.most_of_load_seconds)
        lately = sum(now - at < policy.burst_seconds for at in self._sent)
        bound = policy.most_of_load // 2 if more else policy.most_of_load
        if not rushed and (lately >= policy.burst or len(self._sent) >= policy.most or len(of_load) >= bound):
            return False
        self._sent.append(now)
        of_load.append(now)
        return True


def _drop(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
