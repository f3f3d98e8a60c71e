"""A run of the fuzzer ends in time, and early where it must, with the verdicts that there are."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import signal
import sys
import time

from tests.patience import PATIENCE

from .run import Outcome, Processes, fuzz, verdict

ENDLESS = (sys.executable, "-I", "-S", "-c", "import time; print('begun', flush=True); time.sleep(3600)")


def test_what_searches_is_ended_early_and_nothing_begins_then(tmp_path: Path) -> None:
    processes = Processes()
    with ThreadPoolExecutor(1) as pool:
        searching = pool.submit(processes.run, tmp_path, PATIENCE, *ENDLESS)
        while not (tmp_path / "said").exists():
            time.sleep(0.01)
        processes.end()
        assert searching.result(PATIENCE) == -signal.SIGTERM
    assert processes.run(tmp_path, PATIENCE, *ENDLESS) == -signal.SIGTERM
    assert fuzz("cbor", PATIENCE, 1, processes) is None


def test_what_judges_is_not_ended_early_but_in_time(tmp_path: Path) -> None:
    processes = Processes()
    processes.end()
    assert processes.run(tmp_path, 0.01, *ENDLESS, is_search=False) == -signal.SIGKILL


def test_that_there_is_no_verdict_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "said").write_bytes(b"")
    (tmp_path / "log").write_text("Killed")
    seconds, memory, findings = verdict(tmp_path, -9)
    assert (seconds, memory) == (0.0, 0)
    assert findings == ("no verdict: judging ended with -9: Killed",)


def test_a_row_says_what_the_worst_inputs_take_and_what_is_wrong() -> None:
    fine = Outcome(name="cbor", runs=1_200, branches=3, long_ones=0, seconds=30, slowest=0.0123, memory=2**20)
    assert str(fine).split() == ["cbor", "1,200", "0", "3", "12.3", "ms", "1.0", "MiB", "30", "holds"]
    wrong = Outcome(name="cbor", runs=1, branches=1, long_ones=0, seconds=1, findings=("time: 90 ms",))
    row, line = str(wrong).splitlines()
    assert row.endswith("FAILS")
    assert line.strip() == "cbor: time: 90 ms"
