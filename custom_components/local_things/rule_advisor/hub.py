"""Looks at the house's rules whenever they change, watches them run, and keeps what there is to tell."""

from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from datetime import datetime, timedelta
import logging
from typing import Final, override

from homeassistant.components.automation import DOMAIN as AUTOMATION, EVENT_AUTOMATION_RELOADED
from homeassistant.components.script import DOMAIN as SCRIPT
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE, Platform
from homeassistant.core import CoreState, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, OPTION_LEARN, OPTION_UNSURE, OPTION_WATCH
from ..coordinator import ThingCoordinator
from ..roster import Roster
from ..rules.findings import Confidence, Finding, FindingKind
from ..rules.flip_flap import FlipFlap
from ..things.adapter import Unsubscribe
from ..things.documents import Json, JsonObject
from .configured import held
from .fights import Fight
from .issues import Issues
from .kept import Kept
from .survey import Survey, async_survey
from .telling import KINDS, Advice, of_finding, of_flip_flap
from .tracing import Tracer
from .watch import Watch

_LOGGER = logging.getLogger(__name__)

type RuleAdvisorConfigEntry = ConfigEntry[AdvisorHub]

EVENT_RULES_FIGHT: Final = f"{DOMAIN}_rules_fight"

REST_S: Final = 10.0
"""However often rules change, they are looked at no more often."""

PATIENCE_S: Final = 120.0
"""So long an entity must have been missing: after a restart, or while something is reloaded, many are."""

QUIET: Final = timedelta(days=1)
"""A fight that was seen is forgotten when it has not happened again for so long."""

_CHANGES: Final = (
    EVENT_AUTOMATION_RELOADED,
    "scene_reloaded",
    ar.EVENT_AREA_REGISTRY_UPDATED,
    dr.EVENT_DEVICE_REGISTRY_UPDATED,
    er.EVENT_ENTITY_REGISTRY_UPDATED,
    fr.EVENT_FLOOR_REGISTRY_UPDATED,
    lr.EVENT_LABEL_REGISTRY_UPDATED,
)
"""What may change what rules do, or to whom."""


