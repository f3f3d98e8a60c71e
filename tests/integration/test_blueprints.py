"""The blueprints in the user's folder: installed, kept new, and never against what the user did."""

from importlib.machinery import PathFinder
from pathlib import Path
import zipfile

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.local_things import blueprints
from custom_components.local_things.blueprints import (
    async_install_blueprints,
    async_remove_blueprints,
    source_folder,
)
from custom_components.local_things.const import DOMAIN
from custom_components.local_things.memory import Memory
from script.build_release import build
from tests.fake import FakeAdapter
from tests.project.repository import INTEGRATION, ROOT

from .test_repairs import Repair, repair

__all__ = ["repair"]

type Files = dict[str, bytes]

FIRST: Files = {
    "automation/local_things/a.yaml": b"blueprint:\r\n  name: \xc3\x84\n# a comment stays\n",
    "automation/local_things/b.yaml": b"b: 1\n",
    "script/local_things/s.yaml": b"s: 1",
}
USABLE = b"blueprint: {name: A, domain: automation}\ntriggers: []\nactions: []\n"

SECOND: Files = {name: content + b"# 2\n" for name, content in FIRST.items()} | {
    "automation/local_things/new.yaml": b"new\n"
}


def write(folder: Path, files: Files) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def read(folder: Path) -> Files:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name == "local_things"
    }


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.yaml")}


def configure(hass: HomeAssistant, text: str = "") -> None:
    Path(hass.config.path("configuration.yaml")).write_text(text)


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder the blueprints come from, with the first release in it."""
    source = tmp_path / "release"
    write(source, FIRST)
    write(source, {"automation/local_things/.hidden": b"", "automation/others/o.yaml": b"", "README.md": b""})
    monkeypatch.setattr(blueprints, "source_folder", lambda _package: source)
    return source


@pytest.fixture
async def folder(hass: HomeAssistant) -> Path:
    """Return the user's blueprint folder, with automations and scripts set up."""
    configure(hass)
    for domain in ("automation", "script"):
        assert await async_setup_component(hass, domain, {})
    return Path(hass.config.path("blueprints"))


@pytest.fixture
async def memory(hass: HomeAssistant) -> Memory:
    """Return an empty memory."""
    return Memory(hass, "entry")


async def install(hass: HomeAssistant, memory: Memory) -> Memory:
    """Install as a start does, and return the memory as the next start reads it."""
    await async_install_blueprints(hass, memory)
    await hass.async_block_till_done()
    await memory.async_save()
    after = Memory(hass, "entry")
    await after.async_load(())
    return after


async def test_fresh_install_is_byte_exact_and_takes_only_ours(
    hass: HomeAssistant, folder: Path, release: Path, memory: Memory
) -> None:
    await install(hass, memory)
    assert read(folder) == FIRST
    assert not (folder / "automation" / "others").exists()
    assert (folder / "automation/local_things/a.yaml").stat().st_mode & 0o777 == 0o644


async def test_upgrade_follows_what_is_untouched_and_nothing_else(
    hass: HomeAssistant, folder: Path, release: Path, memory: Memory
) -> None:
    memory = await install(hass, memory)
    (folder / "automation/local_things/a.yaml").write_bytes(b"mine\n")
    (folder / "automation/local_things/b.yaml").unlink()
    write(release, SECOND)
    for _ in range(2):
        memory = await install(hass, memory)
        assert read(folder) == {
            "automation/local_things/a.yaml": b"mine\n",
            "automation/local_things/new.yaml": SECOND["automation/local_things/new.yaml"],
            "script/local_things/s.yaml": SECOND["script/local_things/s.yaml"],
        }


async def test_a_file_that_the_user_made_like_ours_is_followed_again(
    hass: HomeAssistant, folder: Path, release: Path, memory: Memory
) -> None:
    name = "automation/local_things/a.yaml"
    write(folder, {name: b"of another origin\n"})
    memory = await install(hass, memory)
    assert read(folder)[name] == b"of another origin\n"
    write(folder, {name: FIRST[name]})
    memory = await install(hass, memory)
    write(release, SECOND)
    await install(hass, memory)
    assert read(folder)[name] == SECOND[name]


