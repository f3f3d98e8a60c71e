"""The HTTP door against real servers on loopback."""

from typing import Final

from custom_components.local_things.transports.http import Timing

HASTY: Final = Timing(connect=0.3, answer=0.4, held=0.8, quiet=2.0)
"""Gives a silent server up after 0.4 s."""
