"""What each protocol binding offers; one object per Thing and protocol."""

from collections.abc import Callable
from typing import Final, Protocol

from ..description.model import Form, Operation
from .content import Content

FOLLOWING: Final = frozenset({Operation.OBSERVE, Operation.SUBSCRIBE, Operation.OBSERVE_ALL, Operation.SUBSCRIBE_ALL})
"""The operations after which a device tells of itself."""

type Told = Callable[[Content], None]


class ProtocolBinding(Protocol):
    """The operations of a form over one protocol. Every method raises ThingError, and nothing else."""

    def can(self, form: Form, operation: Operation) -> bool:
        """Tell whether an operation can be done by means of a form; of following, whether it tells by itself."""

    async def read(self, form: Form, *, urgent: bool = False) -> Content:
        """Return what is there; an urgent reading need not wait for others."""

    async def write(self, form: Form, content: Content) -> None:
        """Replace what is there."""

    async def invoke(self, form: Form, content: Content | None) -> Content:
        """Let an action run, and return its output."""

    async def follow(self, form: Form, told: Told, opened: Callable[[], None], *, has_state: bool) -> None:
        """Call `told` with what the device tells of itself, after `opened`, until it ends that, which may be never.

        Where it `has_state`, as a property and no event does, a present state may be told first.
        """
