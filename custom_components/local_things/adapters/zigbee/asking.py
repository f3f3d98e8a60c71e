"""What is asked of one device: attributes read, commands sent, values written, each bounded in time."""

from collections.abc import Awaitable, Callable
import time

from zigpy.device import Device
from zigpy.zcl import Cluster
from zigpy.zcl.foundation import ZCLAttributeDef

from ...things.errors import Reason, Rejected, Unreachable
from .convert import Request
from .exchange import check, exchange
from .following import Place, cluster_of
from .pace import Pace
from .reader import definition_of
from .rows import AttributeRow


class Asking:
    """The exchange with one device. `device` is the library's object, None while there is no radio."""

    def __init__(self, ieee: str, pace: Pace, answered: Callable[[], None]) -> None:
        """Have nobody to ask yet. `answered` is called with every answer."""
        self.device: Device | None = None
        self.round_trip: float | None = None
        self._ieee = ieee
        self._pace = pace
        self._answered = answered

    async def read(self, place: Place, row: AttributeRow) -> None:
        """Ask for the attributes of a row; the library keeps the answer. Raises ThingError."""
        # The scale and the ends of the range do not change: they were asked for when the device was set up.
        cluster = self._cluster(place)
        numbers = [row.attribute] if row.second is None else [row.attribute, row.second]
        wanted: list[int | str | ZCLAttributeDef] = [definition_of(cluster, one) or one for one in numbers]
        await self._exchange(cluster.read_attributes(wanted))

    async def ask_for_sign_of_life(self, place: Place) -> None:
        """Ask for the manufacturer's name, which every device has. Raises ThingError."""
        await self._exchange(self._cluster(place).read_attributes(["manufacturer"]))

    async def send(self, place: Place, request: Request) -> None:
        """Send a request and look at its answer. Raises ThingError."""
        cluster = self._cluster(place)
        if request.command:
            number = int(getattr(cluster.ServerCommandDefs, request.command).id)
            sending: Awaitable[object] = cluster.command(number, **dict[str, object](request.arguments))  # type: ignore[arg-type] # the command's own
        else:
            # By their names: what quirks do to what is written, they do by these.
            values: dict[str | int | ZCLAttributeDef, object] = {
                known.name if (known := definition_of(cluster, number)) else number: value
                for number, value in request.expected.items()
            }
            # What is kept is what the device reports, not what it was told.
            sending = cluster.write_attributes(values, update_cache=False)
        check(await self._exchange(sending), request.command or "write")

    def _cluster(self, place: Place) -> Cluster:
        """Return a cluster to speak to. Raises Unreachable while there is no radio, Rejected where it is gone."""
        if self.device is None:
            raise Unreachable(Reason.NOT_ANSWERING, address=self._ieee)
        cluster = cluster_of(self.device, place)
        if cluster is None:
            raise Rejected(Reason.NOT_FOUND, path=f"{place[0]}/{place[1]:04x}")
        return cluster

    async def _exchange(self, asking: Awaitable[object]) -> object:
        started = time.monotonic()
        answer = await exchange(asking, self._ieee, self._pace.patience)
        self.round_trip = time.monotonic() - started
        self._answered()
        return answer
