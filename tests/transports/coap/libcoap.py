"""libcoap's server, which nobody here wrote, on one address of the loopback interface: UDP, DTLS and TCP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
import shutil
from typing import Final

import pytest

from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.transports.coap import CoapEndpoint
from custom_components.local_things.transports.coap.messages import DEFAULT_PORTS, Scheme
from custom_components.local_things.transports.gate import LocalAddress

SERVER: Final = "coap-server-openssl"
HOST: Final = "127.0.0.36"

CREDENTIALS: Final = Credentials(identity="hub", secret="open sesame 42")

needs_libcoap = pytest.mark.skipif(
    not shutil.which(SERVER), reason=f"no {SERVER} here (Debian: libcoap3-bin): DTLS is not tested against it"
)


class Libcoap:
    """The server, which can be killed and started again."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            SERVER, "-A", HOST, "-k", CREDENTIALS.secret, *self._options, stdout=asyncio.subprocess.DEVNULL
        )
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection(HOST, DEFAULT_PORTS[Scheme.COAP_TCP])
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                await writer.wait_closed()
                return
        raise TimeoutError(SERVER)

    async def kill(self) -> None:
        """End it as a power cut does: nobody is told."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """End it in good order: it says goodbye."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.wait()


@asynccontextmanager
async def libcoap(*options: str) -> AsyncIterator[Libcoap]:
    server = Libcoap(*options)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def endpoint(scheme: Scheme, credentials: Credentials | None = None) -> CoapEndpoint:
    return CoapEndpoint(address=LocalAddress(ip=ip_address(HOST)), port=DEFAULT_PORTS[scheme], scheme=scheme).trusting(
        credentials
    )
