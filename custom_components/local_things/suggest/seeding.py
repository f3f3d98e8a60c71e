"""What the recorder still knows when learning is switched on: states with raw contexts, labelled as live ones.

The columns are read as the recorder's own queries do; the logbook is never asked, as it calls a person what an
automation did after a tap (core, April 2026). What was asked of which entity the recorder does not keep, so that of a
slow device only the moving state tells who sent it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
import logging
from typing import Final

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.db_schema import StateAttributes, States, StatesMeta
from homeassistant.components.recorder.models import bytes_to_ulid_or_none, bytes_to_uuid_hex_or_none
from homeassistant.components.recorder.util import session_scope
from homeassistant.components.script import DOMAIN as SCRIPT
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.json import json_loads_object
from sqlalchemy import Select, or_, select
from sqlalchemy.exc import SQLAlchemyError

from ..rules.flip_flap import Source, SourceKind
from ..rules.origins import Origins
from .record.sources import Labels, Noted, Seen
from .record.words import DOMAINS, REPEATING, word_of

_LOGGER = logging.getLogger(__name__)

SPAN: Final = timedelta(days=10)
"""What the recorder keeps where nobody has set it otherwise."""

type _Columns = tuple[str | None, str | None, float | None, bytes | None, bytes | None, bytes | None, str | None]

_KINDS: Final = {AUTOMATION: SourceKind.AUTOMATION, SCRIPT: SourceKind.SCRIPT}
_RECORDER: Final = "recorder"
_CHUNK: Final = 1_000


async def async_seed(
    hass: HomeAssistant, accounts: Collection[str], allows: Callable[[str], bool], before: float
) -> list[Noted]:
    """Return what happened until `before`, as far as the recorder knows it; nothing where there is none."""
    if _RECORDER not in hass.config.components:
        return []
    since = (dt_util.utcnow() - SPAN).timestamp()
    try:
        found = await get_instance(hass).async_add_executor_job(_read, hass, accounts, since, before)
    except SQLAlchemyError as err:
        _LOGGER.warning("The recorder could not be read, so learning begins with nothing: %s", err)
        return []
    return [one for one in found if allows(one.entity)]


def _read(hass: HomeAssistant, accounts: Collection[str], since: float, before: float) -> list[Noted]:
    """Read and label; in the recorder's executor."""
    origins = Origins()
    labels = Labels(origins, accounts)
    states: dict[str, tuple[str, str | None]] = {}
    found = []
    with session_scope(hass=hass, read_only=True) as session:
        for row in session.execute(_query(since, before)).yield_per(_CHUNK):
            seen = _seen(_Row(*row), states, origins)
            if seen is not None:
                found.append(labels.label(seen))
    return found


def _query(since: float, before: float) -> Select[_Columns]:
    domains = (*sorted(DOMAINS), *_KINDS)
    return (
        select(
            StatesMeta.entity_id,
            States.state,
            States.last_updated_ts,
            States.context_id_bin,
            States.context_parent_id_bin,
            States.context_user_id_bin,
            StateAttributes.shared_attrs,
        )
        .join(StatesMeta, States.metadata_id == StatesMeta.metadata_id)
        .outerjoin(StateAttributes, States.attributes_id == StateAttributes.attributes_id)
        .where(States.last_updated_ts >= since, States.last_updated_ts < before)
        .where(or_(*(StatesMeta.entity_id.startswith(f"{domain}.", autoescape=True) for domain in domains)))
        .order_by(States.last_updated_ts, States.state_id)
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the query."""

    entity_id: str
    state: str | None
    time: float
    context: bytes | None
    parent: bytes | None
    user: bytes | None
    attributes: str | None


def _seen(row: _Row, states: dict[str, tuple[str, str | None]], origins: Origins) -> Seen | None:
    """Return a change; of a rule's own state, note that it ran."""
    context = bytes_to_ulid_or_none(row.context) or f"row of {row.time}"
    parent, user = bytes_to_ulid_or_none(row.parent), bytes_to_uuid_hex_or_none(row.user)
    domain, state = row.entity_id.partition(".")[0], row.state or ""
    if domain in _KINDS:
        if user is None:
            origins.started(Source(_KINDS[domain], row.entity_id), context, parent, row.time)
        return None
    found = word_of(row.entity_id, state, json_loads_object(row.attributes) if row.attributes else {})
    old, before = states.get(row.entity_id, (None, None))
    if found is None:  # on its way, by whoever sent it
        origins.commanded(row.entity_id, "", context, user, row.time)
        return None
    states[row.entity_id] = state, found
    repeats = found == before and (domain not in REPEATING or old == state)
    if repeats or not state:
        return None
    return Seen(
        time=row.time,
        entity=row.entity_id,
        old=old,
        new=state,
        word=found,
        context=context,
        parent=parent,
        user=user,
    )
