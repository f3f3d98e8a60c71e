"""The archive of a release holds what HACS unpacks, and the same bytes each time."""

import json
from pathlib import Path
import shutil
import zipfile

import pytest

from script.build_release import build, main, version

from .repository import INTEGRATION, ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy the integration and the blueprints, and add what a working copy holds besides."""
    copy = tmp_path / "custom_components" / "local_things"
    shutil.copytree(INTEGRATION, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for stray in ("__pycache__/x.pyc", "things/__pycache__/y.pyc", ".DS_Store", "things/.swp"):
        (copy / stray).parent.mkdir(exist_ok=True)
        (copy / stray).write_text("stray")
    shutil.copytree(ROOT / "blueprints", tmp_path / "blueprints")
    (tmp_path / "tests").mkdir()
    return tmp_path


def test_root_of_the_archive_is_the_content_of_the_folder(checkout: Path, tmp_path: Path) -> None:
    build(checkout, tmp_path / "local_things.zip")
    with zipfile.ZipFile(tmp_path / "local_things.zip") as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["domain"] == "local_things"
    assert {"__init__.py", "things/model.py", "translations/en.json", "py.typed", "brand/icon.png"} <= set(names)
    assert [name for name in names if name.startswith("adapters/coap/quirks/") and name.endswith(".json")]
    blueprints = {path.relative_to(ROOT).as_posix() for path in (ROOT / "blueprints").rglob("*.yaml")}
    assert "blueprints/automation/local_things/leak.yaml" in blueprints
    assert {name for name in names if name.startswith("blueprints/")} == blueprints
    assert not [name for name in names if "pycache" in name or "/." in name or name.startswith((".", "tests"))]
    assert not [name for name in names if name.startswith("/") or ".." in name]
    assert "panel/local-things-panel.js" in names
    assert not [name for name in names if name.endswith(".ts") or "frontend" in name]


def test_the_same_tree_gives_the_same_bytes(checkout: Path, tmp_path: Path) -> None:
    build(checkout, tmp_path / "one.zip")
    for path in checkout.rglob("*.py"):
        path.chmod(0o600)
        path.touch()
    build(checkout, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_tag_of_another_version_is_refused(checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "dist" / "local_things.zip"
    assert main(["--tag", "v9.9.9", str(archive)], checkout) == 1
    assert "v9.9.9" in capsys.readouterr().err
    assert not archive.exists()
    assert main(["--tag", f"v{version(checkout)}", str(archive)], checkout) == 0
    assert archive.exists()


def test_workflow_builds_what_hacs_asks_for() -> None:
    workflow = (ROOT / ".github/workflows/release.yaml").read_text()
    filename = json.loads((ROOT / "hacs.json").read_text())["filename"]
    assert f'script/build_release.py --tag "$GITHUB_REF_NAME" dist/{filename}' in workflow
