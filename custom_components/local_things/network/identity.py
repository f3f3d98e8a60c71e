"""Whether who is met is an accepted device: it is followed, passed over, or the user is asked (threat T4).

What a device says of itself only names it. A device that has a key is who proves to have it; any other is known by its
hardware, else by its place.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback

from ..const import CONF_ADAPTER, CONF_PIN, DOMAIN, ISSUE_DISPLACED, ISSUE_IDENTITY_CHANGED
from ..issues import async_raise_issue, async_settle
from ..things.adapter import Credentials, FoundThing, Pin
from ..things.errors import AccessDenied, Reason, Rejected, ThingError
from .accepted import pin_of, quarantine_of, thing_id_of
from .claims import Claims
from .consuming import proves_itself

if TYPE_CHECKING:
    from .coordinator import AcceptedCoordinator
    from .hub import Hub


class Identities:
    """Knows the accepted devices of a hub again. `claims` holds who else says to be one, by the ids of subentries."""

    def __init__(self, hub: Hub) -> None:
        """Serve `hub`; nobody has claimed anything yet."""
        self._hub = hub
        self.claims = Claims[FoundThing](lambda found: found.pin)
        self._asking: set[str] = set()

    async def async_seen(self, subentry: ConfigSubentry, found: FoundThing) -> None:
        """Learn from what says it is an accepted device: a new address or description, or an impostor."""
        if quarantine_of(subentry):
            return
        hub, pin = self._hub, pin_of(subentry)
        coordinator, key = hub.coordinators.get(subentry.subentry_id), hub.credentials.get(thing_id_of(subentry))
        well = coordinator is not None and coordinator.data.available
        if proves_itself(pin, key):  # so nothing counts that is said without the key
            if not (well and pin.is_beside(found.pin)):
                self._ask(subentry, partial(self._prove, subentry, found))
            return
        if not pin.vouches_for(found.pin):
            if not _is_clear_side(pin, found.pin):
                if coordinator and well and pin.address == found.pin.address:
                    await coordinator.async_suspend(Reason.IDENTITY_CHANGED)  # it has not noticed yet
                self._claim(subentry, found)
            return
        if well and pin.address != found.pin.address:
            return  # one of several addresses of a device that is doing well at another one
        if key and pin.scheme != found.pin.scheme:
            return  # a device that was accepted with a password is never followed to where it asks for none
        evidence = replace(found.pin, link_address=found.pin.link_address or pin.link_address)
        unchanged = evidence == pin and hub.memory.record(thing_id_of(subentry)) == found.record
        if not unchanged or coordinator is None or coordinator.suspended:
            await hub.async_adopt(subentry, replace(found, pin=evidence))

    async def async_check_place(self, found: FoundThing) -> bool:
        """Let go of an accepted device in whose place another one answers now, and tell the user.

        Return whether it is the accepted device after all, only under another id: by its hardware, as one that could
        not say its serial number just now, or that was flashed anew; or the clear side of one that is known by its key.
        """
        hub = self._hub
        for subentry_id, coordinator in tuple(hub.coordinators.items()):
            subentry = hub.entry.subentries.get(subentry_id)
            if subentry is None or subentry.unique_id == found.description.id or coordinator.suspended:
                continue
            # A look at the address alone first: this is asked of every device for every other.
            if subentry.data[CONF_PIN]["address"] == found.pin.address:
                pin = pin_of(subentry)
                if pin.link_address and pin.link_address == found.pin.link_address:
                    return True
                if proves_itself(pin, hub.credentials.get(thing_id_of(subentry))):
                    return True
                await self._displace(coordinator, subentry, found)
        return False

    @property
    def lost(self) -> list[ConfigSubentry]:
        """The devices that have a key and a known hardware address, and are silent: they may have moved."""
        hub = self._hub
        return [
            subentry
            for subentry in hub.subentries
            if (coordinator := hub.coordinators.get(subentry.subentry_id)) is not None
            and not coordinator.data.available
            and not quarantine_of(subentry)
            and pin_of(subentry).link_address
            and proves_itself(pin_of(subentry), hub.credentials.get(thing_id_of(subentry)))
        ]

    @callback
    def async_try(self, subentry: ConfigSubentry, hosts: Iterable[str]) -> None:
        """Ask for the key of a device at hosts where its hardware was seen."""
        pin = pin_of(subentry)
        seen = [replace(pin, address=f"{pin.scheme}://{host}:0") for host in hosts]

        async def ask() -> None:
            for one in seen:
                if one.host != pin.host and await self._proves(subentry, one):
                    return

        self._ask(subentry, ask)

    @callback
    def async_question(self, subentry: ConfigSubentry) -> None:
        """Find out who answers in the place of an accepted device, which does not itself any more."""
        self._ask(subentry, partial(self._look, subentry))

    @callback
    def async_back(self, subentry: ConfigSubentry) -> None:
        """Take note that an accepted device is where it was: nobody else is there."""
        claim = self.claims.of(subentry.subentry_id)
        if claim is None or claim.pin.address == pin_of(subentry).address:
            self.async_settle(subentry)

    @callback
    def async_settle(self, subentry: ConfigSubentry) -> None:
        """Ask no more about an accepted device."""
        self.claims.settle(subentry.subentry_id)
        async_settle(self._hub.hass, subentry, ISSUE_DISPLACED, ISSUE_IDENTITY_CHANGED)

    async def async_refuse(self, subentry: ConfigSubentry, claim: FoundThing) -> None:
        """Keep to the device that was accepted, and do not ask about the same claim again until a restart."""
        if self.claims.refuse(subentry.subentry_id, claim):
            self.async_settle(subentry)
        coordinator = self._hub.coordinators.get(subentry.subentry_id)
        if coordinator and coordinator.suspended is Reason.IDENTITY_CHANGED:
            await self._hub.async_restart(subentry)  # it sees for itself who answers

    def _ask(self, subentry: ConfigSubentry, question: Callable[[], Awaitable[None]]) -> None:
        """Find something out on the side; of each device one thing at a time."""
        subentry_id = subentry.subentry_id
        if subentry_id in self._asking:
            return
        self._asking.add(subentry_id)

        async def ask() -> None:
            try:
                await question()
            finally:
                self._asking.discard(subentry_id)

        hub = self._hub
        task = hub.entry.async_create_background_task(hub.hass, ask(), f"{DOMAIN} identity", eager_start=False)
        hub.tasks.add(task)
        task.add_done_callback(hub.tasks.discard)

    async def _prove(self, subentry: ConfigSubentry, found: FoundThing) -> None:
        """Let what says it is a device that has a key prove that it has it. What does not is a claim."""
        if not await self._proves(subentry, found.pin) and not pin_of(subentry).is_beside(found.pin):
            self._claim(subentry, found)

    async def _proves(self, subentry: ConfigSubentry, seen: Pin) -> bool:
        """Ask for the key of a device where something was seen; follow it there if it is silent where it was."""
        hub, pin = self._hub, pin_of(subentry)
        address, coordinator = pin.at(seen), hub.coordinators.get(subentry.subentry_id)
        if address == pin.address and coordinator and not coordinator.suspended:
            return True  # it is asked there all the time
        try:
            proven = await hub.async_inspect(address, hub.credentials.get(thing_id_of(subentry)))
        except ThingError:
            return False
        if proven.description.id != subentry.unique_id:
            return False
        if coordinator is None or not coordinator.data.available:
            await hub.async_adopt(subentry, proven)
        return True

    async def _look(self, subentry: ConfigSubentry) -> None:
        """Meet who answers in the place of an accepted device, without giving it any secret, and tell the user."""
        hub, pin = self._hub, pin_of(subentry)
        coordinator = hub.coordinators[subentry.subentry_id]
        nobody = FoundThing(
            adapter=subentry.data[CONF_ADAPTER],
            description=coordinator.description,
            pin=replace(pin, link_address="", fingerprint=""),
        )
        try:
            found = await self._whoever(pin.address, hub.credentials.get(thing_id_of(subentry)))
        except AccessDenied as err:
            fingerprint = err.words.get("fingerprint", "")
            found = replace(nobody, pin=replace(nobody.pin, fingerprint=fingerprint))
        except ThingError:
            self._raise_issue(ISSUE_DISPLACED, subentry, nobody)
            return
        if found.description.id != subentry.unique_id:
            await self._displace(coordinator, subentry, found)
        elif not found.record or not pin.vouches_for(found.pin):
            self._claim(subentry, found)

    async def _whoever(self, address: str, key: Credentials | None) -> FoundThing:
        """Meet who answers. Where the device agreed on keys it is asked to show its own, as that gives no secret away.

        Raises ThingError.
        """
        if key and key.edhoc:
            with suppress(Rejected):
                return await self._hub.async_inspect(address, key.of(b""))
        return await self._hub.async_inspect(address)

    def _claim(self, subentry: ConfigSubentry, found: FoundThing) -> None:
        """Something else says it is this device. Ask the user once; its values never get in."""
        subentry_id = subentry.subentry_id
        if subentry_id in self._hub.entry.subentries and self.claims.take(subentry_id, found):
            self._raise_issue(ISSUE_IDENTITY_CHANGED, subentry, found)

    async def _displace(self, coordinator: AcceptedCoordinator, subentry: ConfigSubentry, found: FoundThing) -> None:
        """Another device answers in the place of this one."""
        await coordinator.async_suspend(Reason.IDENTITY_CHANGED)
        self._raise_issue(ISSUE_DISPLACED, subentry, found)

    def _raise_issue(self, issue: str, subentry: ConfigSubentry, found: FoundThing) -> None:
        async_raise_issue(
            self._hub.hass,
            issue,
            subentry,
            known_address=pin_of(subentry).address,
            seen_address=found.pin.address,
            seen_device=found.description.title or found.pin.address,
        )


def _is_clear_side(pin: Pin, seen: Pin) -> bool:
    """Tell whether what was seen may be the way without encryption into a device that has a certificate."""
    return bool(pin.fingerprint) and not seen.fingerprint and pin.is_beside(seen)