class AdvisorHub(Roster):
    """Holds what there is to tell. It has no Things; its entities follow it."""

    def __init__(self, hass: HomeAssistant, entry: RuleAdvisorConfigEntry, kept: Kept) -> None:
        """Know nothing yet."""
        super().__init__()
        self.hass = hass
        self.entry = entry
        self.kept = kept
        self.survey: Survey | None = None
        self.tracer = Tracer(hass)
        self.make_entities: Callable[[Platform], list[Entity]] = lambda _: []
        self.suggestions: Callable[[], list[Json]] = list
        """Tells what was learnt and waits for a decision, in sentences."""
        self._found: dict[str, Advice] = {}
        self._seen: dict[str, Advice] = {}
        self._missing_since: dict[str, float] = {}
        self._issues = Issues(hass, kept, self._show)
        self._listeners: list[Callable[[], None]] = []
        self._fight_listeners: list[Callable[[Advice], None]] = []
        self._again: Unsubscribe | None = None
        self._closed = False
        self._look = Debouncer[Coroutine[object, object, None]](
            hass, _LOGGER, cooldown=REST_S, immediate=False, function=self._async_look, background=True
        )

    @property
    def advice(self) -> list[Advice]:
        """All that there is to tell and that was not dismissed."""
        return [one for one in self._all() if one.key not in self.kept.dismissed]

    def counts(self) -> dict[str, int]:
        """Return how much there is to tell, by its kind."""
        count = Counter(one.kind for one in self.advice)
        return {str(kind): count[kind] for kind in KINDS}

    @override
    def overview(self) -> JsonObject:
        """Return what there is to tell, the gravest first, and how many rules were read."""
        return {
            "advice": [one.shown for one in self.advice],
            "suggestions": self.suggestions(),
            "rules_read": self.survey.read if self.survey else None,
            "rules_unread": self.survey.unread if self.survey else None,
        }

    @callback
    def async_start(self) -> None:
        """Look at the rules as soon as Home Assistant has started, and whenever they change."""
        on_unload, bus = self.entry.async_on_unload, self.hass.bus
        for event_type in _CHANGES:
            on_unload(bus.async_listen(str(event_type), self._changed))
        on_unload(bus.async_listen(EVENT_STATE_CHANGED, self._rule_changed, event_filter=_is_of_a_rule))
        self._issues.async_start(on_unload)
        on_unload(async_track_time_interval(self.hass, self._forget, QUIET / 24, cancel_on_shutdown=True))
        on_unload(async_at_started(self.hass, self._started))
        watches = self.entry.options.get(OPTION_WATCH, True)
        if watches or self.entry.options.get(OPTION_LEARN):
            self.tracer.async_start(on_unload)
        if watches:
            Watch(self.hass, self.tracer, self._saw).async_start(on_unload)
        on_unload(self._stop)

    @callback
    def async_listen(self, listener: Callable[[], None]) -> Unsubscribe:
        """Call `listener` whenever there is more or less to tell."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_listen_fights(self, listener: Callable[[Advice], None]) -> Unsubscribe:
        """Call `listener` with what is found anew, and with every fight that is seen."""
        self._fight_listeners.append(listener)
        return lambda: self._fight_listeners.remove(listener)

    @override
    def entities(self, platform: Platform) -> Iterator[tuple[str | None, list[Entity]]]:
        """Yield the advisor's entities of a platform."""
        yield None, self.make_entities(platform)

    @override
    async def async_close(self) -> None:
        """Write down what was dismissed."""
        self._closed = True
        await self.kept.async_save()

    @override
    def facts(self) -> JsonObject:
        """Return how many rules there are and what is the matter with them; not which."""
        survey = self.survey
        return {
            "looked": survey is not None,
            "read": survey.read if survey else 0,
            "unread": survey.unread if survey else 0,
            "seconds": round(survey.seconds, 3) if survey else 0.0,
            "findings": {**self.counts()},
            "dismissed": len(self.kept.dismissed),
            "watching": bool(self.entry.options.get(OPTION_WATCH, True)),
        }

    @override
    def facts_of(self, coordinator: ThingCoordinator) -> JsonObject:
        """Return nothing: there are no Things."""
        return {}

    # ------------------------------------------------------------------------------------------- looking

    @callback
    def _started(self, _hass: HomeAssistant) -> None:
        self._look.async_schedule_call()

    @callback
    def _changed(self, _event: Event[Mapping[str, object]]) -> None:
        self._look_soon()

    @callback
    def _rule_changed(self, _event: Event[EventStateChangedData]) -> None:
        self._look_soon()

    @callback
    def _look_soon(self) -> None:
        if self.hass.state is CoreState.running:
            self._look.async_schedule_call()

    async def _async_look(self) -> None:
        rules = held(self.hass)
        survey = await async_survey(self.hass, rules) if rules else None
        if not self._closed:
            self._use(survey)

    @callback
    def _use(self, survey: Survey | None) -> None:
        """Tell what a look brought; where it was not possible, all stays as it is."""
        if survey is None:
            return
        self.survey = survey
        told = [one for one in survey.findings if self._is_to_be_told(one)]
        self._missing_since = {key: at for key, at in self._missing_since.items() if key in {one.key for one in told}}
        self._found = {one.key: of_finding(self.hass, one, survey) for one in told if self._is_due(one)}
        fights = {key: fight.still(survey.prints) for key, fight in self.kept.fights.items()}
        self._keep({key: fight for key, fight in fights.items() if fight}, survey)
        self._show()
        new = [advice for key, advice in self._found.items() if key not in self.kept.known]
        self.kept.know(self._found)
        for advice in new:
            if advice.key not in self.kept.dismissed:
                self._announce(advice, advice.data)

    def _is_to_be_told(self, finding: Finding) -> bool:
        return finding.confidence is not Confidence.LOW or bool(self.entry.options.get(OPTION_UNSURE))

    def _is_due(self, finding: Finding) -> bool:
        """Tell whether it can be told now: what is missing may be about to come, and is looked for again."""
        if finding.kind is not FindingKind.MISSING:
            return True
        now = dt_util.utcnow().timestamp()
        if now - self._missing_since.setdefault(finding.key, now) >= PATIENCE_S:
            return True
        if self._again is None:
            self._again = async_call_later(self.hass, PATIENCE_S, self._look_again)
        return False

    @callback
    def _look_again(self, _now: datetime) -> None:
        self._again = None
        self._look_soon()

    # ------------------------------------------------------------------------------------------ watching

    @callback
    def _saw(self, flip_flap: FlipFlap) -> None:
        """Tell of rules that just took a thing back and forth."""
        survey = self.survey or Survey()
        advice = of_flip_flap(self.hass, flip_flap, survey)
        others = {key: fight for key, fight in self.kept.fights.items() if key != advice.key}
        self._keep({**others, advice.key: Fight.seen(flip_flap, survey.prints)}, survey)
        self._show()
        times = [dt_util.utc_from_timestamp(one).isoformat() for one in flip_flap.times]
        self._announce(advice, {**advice.data, "states": list(flip_flap.states), "times": times})

    @callback
    def _forget(self, _now: datetime) -> None:
        """Forget fights that have not been seen for long."""
        self._keep(self.kept.fights, self.survey or Survey())
        self._show()

    def _keep(self, fights: Mapping[str, Fight], survey: Survey) -> None:
        """Keep what was seen within a day, and nothing else."""
        earliest = (dt_util.utcnow() - QUIET).timestamp()
        self.kept.keep({key: fight for key, fight in fights.items() if fight.flip_flap.times[-1] >= earliest})
        self._seen = {key: of_flip_flap(self.hass, one.flip_flap, survey) for key, one in self.kept.fights.items()}

    # ------------------------------------------------------------------------------------------- telling

    def _all(self) -> list[Advice]:
        every = [*self._seen.values(), *self._found.values()]
        return sorted(every, key=lambda one: KINDS.index(one.kind))

    @callback
    def _show(self) -> None:
        self._issues.show(self._all())
        for listener in tuple(self._listeners):
            listener()

    @callback
    def _announce(self, advice: Advice, data: dict[str, object]) -> None:
        self.hass.bus.async_fire(EVENT_RULES_FIGHT, data)
        for listener in tuple(self._fight_listeners):
            listener(advice)

    @callback
    def _stop(self) -> None:
        self._look.async_shutdown()
        if self._again:
            self._again()


@callback
def _is_of_a_rule(data: EventStateChangedData) -> bool:
    """Tell whether an automation or a script came, went, or was turned on or off; that a script runs does not count."""
    domain = data["entity_id"].partition(".")[0]
    if domain not in (AUTOMATION, SCRIPT):
        return False
    before, after = (state.state if state else STATE_UNAVAILABLE for state in (data["old_state"], data["new_state"]))
    return before != after and (domain == AUTOMATION or STATE_UNAVAILABLE in (before, after))
