"""`python -m tests.house.switch`: one switch, until its standard input ends or a signal comes."""

import argparse
import asyncio
import json
from pathlib import Path
import signal
import sys

from tests.house.control import listen

from .agent import User
from .kernel import Bridge
from .model import empty, populated
from .part import SwitchPart


def main() -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.house.switch", description=__doc__)
    parser.add_argument("directory", type=Path, help="of the control socket")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="UDP port, 0 is any free one")
    parser.add_argument("--ports", type=int, default=8)
    parser.add_argument("--budget", type=float, default=65.0)
    parser.add_argument("--user", nargs=4, metavar=("NAME", "SECRET", "PRIVACY", "DIGEST"), help="of SNMPv3")
    parser.add_argument(
        "--bridge", default="", help="whose links port1… are the ports, on which nothing hangs at first"
    )
    parser.add_argument("--first-interface", type=int, default=1)
    return asyncio.run(_serve(parser.parse_args()))


async def _serve(options: argparse.Namespace) -> int:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), ended.set)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    words = options.user
    user = words and User(name=words[0], authentication=words[1], privacy=words[2], digest=words[3])
    part = SwitchPart(
        (empty if options.bridge else populated)(options.ports, options.budget),
        host=options.address,
        port=options.port,
        user=user,
        bridge=Bridge(options.bridge) if options.bridge else None,
        first_interface=options.first_interface,
        directory=options.directory,
    )
    try:
        await part.start()
    except OSError as err:
        _say({"error": str(err)})
        return 1
    try:
        async with await listen(part, options.directory):
            _say({"ready": True, "port": part.port})
            await ended.wait()
    finally:
        await part.stop()
    return 0


def _say(line: dict[str, object]) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201 - the output of the command


if __name__ == "__main__":
    sys.exit(main())