async def test_nothing_is_written_or_reloaded_when_all_is_new(
    hass: HomeAssistant, folder: Path, release: Path, memory: Memory
) -> None:
    memory = await install(hass, memory)
    before = times(folder)
    reloads = [async_mock_service(hass, domain, "reload") for domain in ("automation", "script")]
    memory = await install(hass, memory)
    assert times(folder) == before
    assert reloads == [[], []]
    write(release, {"script/local_things/s.yaml": b"2"})
    await install(hass, memory)
    assert [len(calls) for calls in reloads] == [0, 1]


async def test_rules_take_in_an_updated_blueprint(
    hass: HomeAssistant, folder: Path, release: Path, memory: Memory
) -> None:
    name = "automation/local_things/a.yaml"
    text = (
        "blueprint: {name: A, domain: automation}\n"
        "triggers: [{trigger: event, event_type: go}]\nactions: [{event: done, event_data: {version: 1}}]\n"
    )
    write(release, {name: text.encode()})
    memory = await install(hass, memory)
    configure(hass, "automation: [{alias: rule, id: rule, use_blueprint: {path: local_things/a.yaml}}]\n")
    await hass.services.async_call("automation", "reload", blocking=True)
    said: list[object] = []
    hass.bus.async_listen("done", lambda event: said.append(event.data["version"]))
    write(release, {name: text.replace("version: 1", "version: 2").encode()})
    await install(hass, memory)
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert said == [2]


async def test_a_domain_that_is_not_set_up_is_left_alone(hass: HomeAssistant, release: Path, memory: Memory) -> None:
    assert await async_setup_component(hass, "script", {})
    configure(hass)
    memory = await install(hass, memory)
    folder = Path(hass.config.path("blueprints"))
    assert set(read(folder)) == {"script/local_things/s.yaml"}
    assert not (folder / "automation").exists(), "Home Assistant's own examples come first"
    assert await async_setup_component(hass, "automation", {})
    await install(hass, memory)
    assert read(folder) == FIRST


async def test_one_file_that_cannot_be_written_stops_no_other(
    hass: HomeAssistant, folder: Path, release: Path, memory: Memory, caplog: pytest.LogCaptureFixture
) -> None:
    stone = folder / "automation/local_things/a.yaml"
    stone.mkdir(parents=True)
    memory = await install(hass, memory)
    assert "automation/local_things/a.yaml cannot be installed" in caplog.text
    assert set(read(folder)) == set(FIRST) - {"automation/local_things/a.yaml"}
    stone.rmdir()
    await install(hass, memory)
    assert read(folder) == FIRST


