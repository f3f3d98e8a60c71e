"""The adapters: one folder per protocol, none knows another. A new protocol is one folder and one line here.

A folder's `adapter.py` has `async def open_adapter(host: AdapterHost) -> Adapter`. Importing it costs what its
libraries cost, so it is imported when the adapter is opened, in a thread.
"""

import asyncio
from importlib import import_module
from typing import Final, cast

from ..things.adapter import Adapter, AdapterHost, AdapterSpec
from ..transports import neighbours


def _spec(name: str) -> AdapterSpec:
    """Return the line of the adapter in the folder `name`."""

    async def open_adapter(host: AdapterHost) -> Adapter:
        module = await asyncio.to_thread(import_module, f".{name}.adapter", __name__)
        return cast("Adapter", await module.open_adapter(host))

    return AdapterSpec(name=name, open=open_adapter)


ADAPTERS: Final[tuple[AdapterSpec, ...]] = (_spec("coap"), _spec("wot"))


async def hosts_by_hardware() -> dict[str, set[str]]:
    """Return which hosts answer from each hardware address, as the kernel knows it now (traffic.host_of)."""
    return await neighbours.hosts()
