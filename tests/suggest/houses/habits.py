"""Habits that may be planted, as rows: what people are said to do in houses with sensors."""

from random import Random

from custom_components.local_things.suggest.record.suggestion import (
    ClockTrigger,
    EventTrigger,
    StateCondition,
    SunCondition,
    SunEvent,
    SunTrigger,
    Target,
    TimeWindow,
    WeekdayCondition,
)

from .places import Places
from .simulation import Planted

WEEK, WEEKEND = (0, 1, 2, 3, 4), (5, 6)
DARK = (SunCondition(up=False),)


def _came(entity_id: str, state: str = "on", held: int = 0) -> EventTrigger:
    return EventTrigger(entity_id=entity_id, to_state=state, for_seconds=held)


def _to(entity_id: str, state: str = "on", attribute: str | None = None, value: float | None = None) -> Target:
    return Target(entity_id=entity_id, state=state, attribute=attribute, value=value)


def events(rng: Random, places: Places) -> list[Planted]:
    """Return habits after an event. Each has an actuator of its own, as far as that matters."""
    rooms = places.rooms

    def planted(
        trigger: EventTrigger, action: Target, lag: tuple[float, float] = (2.0, 20.0), **more: object
    ) -> Planted:
        return Planted(trigger=trigger, action=action, lag=lag, reliability=rng.uniform(0.5, 0.9), **more)  # type: ignore[arg-type]

    living = rooms["living"]
    rows = [
        planted(_came("binary_sensor.front_door"), _to("light.hall_0"), (1.5, 10.0), conditions=DARK),
        planted(_came("binary_sensor.bath_motion_0"), _to("light.bath_0"), (1.5, 8.0), conditions=DARK),
        planted(_came("light.bath_0"), _to("fan.bath"), (20.0, 110.0)),
        planted(_came("fan.bath", held=900), _to("fan.bath", "off"), (10.0, 200.0)),
        planted(
            _came("binary_sensor.kitchen_door"),
            _to("switch.radio"),
            (5.0, 30.0),
            conditions=(TimeWindow(start=360, end=600),),
        ),
        planted(
            _came("media_player.tv", "playing"),
            _to("light.living_0", "on", "brightness_pct", 20.0),
            (4.0, 60.0),
            conditions=DARK,
        ),
        planted(
            _came("binary_sensor.office_motion_0"),
            _to("switch.office_plug"),
            (5.0, 60.0),
            conditions=(WeekdayCondition(days=WEEK),),
        ),
        planted(
            _came("binary_sensor.office_motion_0", "off", held=600), _to("switch.office_plug", "off"), (5.0, 100.0)
        ),
        planted(_came("event.remote", "press"), _to("light.bedroom_1"), (2.0, 10.0)),
        planted(_came("binary_sensor.washer", "off"), _to("switch.utility_plug"), (30.0, 500.0)),
        planted(_came("binary_sensor.utility_door"), _to("light.utility_0"), (1.5, 6.0)),
        planted(_came("binary_sensor.utility_motion_0", "off", held=300), _to("light.utility_0", "off"), (5.0, 60.0)),
        planted(_came("light.dining_0"), _to("light.dining_1"), (2.0, 15.0)),
        planted(_came("binary_sensor.kids_window", "on"), _to("switch.kids_plug", "off"), (5.0, 60.0)),
        planted(_came("binary_sensor.guest_door"), _to("light.guest_0"), (1.5, 8.0)),
        planted(
            _came(living.motions[0]),
            _to("cover.living", "open"),
            (10.0, 90.0),
            conditions=(SunCondition(up=True),),
            also=living.motions,
        ),
        planted(_came("switch.coffee"), _to("light.kitchen_1"), (5.0, 100.0)),
    ]
    if places.people:
        home = places.people[0]
        rows += [
            planted(_came(home, "home"), _to("media_player.tv", "playing"), (30.0, 500.0)),
            planted(_came(home, "not_home"), _to("light.kitchen_0", "off"), (2.0, 100.0)),
            planted(
                _came("binary_sensor.bedroom_motion_0"),
                _to("light.bedroom_0"),
                (2.0, 15.0),
                conditions=(SunCondition(up=False), StateCondition(entity_id=home, state="home")),
            ),
        ]
    return rows


def routines(rng: Random, *, weekdays: bool = True) -> list[Planted]:
    """Return habits by clock or sun."""

    def planted(trigger: ClockTrigger | SunTrigger, action: Target, jitter: float) -> Planted:
        return Planted(trigger=trigger, action=action, reliability=rng.uniform(0.6, 0.95), jitter=jitter)

    week = WEEK if weekdays else (*WEEK, *WEEKEND)
    return [
        planted(ClockTrigger(minute=rng.randrange(380, 430), weekdays=week), _to("switch.coffee"), 240.0),
        planted(ClockTrigger(minute=rng.randrange(1320, 1380)), _to("cover.bedroom", "closed"), 300.0),
        planted(
            SunTrigger(event=SunEvent.SUNSET, offset=rng.randrange(-10, 20) * 60), _to("cover.living", "closed"), 360.0
        ),
        planted(
            SunTrigger(event=SunEvent.SUNRISE, offset=rng.randrange(20, 60) * 60),
            _to("cover.kitchen", "open", "position", 60.0),
            360.0,
        ),
        planted(
            ClockTrigger(minute=rng.randrange(1230, 1290)), _to("climate.living", "heat", "temperature", 18.0), 300.0
        ),
    ]
