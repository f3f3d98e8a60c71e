"""What the network entry holds while it is loaded: its adapters and one coordinator per accepted Thing."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Final, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from ..const import (
    CONF_ADAPTER,
    CONF_INTERPRETATIONS,
    CONF_MAY_ACT,
    CONF_PIN,
    CONF_QUARANTINE,
    CONF_SETTINGS,
    DOMAIN,
    ISSUE_DISPLACED,
    ISSUE_IDENTITY_CHANGED,
    NETWORK_UNIQUE_ID,
    SUBENTRY_THING,
)
from ..credentials import CredentialStore
from ..issues import ALL_ISSUES, async_raise_issue, async_settle
from ..memory import Memory
from ..roster import Reach, Roster
from ..things.adapter import Adapter, Credentials, FoundThing, Pin
from ..things.documents import JsonObject
from ..things.errors import Reason, Rejected, ThingError
from ..things.interpretation import Interpretations
from .accepted import pin_of, quarantine_of, thing_id_of
from .consuming import consume, reach_of
from .coordinator import AcceptedCoordinator
from .search import Search

type NetworkConfigEntry = ConfigEntry[Hub]

_ANOTHERS: Final = frozenset({Reason.BAD_ADDRESS, Reason.NOT_A_THING})
"""Refusals after which another adapter is asked."""


def running_hub(hass: HomeAssistant) -> Hub | None:
    """Return what the network entry holds; None while it is not loaded."""
    entry: NetworkConfigEntry | None
    entry = hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, NETWORK_UNIQUE_ID)
    return entry.runtime_data if entry and entry.state is ConfigEntryState.LOADED else None


def _shareable(chosen: JsonObject) -> JsonObject:
    """Return what the user chose for an adapter; of texts only how many there are: they are addresses."""
    return {
        name: len(value) if isinstance(value, list) else value
        for name, value in chosen.items()
        if isinstance(value, bool | int | float | list)
    }


class Hub(Roster[AcceptedCoordinator]):
    """Runs the accepted Things of the local network."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: NetworkConfigEntry,
        adapters: Mapping[str, Adapter],
        memory: Memory,
        credentials: CredentialStore,
        search: Callable[[HomeAssistant, Hub], Search],
    ) -> None:
        """Take over opened adapters; `async_sync` starts the Things. `search` makes what looks for more."""
        super().__init__()
        self.hass = hass
        self.entry = entry
        self.adapters = adapters
        self.memory = memory
        self.credentials = credentials
        self.search = search(hass, self)
        self.claims: dict[str, FoundThing] = {}
        self._known: dict[str, ConfigSubentry] = {}
        self._changing = asyncio.Lock()
        """Held while Things come and go: a device may be removed while its Thing is being replaced."""
        self._refused: set[tuple[str, Pin]] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    @property
    def subentries(self) -> list[ConfigSubentry]:
        """The accepted devices."""
        return list(self.entry.get_subentries_of_type(SUBENTRY_THING))

    def subentry_of(self, thing_id: str) -> ConfigSubentry | None:
        """Return the accepted device with this id."""
        return next((sub for sub in self.subentries if sub.unique_id == thing_id), None)

    async def async_sync(self) -> None:
        """Start what was accepted and stop what was removed since the last time; touch nothing else."""
        async with self._changing:
            wanted = {sub.subentry_id: sub for sub in self.subentries}
            known, self._known = self._known, wanted
            for subentry_id in known.keys() - wanted.keys():
                if coordinator := self.coordinators.pop(subentry_id, None):
                    await coordinator.async_shutdown_thing()
                self.claims.pop(subentry_id, None)
                self.memory.forget(thing_id_of(known[subentry_id]))
                await self.credentials.async_forget(thing_id_of(known[subentry_id]))
                async_settle(self.hass, known[subentry_id], *ALL_ISSUES)
            for subentry_id in wanted.keys() - known.keys():
                self._start(wanted[subentry_id])

    async def async_inspect(self, address: str, credentials: Credentials | None = None) -> FoundThing:
        """Meet the device at an address that the user typed. Raises ThingError."""
        refusal: ThingError = Rejected(Reason.BAD_ADDRESS, address=address)
        for adapter in self.adapters.values():
            try:
                return await adapter.inspect(address, credentials)
            except Rejected as err:
                if err.reason not in _ANOTHERS:
                    raise
                refusal = refusal if err.reason is Reason.BAD_ADDRESS else err
        raise refusal

    async def async_seen(self, subentry: ConfigSubentry, found: FoundThing) -> None:
        """Learn from an accepted device that was met again: a new address or description, or an impostor."""
        pin = pin_of(subentry)
        if quarantine_of(subentry):
            return
        if not pin.vouches_for(found.pin):
            self._claim(subentry, found)
            return
        coordinator = self.coordinators.get(subentry.subentry_id)
        if coordinator and coordinator.data.available and pin.address != found.pin.address:
            return  # one of several addresses of a device that is doing well at another one
        if self.credentials.get(thing_id_of(subentry)) and pin.scheme != found.pin.scheme:
            return  # a device that was accepted with a key is never followed to where it asks for none
        evidence = replace(found.pin, link_address=found.pin.link_address or pin.link_address)
        unchanged = evidence == pin and self.memory.record(thing_id_of(subentry)) == found.record
        if not unchanged or coordinator is None or coordinator.suspended:
            await self.async_adopt(subentry, replace(found, pin=evidence))

    async def async_check_place(self, found: FoundThing) -> bool:
        """Let go of an accepted device in whose place another one answers now, and tell the user (T4).

        Return whether it is the accepted device after all, by its hardware, only under another id: one that could
        not say its serial number just now, or that was flashed anew.
        """
        for subentry_id, coordinator in tuple(self.coordinators.items()):
            subentry = self.entry.subentries.get(subentry_id)
            if subentry is None or subentry.unique_id == found.description.id or coordinator.suspended:
                continue
            # A look at the address alone first: this is asked of every device for every other.
            if subentry.data[CONF_PIN]["address"] == found.pin.address:
                pin = pin_of(subentry)
                if pin.link_address and pin.link_address == found.pin.link_address:
                    return True
                await coordinator.async_suspend(Reason.IDENTITY_CHANGED)
                self._raise_issue(ISSUE_DISPLACED, subentry, found)
        return False

    async def async_adopt(self, subentry: ConfigSubentry, found: FoundThing) -> None:
        """Go on with an accepted device as it was met now, at the address and with the record of `found`."""
        self.claims.pop(subentry.subentry_id, None)
        async_settle(self.hass, subentry, ISSUE_DISPLACED, ISSUE_IDENTITY_CHANGED)
        await self._go_on(subentry, {CONF_PIN: asdict(found.pin)}, found.record)

    async def async_admit(self, subentry: ConfigSubentry, credentials: Credentials) -> None:
        """Go on with an accepted device that asked for credentials. Raises ThingError where it does not take them."""
        pin = pin_of(subentry)
        found = await self.async_inspect(pin.address, credentials)
        if found.description.id != subentry.unique_id or not pin.vouches_for(found.pin):
            raise Rejected(Reason.IDENTITY_CHANGED, address=pin.address)
        await self.credentials.async_keep(thing_id_of(subentry), credentials)
        await self.async_adopt(subentry, found)

    async def async_explain(self, subentry: ConfigSubentry, interpretations: Interpretations) -> None:
        """Go on with an accepted device whose values mean what the user says; nothing is reloaded."""
        said = {name: one.dump() for name, one in interpretations.items()}
        await self._go_on(subentry, {CONF_INTERPRETATIONS: said})

    async def async_permit(self, subentry: ConfigSubentry, *, act: bool) -> None:
        """Let a device that asks for no key do what anybody else could have it do, or only report."""
        await self._go_on(subentry, {CONF_MAY_ACT: act})

    async def async_confine(self, subentry: ConfigSubentry, quarantine: JsonObject | None) -> None:
        """Speak to a device no more, and listen to nothing of it; None ends that."""
        await self._go_on(subentry, {CONF_QUARANTINE: quarantine})

    async def async_restart(self, subentry: ConfigSubentry) -> None:
        """Start a device anew as it is known: it was without power, and has forgotten us."""
        await self._go_on(subentry, {}, self.memory.record(thing_id_of(subentry)))

    async def _go_on(
        self, subentry: ConfigSubentry, change: Mapping[str, object], record: JsonObject | None = None
    ) -> None:
        """Keep what changed of an accepted device, and let a new Thing take the place of the old.

        Without a new `record` the device was not met: one that was let go stays so.
        """
        async with self._changing:
            present = self.entry.subentries.get(subentry.subentry_id)
            if present is None:
                return  # removed meanwhile
            if record is not None:
                self.memory.keep_record(thing_id_of(present), record)
            self.hass.config_entries.async_update_subentry(self.entry, present, data={**present.data, **change})
            accepted = self.entry.subentries[subentry.subentry_id]
            coordinator = self.coordinators.get(subentry.subentry_id)
            if coordinator is None:
                self._start(accepted)
            elif (record is not None or not coordinator.suspended) and (
                thing := consume(self.adapters, self.memory, self.credentials, accepted)
            ):
                await coordinator.async_replace(thing)
                self.async_announce(coordinator)

    @callback
    def refuse(self, subentry_id: str) -> None:
        """Drop a claim on an accepted device and do not ask about the same one again."""
        if claim := self.claims.pop(subentry_id, None):
            self._refused.add((subentry_id, claim.pin))

    @override
    def reach_of(self, coordinator: AcceptedCoordinator) -> Reach:
        """Return the scheme of the address, and whether a key or a password is asked for."""
        return reach_of(coordinator.subentry, self.credentials)

    @override
    def facts(self) -> JsonObject:
        """Return the adapters, how many devices do not run, and what the user chose."""
        settings: Mapping[str, JsonObject] = self.entry.data.get(CONF_SETTINGS, {})
        return {
            "adapters": list(self.adapters),
            "not_running": len(self.subentries) - len(self.coordinators),
            "settings": {name: _shareable(chosen) for name, chosen in settings.items()},
        }

    @override
    def facts_of(self, coordinator: AcceptedCoordinator) -> JsonObject:
        """Return the part of the record that a stranger may read: it loads back as a fixture."""
        adapter_name: str = coordinator.subentry.data[CONF_ADAPTER]
        return {
            "adapter": adapter_name,
            "record": self.adapters[adapter_name].share(self.memory.record(thing_id_of(coordinator.subentry))),
            "explained": len(coordinator.subentry.data.get(CONF_INTERPRETATIONS, {})),
        }

    @override
    async def async_close(self) -> None:
        """Stop the tasks that use the adapters, then every Thing, then the adapters themselves."""
        for task in (tasks := tuple(self.tasks)):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for coordinator in self.coordinators.values():
            await coordinator.async_shutdown_thing()
        for adapter in self.adapters.values():
            await adapter.close()
        await self.memory.async_save()

    def _start(self, subentry: ConfigSubentry) -> None:
        thing = consume(self.adapters, self.memory, self.credentials, subentry)
        if thing is None:
            return
        coordinator = AcceptedCoordinator(self.hass, self.entry, subentry, thing, self.search.wake)
        self.coordinators[subentry.subentry_id] = coordinator
        self.async_announce(coordinator)

    def _claim(self, subentry: ConfigSubentry, found: FoundThing) -> None:
        """Something else says it is this device. Ask the user once; its values never get in (T4)."""
        if (subentry.subentry_id, found.pin) in self._refused:
            return
        self.claims[subentry.subentry_id] = found
        self._raise_issue(ISSUE_IDENTITY_CHANGED, subentry, found)

    def _raise_issue(self, issue: str, subentry: ConfigSubentry, found: FoundThing) -> None:
        async_raise_issue(
            self.hass,
            issue,
            subentry,
            known_address=pin_of(subentry).address,
            seen_address=found.pin.address,
            seen_device=found.description.title or found.pin.address,
        )
