"""The real net-snmp agent in front of the switch: how it is configured, started and ended."""

import asyncio
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
import os
from pathlib import Path
import shutil
import socket
import sys
from typing import Final

from .mib import PRODUCT, SUBTREES

COMMUNITIES: Final = ("public", "private")
"""Who may read, and who may write too."""

_START_SECONDS: Final = 10.0
_FOLDERS: Final = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
_SNMPD: Final = shutil.which("snmpd", path=_FOLDERS)
_SETPRIV: Final = shutil.which("setpriv", path=_FOLDERS)
_SHIM: Final = Path(__file__).with_name("shim.py")

_PROBE: Final = bytes.fromhex("302602010104067075626c6963a019020101020100020100300e300c06082b060102010102000500")
"""An SNMPv2c GET of sysObjectID.0 for the community "public": snmpd knows the answer without us."""

_LOOPBACK: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A user of SNMPv3 who may read and write: authentication by `digest`, privacy by AES (RFC 7860, RFC 3826)."""

    name: str
    authentication: str
    privacy: str
    digest: str = "SHA-256"


def why_not() -> str:
    """Say what is missing to run the agent here; empty where nothing is."""
    return "" if _SNMPD and _SETPRIV else "no snmpd (Debian: snmpd)"


def free_port(host: str) -> int:
    """Return a UDP port of `host` that nobody has; snmpd cannot be asked to choose one."""
    with _socket(host) as sock:
        sock.bind((host, 0))
        port: int = sock.getsockname()[1]
        return port


def _socket(host: str) -> socket.socket:
    family = socket.AF_INET if ip_address(host).version == 4 else socket.AF_INET6
    return socket.socket(family, socket.SOCK_DGRAM)


class Agent:
    """One snmpd, its files in a folder of the caller's."""

    def __init__(self, folder: Path, host: str, port: int, user: User | None) -> None:
        """`host` may be the unspecified address; `folder` holds the socket that the shims speak to."""
        self._folder = folder
        self._host = host
        self._port = port
        self._user = user
        self._process: Process | None = None
        self.engine = ""
        """Its SNMP engine id, in hexadecimal; made up by the agent itself at each start where this is empty."""

    @property
    def passing(self) -> Path:
        """The Unix socket that the shims speak to."""
        return self._folder / "pass.sock"

    @property
    def running(self) -> bool:
        """Whether it was started and not ended."""
        return self._process is not None

    async def start(self) -> None:
        """Start it, and return once it answers. Raises OSError."""
        if reason := why_not():
            raise OSError(reason)
        with _socket(self._host) as sock:
            sock.bind((self._host, self._port))  # whoever has the port would answer in its place
        (self._folder / "snmpd.conf").write_text(self._configuration())
        self._process = await asyncio.create_subprocess_exec(
            # An agent whose switch was killed is killed with it: it would serve nothing, and keep the port.
            *(str(_SETPRIV), "--pdeathsig", "KILL", str(_SNMPD)),
            *("-f", "-C", "-c", "snmpd.conf", "-Lf", "snmpd.log", "-I", "-ifTable,-ifXTable"),
            cwd=self._folder,
            env={**os.environ, "MIBS": "", "SNMP_PERSISTENT_DIR": str(self._folder / "persistent")},
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
        try:
            await asyncio.wait_for(self._answering(self._process), _START_SECONDS)
        except TimeoutError:
            raise OSError(f"snmpd does not answer; it logged: {self._logged()}") from None

    async def stop(self) -> None:
        """End it at once, as a power cut does: one that waits for a silent switch would not end otherwise."""
        if (process := self._process) is not None:
            self._process = None
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _answering(self, process: Process) -> None:
        host = _LOOPBACK.get(self._host, self._host)
        loop = asyncio.get_running_loop()
        with _socket(host) as sock:
            sock.setblocking(False)
            (*_, peer), *_ = await loop.getaddrinfo(host, self._port, type=socket.SOCK_DGRAM)
            while True:
                if process.returncode is not None:
                    raise OSError(f"snmpd ended with {process.returncode}; it logged: {self._logged()}")
                with suppress(TimeoutError, ConnectionError):
                    await loop.sock_sendto(sock, _PROBE, peer)
                    async with asyncio.timeout(0.05):
                        await loop.sock_recv(sock, 1500)
                        return
                await asyncio.sleep(0.02)

    def _logged(self) -> str:
        log = self._folder / "snmpd.log"
        return log.read_text(errors="replace")[-500:] if log.exists() else "nothing"

    def _configuration(self) -> str:
        host = f"udp6:[{self._host}]" if ":" in self._host else f"udp:{self._host}"
        manufacturer, model = PRODUCT
        read, write = COMMUNITIES
        lines = [
            f"agentaddress {host}:{self._port}",
            f"sysDescr {manufacturer} {model}",
            "sysObjectID .1.3.6.1.4.1.4413",
            "sysName switch",
            f"rocommunity {read}",
            f"rwcommunity {write}",
            f"rocommunity6 {read}",
            f"rwcommunity6 {write}",
        ]
        if self.engine:
            lines.append(f"exactEngineID 0x{self.engine}")
        if user := self._user:
            lines.append(f'createUser {user.name} {user.digest} "{user.authentication}" AES "{user.privacy}"')
            lines.append(f"rwuser {user.name} priv")
        shim = f"{sys.executable} -S -E {_SHIM} {self.passing}"
        lines += [f"pass_persist .{'.'.join(map(str, subtree))} {shim}" for subtree in SUBTREES]
        return "\n".join(lines) + "\n"
