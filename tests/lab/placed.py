"""Parts of the simulated house that live on loopback elsewhere, on a link of the lab: the panel, the stick, the switch.

Usage, in a machine of the lab: python -m tests.lab.placed NAME FOLDER
"""

from functools import partial
from pathlib import Path
import sys
from typing import Final, override

import zigpy.zdo.types as zdo

from tests.house.panel import PANEL
from tests.house.places import STICK_PORT, coap_place
from tests.house.processes import Place, run
from tests.house.radio.clusters import cluster
from tests.house.sockets import COAP_PORT, interface_addresses
from tests.house.stick import StickPart
from tests.house.switch import User
from tests.house.switch.model import populated
from tests.house.switch.part import SwitchPart

from .sentinels import AUTHENTICATION, PRIVACY

SNMP_USER: Final = "proof"
_SNMP_PORT: Final = 161
_PORTS, _BUDGET = 8, 65.0


_OTA: Final = 0x0019
_IEEE_MODE: Final = 3
_ASK_AFTER_S: Final = 10.0


class AskingStick(StickPart):
    """The stick whose light asks for firmware, as lights do (ZCL 11): who answers it may look for some elsewhere."""

    @override
    async def start(self) -> None:
        """Listen; raises OSError."""
        await super().start()
        self.devices["light"].endpoints[1].clients[_OTA] = cluster(_OTA)

    @override
    def let_in(self) -> None:
        """Let the first who waits join; the light asks a little later."""
        super().let_in()
        self._later("ask", _ASK_AFTER_S, self._ask)

    def _ask(self) -> None:
        if self.has_joined("light"):
            light, stick = self.devices["light"], self.stick.network.stick
            to_stick = zdo.MultiAddress(addrmode=_IEEE_MODE, ieee=stick, endpoint=1)
            light.bindings = [*light.bindings, (1, _OTA, to_stick)]
            firmware = {"manufacturer_code": 0x1234, "image_type": 1, "current_file_version": 1}
            light.send(1, _OTA, "query_next_image", field_control=0, **firmware)


def _place(name: str, addresses: tuple[str, ...]) -> Place:
    host = next(address for address in addresses if "." in address)
    if name == SwitchPart.name:
        user = User(name=SNMP_USER, authentication=AUTHENTICATION, privacy=PRIVACY)
        switch = populated(_PORTS, _BUDGET)
        make = partial(SwitchPart, switch, host=host, port=_SNMP_PORT, user=user)
        return Place(name=name, where=host, make=make)
    if name == StickPart.name:
        return Place(name=name, where=host, make=partial(AskingStick, host=host, port=STICK_PORT, tick=2.0))
    return coap_place(PANEL, addresses, port=COAP_PORT, tick=2.0, interface="eth0")


if __name__ == "__main__":
    sys.exit(run([_place(sys.argv[1], tuple(interface_addresses("eth0")))], directory=Path(sys.argv[2])))
