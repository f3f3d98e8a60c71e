"""The electrical panel of the simulated house on a link of the lab, its values moving; tests.house has it on loopback.

Usage, in a machine of the lab: python -m tests.lab.panel FOLDER
"""

from pathlib import Path
import sys

from tests.house.panel import PANEL
from tests.house.places import coap_place
from tests.house.processes import run
from tests.house.sockets import COAP_PORT, interface_addresses

if __name__ == "__main__":
    place = coap_place(PANEL, interface_addresses("eth0"), port=COAP_PORT, tick=2.0, interface="eth0")
    sys.exit(run([place], directory=Path(sys.argv[1])))
