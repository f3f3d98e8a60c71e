"""Repairs of accepted devices that refuse their key, or that somebody else says to be."""

from collections.abc import Mapping
from dataclasses import replace
from typing import override

from homeassistant.components.repairs import RepairsFlowResult
from homeassistant.config_entries import ConfigSubentry

from ..coordinator import placeholders
from ..network.accepted import pin_of, thing_id_of
from ..network.quarantine import Told
from ..things.adapter import Credentials, FoundThing, Pin
from ..things.errors import AccessDenied, ThingError
from .forms import legible
from .keys import OSCORE, PASSWORD, KeyForm, RefusedKey, agreeing, check_is_its_own, check_is_known, speaks_oscore
from .quarantine import ConfiningFlow
from .repair import ThingRepairFlow


class UnlockFlow(ThingRepairFlow):
    """Goes on with an accepted device once it takes a key: where it was, or where a claim was met."""

    claim: FoundThing | None = None

    async def ask(self) -> RepairsFlowResult:
        """Ask for a key of the kind that the device had, or can have."""
        subentry = self.subentry
        kept = self.hub.credentials.get(thing_id_of(subentry))
        if kept and kept.edhoc:
            return await self.async_step_protection()
        is_oscore = kept.is_end_to_end if kept else speaks_oscore(pin_of(subentry).address)
        return await (self.async_step_unlock_oscore() if is_oscore else self.async_step_unlock())

    async def async_step_unlock(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask for identity and key, or user and password."""
        return await self._unlock("unlock", PASSWORD, user_input)

    async def async_step_unlock_oscore(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask for the parts of an OSCORE context."""
        return await self._unlock("unlock_oscore", OSCORE, user_input)

    async def async_step_protection(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Offer both ways to a device that agrees on keys: it may not do so any more, or this system may not."""
        return self.async_show_menu(
            step_id="protection", menu_options=["unlock_edhoc", "unlock_oscore"], description_placeholders=self._words
        )

    async def async_step_unlock_edhoc(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show our public credential once more, and ask for that of the device, if it has another."""
        kept = self.hub.credentials.get(thing_id_of(self.subentry))
        if kept is None or kept.edhoc is None:
            return await self.ask()
        ours = replace(kept.edhoc, peer=b"") if self.claim else kept.edhoc
        return await self._unlock("unlock_edhoc", agreeing(ours), user_input, credential=ours.credential.hex())

    @property
    def _words(self) -> dict[str, str]:
        """The device, and where it is to be asked."""
        pin = self.claim.pin if self.claim else pin_of(self.subentry)
        return {"device": self.subentry.title, "address": pin.address}

    async def _unlock(
        self, step_id: str, form: KeyForm, user_input: dict[str, str] | None, **told: str
    ) -> RepairsFlowResult:
        errors: dict[str, str] = {}
        words = {**self._words, **told}
        if user_input is not None:
            try:
                await self._admit(form.read(user_input), form.field)
            except RefusedKey as err:
                errors[err.field] = err.error
                words |= err.words
            except ThingError as err:
                errors[form.field] = err.reason.value
                words = {**placeholders(err, words["address"]), **told, "device": self.subentry.title}
            else:
                return self.settled()
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(form.schema, form.again(user_input)),
            errors=errors,
            description_placeholders=words,
        )

    async def _admit(self, credentials: Credentials, field: str) -> None:
        """Go on with the device if it takes these. Raises RefusedKey and ThingError."""
        subentry = self.subentry
        check_is_its_own(self.hub, credentials, pin_of(subentry).address, field, thing_id_of(subentry))
        try:
            await self.hub.async_admit(subentry, credentials, self.claim)
        except AccessDenied as err:
            check_is_known(credentials, err)
            raise


class IdentityChangedFlow(UnlockFlow, ConfiningFlow):
    """Something else says it is an accepted device: go on with it, keep the one that was accepted, or trust neither.

    What is decided on is the claim that was shown, whoever else comes meanwhile.
    """

    by = Told.BY_IDENTITY

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show by what both are known, and the ways on."""
        subentry = self.subentry
        self.claim = claim = self.hub.identities.claims.of(self._subentry_id)
        if claim is None:
            return self.settled()
        if pin_of(subentry).fingerprint and not claim.pin.fingerprint:
            return await self.async_step_weaker()
        return self.async_show_menu(
            step_id="init",
            menu_options=["accept", "refuse", "confine"],
            description_placeholders=_words(subentry, claim),
        )

    async def async_step_weaker(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show the ways on with a device that is known by its certificate, and not to be used without one."""
        if self.claim is None:
            return self.settled()
        return self.async_show_menu(
            step_id="weaker",
            menu_options=["refuse", "confine", "remove"],
            description_placeholders=_words(self.subentry, self.claim),
        )

    async def async_step_accept(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Trust the device as it was shown, from now on; one with a key has to take it there first."""
        subentry, claim = self.subentry, self.claim
        key = self.hub.credentials.get(thing_id_of(subentry))
        if claim is None:
            return self.settled()
        if key is None and claim.record:
            await self.hub.async_adopt(subentry, claim)
            return self.settled()
        if key:
            try:
                await self.hub.async_admit(subentry, key.of(b"") if claim.pin.fingerprint else key, claim)
            except ThingError:
                return await self.ask()
            return self.settled()
        return await self.ask()  # it lets nobody look without a key

    async def async_step_refuse(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Keep the device that was accepted; the same claim is not asked about again until a restart."""
        if self.claim:
            await self.hub.identities.async_refuse(self.subentry, self.claim)
        return self.settled()

    @property
    @override
    def seen(self) -> Mapping[str, str]:
        """Both sides as they were shown."""
        return _sides(pin_of(self.subentry), self.claim.pin) if self.claim else {}

    async def async_step_remove(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Remove the device, to be added anew as it is now."""
        return self.removed()


def _words(subentry: ConfigSubentry, claim: FoundThing) -> dict[str, str]:
    """Return the words by which the accepted device and a claim are shown."""
    return {"device": subentry.title, **_sides(pin_of(subentry), claim.pin)}


def _sides(known: Pin, seen: Pin) -> dict[str, str]:
    return both_sides(_evidence(known), _evidence(seen))


def _evidence(pin: Pin) -> dict[str, str]:
    return {"address": pin.address, "hardware": pin.link_address, "fingerprint": legible(pin.fingerprint)}


def both_sides(known: Mapping[str, str], seen: Mapping[str, str]) -> dict[str, str]:
    """Return the words by which what was accepted and what was met are shown side by side, within code marks."""
    sides = {"known": known, "seen": seen}
    return {
        f"{whose}_{name}": word.replace("`", "'") or "–" for whose, side in sides.items() for name, word in side.items()
    }


class CredentialsFlow(UnlockFlow):
    """An accepted device refuses access: go on with it once it takes a key."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show the form; what Home Assistant passes here did not come from it."""
        return await self.ask()
