"""The user guide names every entity that a power budget has."""

from custom_components.local_things.power_budget.entities import ROWS
from tests.project.repository import INTEGRATION, ROOT, read_json

GUIDE = (ROOT / "docs" / "users" / "power-budget.md").read_text().lower()


def test_every_entity_is_in_the_guide() -> None:
    names = read_json(INTEGRATION / "translations" / "en.json")["entity"]
    assert isinstance(names, dict)
    told = [
        str(name["name"]).partition(" {")[0]
        for platform, rows in ROWS.items()
        for row in rows
        for name in (names[platform].get(row.key) or names[platform][f"{row.key}_phase"],)
    ]
    assert len(told) > 20
    assert [name for name in told if name.lower() not in GUIDE] == []
