"""Who else says to be somebody that was accepted: the user is asked once about each, and decides."""

from collections.abc import Callable, Hashable


class Claims[Seen]:
    """What was seen in the place of accepted devices, by their ids, until the user has decided."""

    def __init__(self, evidence: Callable[[Seen], Hashable]) -> None:
        """`evidence` is by what two of what was seen are the same."""
        self._evidence = evidence
        self._open: dict[str, Seen] = {}
        self._refused: set[tuple[str, Hashable]] = set()

    def of(self, device_id: str) -> Seen | None:
        """Return what was seen last in the place of a device, and is not decided on."""
        return self._open.get(device_id)

    def take(self, device_id: str, seen: Seen) -> bool:
        """Take note of what was seen; return whether the user is to be asked, who has not refused it yet."""
        if (device_id, self._evidence(seen)) in self._refused:
            return False
        self._open[device_id] = seen
        return True

    def settle(self, device_id: str) -> None:
        """Ask no more: the device is there itself, or was removed, or what was seen has taken its place."""
        self._open.pop(device_id, None)

    def refuse(self, device_id: str, seen: Seen) -> bool:
        """Do not ask about the same again until a restart; return whether nothing else was seen meanwhile."""
        self._refused.add((device_id, self._evidence(seen)))
        if self._open.get(device_id) != seen:
            return False
        self.settle(device_id)
        return True
