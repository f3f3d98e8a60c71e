"""`python -m tests.house`: run the simulated house, or tell a running one what to do."""

import argparse
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
import json
from pathlib import Path
import sys
from textwrap import fill

from . import HOUSE
from .control import Verb, command, default_directory
from .gremlin import MODES
from .places import HTTP_PORT, coap_place, places, thing_place
from .processes import Place, run
from .sockets import COAP_PORT, interface_addresses
from .stick import VERBS as STICK_VERBS, StickPart
from .switch.part import VERBS as SWITCH_VERBS, SwitchPart
from .verbs import VERBS
from .wot import DESK, THINGS
from .wot.part import VERBS as THING_VERBS


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "control":
        return _control(options)
    try:
        return run(_places(options, parser), directory=options.directory)
    except OSError as err:
        parser.error(str(err))


def _parser() -> argparse.ArgumentParser:
    every = "\n".join(f"  {place.name:24}{place.where}" for place in places(port=COAP_PORT, tick=0).values())
    things = " and ".join(thing.name for thing in THINGS)
    parser = argparse.ArgumentParser(
        prog="python -m tests.house",
        description="Run simulated devices, one process each, until Ctrl-C. Prints a JSON line per device, "
        'then {"ready": true}.',
        epilog=f"devices and their addresses:\n{every}\n\nverbs of control:\n{_help(VERBS)}\n\n"
        f"verbs of {things}:\n{_help(THING_VERBS)}\n\nverbs of {SwitchPart.name}:\n{_help(SWITCH_VERBS)}\n\n"
        f"verbs of {StickPart.name}:\n{_help(STICK_VERBS)}\n\n"
        f"modes of gremlin:\n{fill(', '.join(MODES), 100, initial_indent='  ', subsequent_indent='  ')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    directory = default_directory()
    parser.add_argument("--devices", default="", help="only these, separated by commas")
    parser.add_argument("--address", default="", help="addresses of the one device, separated by commas")
    parser.add_argument("--interface", default="", help="network interface of the one device; default: its addresses")
    parser.add_argument("--port", type=int, default=COAP_PORT, help="of CoAP, 0: any free ones (default: 5683)")
    parser.add_argument("--tick", type=float, default=2.0, help="seconds between moves of the values, 0: never")
    parser.add_argument("--directory", type=Path, default=directory, help=f"of the control sockets ({directory})")
    control = parser.add_subparsers(dest="command").add_parser("control", help="tell a running device what to do")
    control.add_argument("device")
    control.add_argument("verb", choices=[*{**VERBS, **THING_VERBS, **SWITCH_VERBS, **STICK_VERBS}], metavar="verb")
    control.add_argument("arguments", nargs="*")
    return parser


def _help(verbs: Mapping[str, Verb]) -> str:
    return "\n".join(f"  {f'{name} {verb.arguments}':32}{verb.help}" for name, verb in verbs.items())


def _places(options: argparse.Namespace, parser: argparse.ArgumentParser) -> list[Place]:
    every = places(port=options.port, tick=options.tick)
    names = options.devices.split(",") if options.devices else list(every)
    if unknown := [name for name in names if name not in every]:
        parser.error(f"no such device: {', '.join(unknown)} (there are: {', '.join(every)})")
    if not (options.address or options.interface):
        return [every[name] for name in names]
    if len(names) != 1 or names[0] in {SwitchPart.name, StickPart.name}:
        parser.error("--address and --interface are for one device: choose it with --devices")
    return [_elsewhere(names[0], options, parser)]


def _elsewhere(name: str, options: argparse.Namespace, parser: argparse.ArgumentParser) -> Place:
    """Return one device at other addresses than its own."""
    addresses = tuple(options.address.split(",")) if options.address else interface_addresses(options.interface)
    if not addresses:
        parser.error(f"{options.interface} has no address")
    models = {model.name: model for model in HOUSE}
    if model := models.get(name):
        return coap_place(model, addresses, port=options.port, tick=options.tick, interface=options.interface)
    thing = next(one for one in THINGS if one.name == name)
    zone = f"%{options.interface}" if options.interface and ip_address(addresses[0]).is_link_local else ""
    port = HTTP_PORT if thing is DESK and options.port else options.port
    return thing_place(thing, addresses[0] + zone, port=port, tick=options.tick)


def _control(options: argparse.Namespace) -> int:
    try:
        answer = command(options.directory, options.device, options.verb, options.arguments)
    except OSError as err:
        answer = {"error": f"no running {options.device} in {options.directory}: {err}"}
    print(json.dumps(answer))  # noqa: T201 - the output of the command
    return 1 if "error" in answer else 0


if __name__ == "__main__":
    sys.exit(main())
