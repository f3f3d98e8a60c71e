"""The house as processes: found by multicast, told what to do, and ended without a trace."""

from collections.abc import Iterator
import json
import os
from pathlib import Path
import signal
import socket
import subprocess
import sys
import time

import pytest

from . import HOUSE
from .codec import Code, Message, Option, Type
from .control import command
from .sockets import COAP_PORT
from .switch import why_not

ROOT = Path(__file__).parents[2]

OPTIONAL = [] if why_not() else ["switch"]
"""What is left out where the machine lacks something for it."""

pytestmark = pytest.mark.usefixtures("loopback")


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    arguments = [sys.executable, "-m", "tests.house", "--port", "0", "--directory", str(tmp_path), "--tick", "0"]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def ready(parent: subprocess.Popen[str]) -> list[dict[str, str | int]]:
    """Return the lines of the devices."""
    assert parent.stdout
    lines = []
    while (line := json.loads(parent.stdout.readline())) != {"ready": True}:
        lines.append(line)
    return lines


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def runs(pid: int) -> bool:
    """Return whether a process is there and is more than an entry that nobody has collected yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError, ProcessLookupError:
        return False


def ended(pids: list[int]) -> bool:
    """Return whether all these processes are gone within five seconds."""
    deadline = time.monotonic() + 5
    while any(runs(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def others_obey(directory: Path) -> None:
    """Tell the parts that are no CoAP devices of rows to do something."""
    assert "55" in str(command(directory, "desk", "set", ["brightness", "55"])["values"])
    assert "error" in command(directory, "radiator", "emit", ["overheated", "hot"])
    assert command(directory, "stick", "join", ["light"])["joined"] == [], "the network is closed"
    for name in OPTIONAL:
        assert command(directory, name, "fault", ["1", "on"])["delivering"] == [2, 3, 5]


def test_all_are_found_told_and_ended(parent: subprocess.Popen[str], tmp_path: Path) -> None:
    places = {(line["address"], line["port"]): line["device"] for line in ready(parent)}
    assert list(places.values()) == [
        *(model.name for model in HOUSE),
        "desk",
        "radiator",
        "panel",
        "door",
        "meter",
        "gate",
        *OPTIONAL,
        "stick",
    ]
    answering = {
        place for place, name in places.items() if name not in {"desk", "door", "gate", "meter", "switch", "stick"}
    }

    options = ((Option.URI_PATH, b".well-known"), (Option.URI_PATH, b"core"))
    question = Message(type=Type.NON, code=Code.GET, mid=7, token=b"all", options=options)
    found: dict[object, int | None] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        sock.settimeout(5)
        sock.sendto(question.encode(), ("224.0.1.187", COAP_PORT))
        while len(found) < len(answering):
            data, peer = sock.recvfrom(2048)
            answer = Message.decode(data)
            assert (answer.type, answer.code, answer.token) == (Type.NON, Code.CONTENT, b"all")
            if peer in answering:  # another house may live beside this one
                found[places[peer]] = answer.uint(Option.BLOCK2)
    assert {name for name, block in found.items() if block is not None} == {"many", "panel"}

    values = command(tmp_path, "lamp", "set", ["level", "40"])["values"]
    assert values == {"identity": "SH-LAMP-0004", "on": False, "level": 40}
    assert "400" in str(command(tmp_path, "lamp", "set", ["level", "400"])["error"])
    assert "error" in command(tmp_path, "lamp", "press", [])
    others_obey(tmp_path)
    for verb, arguments in (("fail", []), ("lie", []), ("refuse", ["4.03"]), ("sleep", ["0.1"]), ("lose", ["0.2"])):
        assert command(tmp_path, "plug", verb, arguments)["faults"]
        assert command(tmp_path, "plug", "recover", [])["faults"] == []
    assert command(tmp_path, "gremlin", "mode", ["cyclic"])["faults"] == ["mode"]
    assert "127.0.0.40" in str(command(tmp_path, "hall", "address", ["127.0.0.40"])["uri"])
    assert "error" in command(tmp_path, "hall", "address", ["198.51.100.1"])
    imposture = command(tmp_path, "lamp", "impostor", ["plug"])["values"]
    assert isinstance(imposture, dict)
    assert imposture["identity"] == "SH-PLUG-0005"

    pids = children(parent.pid)
    assert len(pids) == len(places)
    os.kill(pids[0], signal.SIGKILL)  # one dead device stops no other
    assert command(tmp_path, "plug", "status", [])["device"] == "plug"
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(5) == 0
    assert ended(pids)
    assert [*tmp_path.iterdir()] == [tmp_path / "hall.sock"]


def test_no_orphan_outlives_a_killed_parent(parent: subprocess.Popen[str]) -> None:
    lines = ready(parent)
    pids = children(parent.pid)
    assert len(pids) == len(lines)
    pids += [grandchild for pid in pids for grandchild in children(pid)]
    assert len(pids) == len(lines) + len(OPTIONAL)
    parent.kill()
    assert ended(pids)


def test_a_taken_port_is_said_and_ends_all(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.14", 0))
        port = str(taken.getsockname()[1])
        arguments = ["--devices", "lamp,plug", "--port", port, "--directory", str(tmp_path)]
        result = subprocess.run(
            [sys.executable, "-m", "tests.house", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    assert result.returncode == 1
    assert f"lamp: cannot listen at 127.0.0.14 port {port}" in result.stderr
    assert "ready" not in result.stdout
