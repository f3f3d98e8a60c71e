"""Home Assistant is killed in the middle of a command: what it did is on the disk, and the next start gives it back."""

import json
from pathlib import Path
import signal
import subprocess
import sys

import pytest

from .dwelling import BOILER

PROGRAM = Path(__file__).with_name("killed.py")
LONGEST_S = 120


def run(folder: Path, what: str) -> subprocess.CompletedProcess[str]:
    """Run a Home Assistant of its own in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tests.power_budget.killed", str(folder), what],
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
        cwd=PROGRAM.parents[2],
    )


@pytest.mark.timeout(2 * LONGEST_S)
def test_what_was_shed_when_it_was_killed_comes_back(tmp_path: Path) -> None:
    killed = run(tmp_path, "shed")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    (journal,) = tmp_path.glob(".storage/local_things.*.journal")
    (line,) = [json.loads(one) for one in journal.read_text().splitlines() if one]
    assert (line["owned"]["wanted"], line["owned"]["level"]) == (1.0, 0.0)
    again = run(tmp_path, "restore")
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout.splitlines()[-1])
    assert told["status"] == "shed"
    assert told["called"] == [["turn_on", BOILER]]
