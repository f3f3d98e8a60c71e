"""Whatever JSON comes as a description: a Thing or an error of our tree, and no form that leaves its host."""

from collections.abc import Mapping
import copy
import random

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.adapters.wot.description.describe import describe
from custom_components.local_things.adapters.wot.description.model import Described
from custom_components.local_things.adapters.wot.description.record import WotRecord, new_record
from custom_components.local_things.adapters.wot.tables import MQTT, TERMS
from custom_components.local_things.things.documents import Json, JsonObject
from custom_components.local_things.things.errors import ThingError
from custom_components.local_things.things.model import MAX_AFFORDANCES

from .samples import EVERY

ID = "urn:uuid:6f8b1a52-0f5e-4a8e-9c1d-2f7d6b9b0a11"
URL = "http://192.168.7.31/td"

WORDS = (
    *("object", "array", "number", "integer", "boolean", "string", "null", "nosec", "combo", "readproperty", "sse"),
    *("http://192.168.7.31/", "//evil.example.com", "mqtt://b/t", "coap://[::1]/x", "x{?y}", "%", "Cel", "s", "\ud800"),
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(WORDS)
KEYS = st.sampled_from(sorted(TERMS)) | st.text(max_size=4)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


def checked(url: str, document: Mapping[str, Json], host: str) -> Described | None:
    """Describe, trimmed and not; fail where anything but an error of our tree is raised, or a form leads away."""
    thing = None
    for trimmed in (False, True):
        try:
            record = new_record(url, dict(document)) if trimmed else WotRecord(url=url, td=dict(document))
            thing = describe(ID, record.dump())
        except ThingError:
            continue
        assert thing.description.affordances.keys() == thing.bindings.keys()
        assert len(thing.bindings) <= MAX_AFFORDANCES
        forms = [*thing.forms, *(form for binding in thing.bindings.values() for form in binding.forms)]
        assert all(form.host == host or form.scheme in MQTT for form in forms)
        assert all(binding.forms for binding in thing.bindings.values())
    return thing


@given(st.dictionaries(st.sampled_from(sorted(TERMS)), JSON, max_size=8))
@settings(max_examples=300)
def test_any_description(document: JsonObject) -> None:
    checked(URL, document, "192.168.7.31")


@given(JSON, st.sampled_from(("properties", "actions", "events")), st.sampled_from(("forms", "href", "links")))
@settings(max_examples=300)
def test_any_affordance(said: Json, kind: str, way: str) -> None:
    ways: dict[str, Json] = {"forms": [{"href": "x"}], "href": "x", "links": [{"href": "x"}]}
    schema = said if isinstance(said, dict) else {"input": said, "data": said, "properties": said}
    checked(URL, {kind: {"it": {**schema, way: ways[way]}}}, "192.168.7.31")


HOSTS = {"node-wot": "fe80::5c1f%eth0", "library": "192.168.7.31", "gateway": "gateway.local"}


@pytest.mark.parametrize("name", HOSTS)
def test_a_real_description_with_anything_put_anywhere(name: str) -> None:
    url, document = EVERY[name]
    chance = random.Random(7)
    pieces: list[Json] = [
        None,
        True,
        -1,
        1e308,
        float("nan"),
        10**400,
        "",
        "x" * 70_000,
        [],
        {},
        [[]],
        {"href": []},
        *WORDS,
    ]
    read = 0
    for _ in range(400):
        broken = copy.deepcopy(document)
        holder: Json = broken
        while True:
            inner = (
                list(holder.values() if isinstance(holder, dict) else holder) if isinstance(holder, dict | list) else []
            )
            deeper = [one for one in inner if isinstance(one, dict | list) and one]
            if not deeper or chance.random() < 0.2:
                break
            holder = chance.choice(deeper)
        piece = copy.deepcopy(chance.choice(pieces))
        if isinstance(holder, dict):
            holder[chance.choice([*holder, *sorted(TERMS)])] = piece
        elif isinstance(holder, list):
            holder[chance.randrange(len(holder))] = piece
        read += checked(url, broken, HOSTS[name]) is not None
    assert read > 200
