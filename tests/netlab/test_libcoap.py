"""libcoap's coap-server, which nobody here wrote, through a whole Home Assistant over a real link."""

from pathlib import Path
import shutil
import subprocess
import sys

import pytest

from .lab import Lab
from .scenario import CLIENT, SERVER

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)
@pytest.mark.skipif(not (shutil.which(SERVER) and shutil.which(CLIENT)), reason="no coap-server (Debian: libcoap3-bin)")
def test_coap_server_is_found_accepted_read_written_and_observed(lab: Lab, tmp_path: Path) -> None:
    played = subprocess.run(
        lab.hub.command(sys.executable, "-m", "tests.netlab.scenario", str(tmp_path), lab.lan.name, "fd00:77::2"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 0, played.stderr + log_of(tmp_path)
    assert "passed" in played.stderr


def log_of(folder: Path) -> str:
    """Return the end of what Home Assistant logged."""
    log = folder / "home-assistant.out"
    return log.read_text()[-5000:] if log.exists() else ""
