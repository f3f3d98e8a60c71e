"""Where Home Assistant finds the flows; they live in flows/."""

from .flows.kinds import LocalThingsFlow

__all__ = ["LocalThingsFlow"]