async def test_without_a_source_nothing_happens(
    hass: HomeAssistant, folder: Path, memory: Memory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(blueprints, "source_folder", lambda _package: tmp_path / "nowhere")
    await install(hass, memory)
    assert read(folder) == {}


async def test_setting_up_installs_them_and_removing_takes_those_along_that_nobody_uses(
    hass: HomeAssistant, adapter: FakeAdapter, entry: MockConfigEntry, folder: Path
) -> None:
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    ours = read(ROOT / "blueprints")
    assert len(ours) >= 12
    assert read(folder) == ours
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert read(folder) == {}


EDITED = "automation/local_things/a.yaml"


@pytest.fixture
async def edited(
    hass: HomeAssistant, adapter: FakeAdapter, entry: MockConfigEntry, folder: Path, release: Path
) -> MockConfigEntry:
    """Return the entry with one edited blueprint of which there is a newer version, and its repair open."""
    assert await async_setup_component(hass, "repairs", {})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    write(folder, {EDITED: b"mine"})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert offers(hass) == [], "it is edited, but there is no newer one"
    write(release, SECOND)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert offers(hass) == [f"blueprint_{EDITED}"]
    return entry


def offers(hass: HomeAssistant) -> list[str]:
    return [issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN]


@pytest.mark.parametrize(("choice", "content"), (("replace", SECOND[EDITED]), ("keep", b"mine")))
async def test_a_repair_offers_the_newer_version_of_an_edited_blueprint(
    hass: HomeAssistant,
    edited: MockConfigEntry,
    folder: Path,
    release: Path,
    repair: Repair,
    choice: str,
    content: bytes,
) -> None:
    shown = await repair.open(f"blueprint_{EDITED}")
    assert (shown["type"], shown["menu_options"]) == ("menu", ["replace", "keep"])
    assert (await repair.answer(next_step_id=choice))["type"] == "create_entry"
    await hass.async_block_till_done()
    assert read(folder) == SECOND | {EDITED: content}
    assert await hass.config_entries.async_reload(edited.entry_id)
    await hass.async_block_till_done()
    assert offers(hass) == []
    assert read(folder) == SECOND | {EDITED: content}

    write(release, {EDITED: b"third"})
    assert await hass.config_entries.async_reload(edited.entry_id)
    await hass.async_block_till_done()
    assert offers(hass) == ([] if choice == "replace" else [f"blueprint_{EDITED}"])
    assert read(folder)[EDITED] == (b"third" if choice == "replace" else b"mine")


async def test_a_repair_that_cannot_write_says_so(
    hass: HomeAssistant, edited: MockConfigEntry, folder: Path, release: Path, repair: Repair
) -> None:
    (release / EDITED).unlink()
    await repair.open(f"blueprint_{EDITED}")
    answer = await repair.answer(next_step_id="replace")
    assert (answer["type"], answer["reason"]) == ("abort", "not_written")
    assert read(folder)[EDITED] == b"mine"
    assert offers(hass)


async def test_a_repair_while_nothing_runs_says_so(
    hass: HomeAssistant, edited: MockConfigEntry, repair: Repair
) -> None:
    assert await hass.config_entries.async_unload(edited.entry_id)
    await repair.open(f"blueprint_{EDITED}")
    answer = await repair.answer(next_step_id="keep")
    assert (answer["type"], answer["reason"]) == ("abort", "not_running")


def test_a_release_and_a_checkout_find_theirs_and_a_configuration_folder_is_no_source(tmp_path: Path) -> None:
    assert source_folder(INTEGRATION) == ROOT / "blueprints"

    config = tmp_path / "config"
    linked = config / "custom_components" / "local_things"
    linked.parent.mkdir(parents=True)
    linked.symlink_to(INTEGRATION, target_is_directory=True)
    assert source_folder(linked) == ROOT / "blueprints"

    linked.unlink()
    linked.mkdir()
    write(config / "blueprints", FIRST)
    assert not source_folder(linked).exists(), "these are the user's"

    build(ROOT, tmp_path / "local_things.zip")
    with zipfile.ZipFile(tmp_path / "local_things.zip") as archive:
        archive.extractall(linked)
    assert source_folder(linked) == linked / "blueprints"
    assert read(linked / "blueprints") == read(ROOT / "blueprints")
    module = PathFinder.find_spec("blueprints", [str(linked)])
    assert module is not None
    assert module.origin == str(linked / "blueprints.py"), "the folder beside it does not hide the module"


async def test_the_end_of_the_network_takes_those_along_that_nobody_edited_or_uses(
    hass: HomeAssistant, release: Path, folder: Path, adapter: FakeAdapter, entry: MockConfigEntry
) -> None:
    write(release, {"automation/local_things/a.yaml": USABLE})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert len(read(folder)) == len(FIRST)
    configure(hass, 'automation:\n- {id: "1", alias: One, use_blueprint: {path: local_things/a.yaml}}\n')
    await hass.services.async_call("automation", "reload", blocking=True)
    write(folder, {"automation/local_things/own.yaml": b"own: 1\n"})
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert set(read(folder)) == {"automation/local_things/a.yaml", "automation/local_things/own.yaml"}
    assert not (folder / "script" / "local_things").exists()


async def test_what_was_edited_stays_at_the_end_and_the_question_about_it_goes(
    hass: HomeAssistant, release: Path, folder: Path, issue_registry: ir.IssueRegistry
) -> None:
    memory = Memory(hass, "entry")
    await async_install_blueprints(hass, memory)
    edited = "automation/local_things/b.yaml"
    write(folder, {edited: b"mine: 1\n"})
    write(release, SECOND)
    await async_install_blueprints(hass, memory)
    assert issue_registry.async_get_issue(DOMAIN, f"blueprint_{edited}")
    await async_remove_blueprints(hass, memory)
    assert read(folder) == {edited: b"mine: 1\n"}
    assert issue_registry.async_get_issue(DOMAIN, f"blueprint_{edited}") is None
    await async_remove_blueprints(hass, memory)
    assert read(folder) == {edited: b"mine: 1\n"}
