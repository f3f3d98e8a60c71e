"""Servers that nobody here wrote, through a whole Home Assistant over a real link."""

from collections.abc import Sequence
import json
from pathlib import Path
import subprocess
import sys

import pytest

from .conftest import skip_without_lab
from .lab import Flavour, network_lab
from .peers import DIRECTORY, LIBCOAP, PEERS, Peer

ROOT = Path(__file__).parents[2]

# One start of Home Assistant, about a minute, serves all of them, so they stay in one worker.
pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("netlab")]


def play(folder: Path, flavour: Flavour, peers: Sequence[Peer], *options: str) -> dict[str, str]:
    """Let Home Assistant meet `peers`; return what went wrong with each."""
    with network_lab(flavour, len(peers)) as lab:
        machines = (f"{peer.name}={machine.name}" for peer, machine in zip(peers, lab.devices, strict=True))
        played = subprocess.run(
            lab.hub.command(sys.executable, "-m", "tests.netlab.scenario", *options, str(folder), *machines),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert played.returncode == 0, played.stderr + log_of(folder)
    outcomes: dict[str, str] = json.loads(played.stdout)
    return outcomes


def log_of(folder: Path) -> str:
    """Return the end of what Home Assistant logged."""
    log = folder / "home-assistant.out"
    return log.read_text()[-5000:] if log.exists() else ""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what went wrong with each server that can be here, all met at once."""
    skip_without_lab()
    return play(
        tmp_path_factory.mktemp("home"),
        Flavour.DUAL_STACK,
        [peer for peer in (*PEERS, DIRECTORY) if not peer.missing],
    )


@pytest.mark.parametrize(
    "peer",
    [
        pytest.param(peer, id=peer.name, marks=pytest.mark.skipif(bool(peer.missing), reason=peer.missing))
        for peer in (*PEERS, DIRECTORY)
    ],
)
def test_a_server_is_found_read_written_observed_killed_and_followed_again(
    peer: Peer, outcomes: dict[str, str]
) -> None:
    assert outcomes[peer.name] == ""


@pytest.mark.skipif(bool(LIBCOAP.missing), reason=LIBCOAP.missing)
@pytest.mark.parametrize(
    ("flavour", "options"), [(Flavour.IPV6_ONLY, ()), (Flavour.LINK_LOCAL, ("--until-used",))], ids=["ipv6", "fe80"]
)
def test_without_ipv4_and_with_nothing_but_link_local_addresses(
    flavour: Flavour, options: tuple[str, ...], tmp_path: Path
) -> None:
    skip_without_lab()
    assert play(tmp_path, flavour, [LIBCOAP], *options) == {"libcoap": ""}
