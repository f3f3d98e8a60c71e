"""script/run: the integration in a real Home Assistant, beside the simulated house, to look at or to be walked."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import signal
import sys
import tempfile

from .instance import DemoError, Instance, free_port, home_assistant, say, simulated_house
from .steps import JOURNEYS, steps
from .walk import find_chromium, walk
from .watched_panel import watch_panel

CACHE = Path(os.environ["LOCAL_THINGS_CACHE"])

WHAT_TO_TRY = """
    Home Assistant   {address}
    user             {user}
    password         {password}

  1. Log in, then open Settings, Devices & services, Add integration, and choose Local Things, then Local network.
  2. The simulated devices ({devices}) appear as discovered.
     Choose Add on one of them, and open its device page: its values move by themselves.
  3. Of the water tank nobody understands the value: choose the gear beside it on the page of Local Things, then
     Explain a value. It is centimetres of rain water.
  4. Switch a lamp, close the blind. Or make something happen in the house, from another terminal:
         script/run --house control button press
         script/run --house control leak leak on
         script/run --house control desk emit button '"single"'
         script/run --house --help
  5. The desk is a Web Thing over HTTP. Home Assistant hears no announcements on loopback: open Local Things, choose
     Add device by address, and enter http://{desk}.
  6. Make a role of its temperature and another one: choose Add hub, then, at the end of the list, Set up another
     instance of Local Things, and A role for rules.
  7. Watch a power budget at work: accept the electrical panel, choose Add hub, then Power budget at the end of the
     list, a breaker of 16 A, and all that is suggested. In its gear is a dashboard: set loads to Manage there, and arm
     it. Or let all that be done for you: script/run --power-budget. Then look at the dashboard Power budget:
     within two minutes the oven and the water heater are too much for L1. The water heater goes, comes back when the
     oven is done, and the logbook says why. More is soon too much, from another terminal:
         script/run --house control panel set car on
         script/run --house control panel set kettle_boils on
{switch}{stick}
  Ctrl-C ends everything.
"""

A_SWITCH = """
  8. A PoE switch that four of the devices hang on speaks SNMP at {address}, version 2c: the community public may
     read, private may write too. It is added where a role is. Let it have less power to give than they need:
         script/run --house control switch budget 20
"""

A_STICK = """
  9. A Zigbee stick by Texas Instruments (Z-Stack) is at socket://{address}: add it where a role is, and form a network.
     Choose its gear and Pair a device: ten devices come. Then, from another terminal:
         script/run --house control stick press 2
         script/run --house control stick leak on
         script/run --house control stick consume 1200
"""

NO_SWITCH = """
  There is no PoE switch to try: its agent is Debian's snmpd, which is not installed here.
"""


def options() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(prog="script/run", description=__doc__)
    parser.add_argument("--check", action="store_true", help="walk the main job in a headless Chromium, then end")
    parser.add_argument("--only", nargs="+", default=(), choices=JOURNEYS, help="walk these journeys of --check only")
    parser.add_argument("--screenshots", type=Path, default=CACHE / "screenshots", help="where --check keeps pictures")
    parser.add_argument("--config", type=Path, help="a configuration folder to use and keep (default: a fresh one)")
    parser.add_argument("--port", type=int, default=8123, help="the first TCP port to try (default: 8123)")
    parser.add_argument("--power-budget", action="store_true", help="begin with a power budget that watches the panel")
    parser.add_argument("--house", nargs=argparse.REMAINDER, help="speak to the simulated house instead of starting")
    return parser.parse_args()


@asynccontextmanager
async def demo(folder: Path, first_port: int) -> AsyncIterator[tuple[Instance, dict[str, str], asyncio.Task[None]]]:
    """Run the house and Home Assistant."""
    environment = Path(sys.prefix)
    say("starting the simulated house")
    async with simulated_house(environment) as devices:
        say(f"{len(devices)} devices answer; starting Home Assistant (up to half a minute the first time)")
        port = free_port(first_port, first_port + 100)
        async with home_assistant(environment, folder, port) as (instance, ended):
            say(f"Home Assistant runs at {instance.address}")
            yield instance, devices, ended


async def main(chosen: argparse.Namespace) -> int:
    """Run the demo until it is interrupted, or walk it. Returns the exit code."""
    chromium = find_chromium() if chosen.check else ""
    with tempfile.TemporaryDirectory(prefix="demo.", dir=CACHE) as fresh:
        folder = chosen.config.absolute() if chosen.config else Path(fresh)
        async with demo(folder, chosen.port) as (instance, devices, ended):
            if chromium:
                await walk(instance, devices, steps(chosen.only), chromium, chosen.screenshots)
                instance.check_log()
                say(f"the walk is complete; its pictures are in {chosen.screenshots}")
                return 0
            if chosen.power_budget:
                await watch_panel(instance)
                say("a power budget watches over the electrical panel")
            words = {"address": instance.address, "user": instance.user, "password": instance.password}
            switch = A_SWITCH.format(address=devices["switch"]) if "switch" in devices else NO_SWITCH
            stick = A_STICK.format(address=devices["stick"]) if "stick" in devices else ""
            words |= {"devices": ", ".join(devices), "desk": devices["desk"], "switch": switch, "stick": stick}
            print(WHAT_TO_TRY.format(**words), flush=True)
            await ended
            raise DemoError(f"Home Assistant ended by itself; the end of its log:\n{instance.log()[-3000:]}")


async def interruptible(chosen: argparse.Namespace) -> int:
    """Turn Ctrl-C and a request to terminate into an orderly end; asking twice does not make it a disorderly one."""
    running = asyncio.create_task(main(chosen))

    def end() -> None:
        say("ending everything (a few seconds)")
        if not running.cancelling():
            running.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    try:
        return await running
    except asyncio.CancelledError:
        say("everything has ended")
        return 130 if chosen.check else 0
    except DemoError as err:
        say(f"error: {err}")
        return 1


if __name__ == "__main__":
    arguments = options()
    if arguments.house is not None:
        os.execv(sys.executable, [sys.executable, "-m", "tests.house", *arguments.house])  # noqa: S606 - ours
    sys.exit(asyncio.run(interruptible(arguments)))
