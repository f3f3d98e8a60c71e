"""Web servers for a test: one that behaves, by aiohttp, and one that writes what it is told, byte by byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
import ssl

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from custom_components.local_things.transports.gate import LocalAddress
from custom_components.local_things.transports.http import HttpEndpoint

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ADDRESS = "127.0.0.23"


def endpoint_at(host: str, port: int, *, secure: bool = False) -> HttpEndpoint:
    """Return a server past the gate, which takes ::1 for our own."""
    return HttpEndpoint(address=LocalAddress(ip=ip_address(host)), port=port, secure=secure)


@asynccontextmanager
async def serving(
    handler: Handler, *, host: str = ADDRESS, port: int = 0, context: ssl.SSLContext | None = None
) -> AsyncIterator[HttpEndpoint]:
    """Serve every request by one handler."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, ssl_context=context).start()
        yield endpoint_at(host, runner.addresses[0][1], secure=context is not None)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw(*parts: bytes, pause: float = 0.0, hold: bool = False) -> AsyncIterator[HttpEndpoint]:
    """Answer every connection with these bytes, then close it, or hold it."""

    answering: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            answering.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(pause)
            if hold:
                await reader.read()
        writer.close()

    server = await asyncio.start_server(answer, ADDRESS, 0)
    try:
        yield endpoint_at(ADDRESS, server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)
        server.close_clients()
        await server.wait_closed()


def usage_extension(value: bytes) -> x509.UnrecognizedExtension:
    """Return id-pe-mud-url (RFC 8520, section 11) with a value that need be none."""
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.25"), value)


def self_signed(folder: Path, name: str = "device", *others: x509.UnrecognizedExtension) -> tuple[ssl.SSLContext, str]:
    """Make a certificate as devices do, with more in it or not, and return a server's context and its SHA-256."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + timedelta(days=1),
    )
    for extension in others:
        builder = builder.add_extension(extension, critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context, certificate.fingerprint(hashes.SHA256()).hex()
