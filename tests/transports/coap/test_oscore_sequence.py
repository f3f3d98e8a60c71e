"""No sequence number is used twice: not by two clients, after a crash, or after an old copy came back (T12)."""

from collections.abc import Iterator
from pathlib import Path
import stat
import threading
from unittest.mock import patch

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.transports.coap.protected import sequence
from custom_components.local_things.transports.coap.protected.sequence import CHUNK, Sequence, StateLost

NOW = 1_792_000_000.0


def go_on(one: Sequence) -> None:
    """Reserve and use, as a client does."""
    one.give(one.reserve())


class Clock:
    """The time, as a test has it."""

    def __init__(self) -> None:
        self.now = NOW

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    with patch.object(sequence, "time", clock):
        yield clock


def test_it_never_begins_at_zero(tmp_path: Path, clock: Clock) -> None:
    one = Sequence(path=tmp_path / "key", in_use=False)
    go_on(one)
    assert one.take() == pytest.approx((NOW - 1_767_225_600) * 1000, abs=2)
    assert one.left == CHUNK - 1


def test_what_is_not_reserved_is_not_given(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(StateLost):
        Sequence(path=tmp_path / "key", in_use=False).take()


def test_only_we_may_read_how_far_a_key_was_used(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "volatile" / "key"
    Sequence(path=path, in_use=False).reserve()
    assert [stat.S_IMODE(one.stat().st_mode) for one in (path.parent, path)] == [0o700, 0o600]


def test_a_disk_that_is_full_leaves_what_was_there(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "key"
    one = Sequence(path=path, in_use=False)
    go_on(one)
    before = path.read_text()
    full = patch("os.fsync", side_effect=OSError(28, "No space left on device"))
    with full, pytest.raises(OSError, match="No space"):
        go_on(one)
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]


def test_before_the_clock_has_come_so_far_a_number_must_wait(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "key"
    one, other = Sequence(path=path, in_use=False), Sequence(path=path, in_use=True)
    go_on(one)
    go_on(other)
    assert one.due < 0.01
    assert other.due == pytest.approx(CHUNK / 1000, abs=0.01)
    clock.now += CHUNK / 1000 + 0.01
    assert other.due == 0


def test_a_clock_that_was_set_back_does_not_make_it_wait_for_years(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "key"
    one = Sequence(path=path, in_use=False)
    go_on(one)
    first = one.take()
    clock.now -= 86_400
    again = Sequence(path=path, in_use=True)
    go_on(again)
    assert again.due == 0
    assert again.take() > first


def test_clients_that_reserve_at_once_get_numbers_of_their_own(tmp_path: Path, clock: Clock) -> None:
    clients = [Sequence(path=tmp_path / "key", in_use=False) for _ in range(8)]
    threads = [threading.Thread(target=go_on, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [client.take() for client in clients for _ in range(client.left)]
    assert len(set(taken)) == len(taken) == 8 * CHUNK


STEPS = st.lists(
    st.one_of(
        st.integers(1, 40).map(lambda count: ("use", count)),
        st.sampled_from((("crash", 0), ("copy", 0), ("restore", 0))),
        st.integers(1, 5000).map(lambda milliseconds: ("wait", milliseconds)),
    ),
    max_size=40,
)


@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_t12_whatever_happens_no_number_is_used_twice(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    path, clock = tmp_path_factory.mktemp("state") / "key", Clock()
    with patch.object(sequence, "time", clock), patch.object(sequence, "CHUNK", 10), patch("os.fsync"):
        one, copy = Sequence(path=path, in_use=False), ""
        go_on(one)
        used: list[int] = []
        for step, amount in (*steps, ("restore", 0), ("use", 3)):
            match step:
                case "use":
                    for _ in range(amount):
                        if not one.left:
                            go_on(one)
                        clock.now += one.due
                        used.append(one.take())
                case "wait":
                    clock.now += amount / 1000
                case "crash":
                    one = Sequence(path=path, in_use=True)
                case "copy":
                    copy = path.read_text()
                case _:
                    path.write_text(copy or path.read_text())
                    clock.now += 0.001
                    one = Sequence(path=path, in_use=True)
    assert used
    assert len(set(used)) == len(used)
