"""Where the parts of the repository are, and how its files are read."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
INTEGRATION = ROOT / "custom_components" / "local_things"


def read_json(path: Path) -> dict[str, object]:
    """Return the object that a JSON file holds; a key twice in one object is an error, as in hassfest."""

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), f"{path.name}: a key twice among {keys}"
        return dict(pairs)

    content = json.loads(path.read_text(), object_pairs_hook=unique)
    assert isinstance(content, dict)
    return content


def python_files() -> list[Path]:
    """Return every Python file of the integration."""
    files = sorted(INTEGRATION.rglob("*.py"))
    assert len(files) > 10
    return files
