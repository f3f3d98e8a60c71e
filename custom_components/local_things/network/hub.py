"""What the network entry holds while it is loaded: its adapters and one coordinator per accepted Thing."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Final, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant

from ..audit import Audit
from ..const import (
    CONF_ADAPTER,
    CONF_INTERPRETATIONS,
    CONF_MAY_ACT,
    CONF_PIN,
    CONF_QUARANTINE,
    CONF_SETTINGS,
    DOMAIN,
    NETWORK_UNIQUE_ID,
    SUBENTRY_THING,
)
from ..credentials import CredentialStore
from ..history import async_ask_about_history, async_entities_of
from ..issues import ALL_ISSUES, async_settle
from ..memory import Memory
from ..roster import Reach, Roster
from ..things.adapter import Adapter, Credentials, FoundThing
from ..things.documents import JsonObject
from ..things.errors import Reason, Rejected, ThingError
from ..things.interpretation import Interpretations
from ..things.stored import AuditedThing, audited
from .accepted import pin_of, thing_id_of
from .consuming import consume, proves_itself, reach_of
from .coordinator import AcceptedCoordinator
from .identity import Identities
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
        self.audit = Audit(hass, entry, self)
        self.identities = Identities(self)
        self._known: dict[str, ConfigSubentry] = {}
        self._changing = asyncio.Lock()
        """Held while Things come and go: a device may be removed while its Thing is being replaced."""
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
                self.identities.async_settle(known[subentry_id])
                self.memory.forget(thing_id_of(known[subentry_id]))
                await self.audit.async_forget(thing_id_of(known[subentry_id]))
                await self.credentials.async_forget(thing_id_of(known[subentry_id]))
                async_settle(self.hass, known[subentry_id], *ALL_ISSUES)
                entities = async_entities_of(self.hass, thing_id_of(known[subentry_id]))
                async_ask_about_history(self.hass, known[subentry_id].title, entities)
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

    async def async_adopt(self, subentry: ConfigSubentry, found: FoundThing) -> None:
        """Go on with an accepted device as it was met now, at the address and with the record of `found`."""
        self.identities.async_settle(subentry)
        await self._go_on(subentry, {CONF_PIN: asdict(found.pin)}, found.record)

    async def async_admit(
        self, subentry: ConfigSubentry, credentials: Credentials, claim: FoundThing | None = None
    ) -> None:
        """Go on with an accepted device that asked for credentials, where `claim` was met if that is given.

        Raises ThingError where it does not take them, or is another device. Where they are for anybody, it is the one
        whose evidence was met.
        """
        pin = pin_of(subentry)
        expected = claim.pin if claim else pin
        proven = proves_itself(pin, credentials) and not credentials.is_of_anybody
        found = await self.async_inspect(pin.at(expected) if proven else expected.address, credentials)
        if found.description.id != subentry.unique_id or not (proven or expected.vouches_for(found.pin)):
            raise Rejected(Reason.IDENTITY_CHANGED, address=expected.address)
        await self.credentials.async_keep(thing_id_of(subentry), credentials.of(found.credential))
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
        # Also one that was let go: it is in quarantine then, and not only without power, or without its place.
        record = self.memory.record(thing_id_of(subentry)) if quarantine else None
        await self._go_on(subentry, {CONF_QUARANTINE: quarantine}, record)

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

    @override
    def reach_of(self, coordinator: AcceptedCoordinator) -> Reach:
        """Return the scheme of the address, and whether a key or a password is asked for."""
        return reach_of(coordinator.subentry, self.credentials)

    @override
    def audited(self, coordinator: AcceptedCoordinator) -> AuditedThing | None:
        """Return the Thing that runs, where it can be asked; one in quarantine is asked nothing."""
        return audited(coordinator.thing)

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
        await self.audit.async_stop()
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
