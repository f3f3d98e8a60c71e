"""What must be caught first: an integration of the lab alone, which speaks to the internet in four ways."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
import socket

import aiocoap
import aiohttp
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

_PATIENCE_S = 3.0


async def async_setup(hass: HomeAssistant, config: dict[str, object]) -> bool:
    """Leak, in the background."""
    hass.data["leaky"] = [
        hass.async_create_background_task(_in_time(leak), "leak")
        for leak in (_https(hass), _coap(), _tcp(), _name(hass))
    ]
    return True


async def _in_time(leak: Awaitable[None]) -> None:
    with suppress(TimeoutError, OSError, aiohttp.ClientError, aiocoap.error.Error):
        async with asyncio.timeout(_PATIENCE_S):
            await leak


async def _https(hass: HomeAssistant) -> None:
    async with async_get_clientsession(hass).get("https://https.canary.example/"):
        pass


async def _coap() -> None:
    context = await aiocoap.Context.create_client_context()
    try:
        await context.request(aiocoap.Message(code=aiocoap.GET, uri="coap://[2001:db8:ffff::c0a9]/")).response
    finally:
        await context.shutdown()


async def _tcp() -> None:
    await asyncio.open_connection("203.0.113.99", 8443)


async def _name(hass: HomeAssistant) -> None:
    await hass.async_add_executor_job(socket.getaddrinfo, "name.canary.example", 1)
