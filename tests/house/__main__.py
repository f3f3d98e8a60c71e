"""`python -m tests.house`: run the simulated house, or tell a running one what to do."""

import argparse
from collections.abc import Sequence
import json
from pathlib import Path
import sys
from textwrap import fill

from . import HOUSE, house_address
from .control import VERBS, command, default_directory
from .gremlin import MODES
from .processes import Place, run
from .sockets import COAP_PORT, interface_addresses


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "control":
        return _control(options)
    try:
        return run(_places(options, parser), directory=options.directory, tick=options.tick)
    except OSError as err:
        parser.error(str(err))


def _parser() -> argparse.ArgumentParser:
    verbs = "\n".join(f"  {f'{name} {verb.arguments}':24}{verb.help}" for name, verb in VERBS.items())
    devices = "\n".join(f"  {model.name:24}{house_address(model)}" for model in HOUSE)
    parser = argparse.ArgumentParser(
        prog="python -m tests.house",
        description="Run simulated CoAP devices, one process each, until Ctrl-C. Prints a JSON line per device, "
        'then {"ready": true}.',
        epilog=f"devices and their addresses:\n{devices}\n\nverbs of control:\n{verbs}\n\n"
        f"modes of gremlin:\n{fill(', '.join(MODES), 100, initial_indent='  ', subsequent_indent='  ')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    directory = default_directory()
    parser.add_argument("--devices", default="", help="only these, separated by commas")
    parser.add_argument("--address", default="", help="addresses of the one device, separated by commas")
    parser.add_argument("--interface", default="", help="network interface of the one device; default: its addresses")
    parser.add_argument("--port", type=int, default=COAP_PORT, help="UDP port, 0 is any free one (default: 5683)")
    parser.add_argument("--tick", type=float, default=2.0, help="seconds between moves of the values, 0: never")
    parser.add_argument("--directory", type=Path, default=directory, help=f"of the control sockets ({directory})")
    control = parser.add_subparsers(dest="command").add_parser("control", help="tell a running device what to do")
    control.add_argument("device")
    control.add_argument("verb", choices=VERBS)
    control.add_argument("arguments", nargs="*")
    return parser


def _places(options: argparse.Namespace, parser: argparse.ArgumentParser) -> list[Place]:
    models = {model.name: model for model in HOUSE}
    names = options.devices.split(",") if options.devices else list(models)
    if unknown := [name for name in names if name not in models]:
        parser.error(f"no such device: {', '.join(unknown)} (there are: {', '.join(models)})")
    if not (options.address or options.interface):
        return [Place(model=models[n], addresses=(house_address(models[n]),), port=options.port) for n in names]
    if len(names) != 1:
        parser.error("--address and --interface are for one device: choose it with --devices")
    addresses = tuple(options.address.split(",")) if options.address else interface_addresses(options.interface)
    if not addresses:
        parser.error(f"{options.interface} has no address")
    return [Place(model=models[names[0]], addresses=addresses, port=options.port, interface=options.interface)]


def _control(options: argparse.Namespace) -> int:
    try:
        answer = command(options.directory, options.device, options.verb, options.arguments)
    except OSError as err:
        answer = {"error": f"no running {options.device} in {options.directory}: {err}"}
    print(json.dumps(answer))  # noqa: T201 - the output of the command
    return 1 if "error" in answer else 0


if __name__ == "__main__":
    sys.exit(main())
