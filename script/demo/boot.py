"""script/test --boot-2026-11: the next Home Assistant starts with this integration and finds the simulated house.

Its test harness does not exist yet, so a real one is started and asked over its own interfaces.

Usage: python -m script.demo.boot ENVIRONMENT, the virtual environment that holds it.
"""

import asyncio
from pathlib import Path
import sys
import tempfile

from .instance import DemoError, Instance, free_port, home_assistant, say, simulated_house

DOMAIN = "local_things"
FLOWS = "/api/config/config_entries/flow"
ENTRIES = f"/api/config/config_entries/entry?domain={DOMAIN}"
CARD_SECONDS = 60


async def set_up(instance: Instance) -> None:
    """Add the integration through its config flow, every form left as it is offered, and see its entry loaded."""
    answer = await instance.request("POST", FLOWS, {"handler": DOMAIN})
    for _ in range(5):
        match answer:
            case {"type": "menu", "flow_id": str(flow_id)}:
                answer = await instance.request("POST", f"{FLOWS}/{flow_id}", {"next_step_id": "network"})
            case {"type": "form", "flow_id": str(flow_id)}:
                answer = await instance.request("POST", f"{FLOWS}/{flow_id}", {})
            case {"type": "create_entry"}:
                break
            case _:
                raise DemoError(f"the config flow ended otherwise: {answer}")
    match await instance.request("GET", ENTRIES):
        case [{"state": "loaded"}]:
            say("the integration is added, and its entry is loaded")
        case entries:
            raise DemoError(f"the entry is not loaded: {entries}")


async def discovered(instance: Instance) -> int:
    """Wait for the first discovery cards and return how many there are."""
    for _ in range(CARD_SECONDS):
        flows = await instance.command("config_entries/flow/progress")
        if isinstance(flows, list) and (cards := [flow for flow in flows if flow["handler"] == DOMAIN]):
            return len(cards)
        await asyncio.sleep(1)
    raise DemoError(f"no device was discovered within {CARD_SECONDS} s")


async def boot(environment: Path) -> None:
    """Start it, add the integration, meet the devices. Raises DemoError."""
    with tempfile.TemporaryDirectory(prefix="boot.") as folder:
        async with (
            simulated_house(Path(sys.prefix)),
            home_assistant(environment, Path(folder), free_port(18123, 18223)) as (instance, _),
        ):
            match await instance.request("GET", "/api/config"):
                case {"version": str(version)}:
                    say(f"Home Assistant {version} runs")
            await set_up(instance)
            say(f"{await discovered(instance)} devices are discovered")
            instance.check_log()


if __name__ == "__main__":
    try:
        asyncio.run(boot(Path(sys.argv[1])))
    except DemoError as err:
        say(f"error: {err}")
        sys.exit(1)
    say("passed")
