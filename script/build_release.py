#!/usr/bin/env python3
"""Build local_things.zip, which HACS and the Marketplace unpack straight into custom_components/local_things.

The same commit gives the same bytes, whoever builds it. Standard library only, on any Python 3.
"""

import argparse
from collections.abc import Iterator
import json
from pathlib import Path
import sys
import zipfile

ROOT = Path(__file__).resolve().parents[1]
INTEGRATION = Path("custom_components/local_things")
BLUEPRINTS = Path("blueprints")

SOURCES = "frontend"
"""The folder with what the panel is built from; only what was built is released."""

TIMESTAMP = (1980, 1, 1, 0, 0, 0)
"""The earliest date a zip can say: when a file was checked out is nobody's business."""


def contents(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name in the archive and the file of everything that is released, in order of name."""
    found = {
        **{path.relative_to(root / INTEGRATION).as_posix(): path for path in (root / INTEGRATION).rglob("*")},
        **{path.relative_to(root).as_posix(): path for path in (root / BLUEPRINTS).rglob("*")},
    }
    for name, path in sorted(found.items()):
        if path.is_file() and not {"__pycache__", SOURCES} & set(path.parts) and not path.name.startswith("."):
            yield name, path


def build(root: Path, archive: Path) -> None:
    """Write the archive of the integration at `root`."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name, path in contents(root):
            entry = zipfile.ZipInfo(name, TIMESTAMP)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, path.read_bytes())


def version(root: Path) -> str:
    """Return the version that the manifest states."""
    return str(json.loads((root / INTEGRATION / "manifest.json").read_text())["version"])


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Build, unless the tag is another version's. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Build the archive of a release.")
    parser.add_argument("--tag", help="the tag to be released, which must be v and the manifest's version")
    parser.add_argument("archive", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.tag not in (None, f"v{version(root)}"):
        print(f"the tag is {chosen.tag}, but the manifest says {version(root)}: change one of them", file=sys.stderr)
        return 1
    build(root, chosen.archive)
    return 0


if __name__ == "__main__":
    sys.exit(main())
