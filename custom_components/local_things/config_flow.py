"""Where Home Assistant finds the flows; they live in flows/."""

from .flows.network import NetworkFlow

__all__ = ["NetworkFlow"]
