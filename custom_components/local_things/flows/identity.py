"""Repairs of accepted devices that refuse their key, or that somebody else says to be."""

from homeassistant.components.repairs import RepairsFlowResult
from homeassistant.config_entries import ConfigSubentry

from ..coordinator import placeholders
from ..network.accepted import pin_of, thing_id_of
from ..things.adapter import FoundThing
from ..things.errors import ThingError
from .forms import legible
from .keys import OSCORE, PASSWORD, KeyForm, RefusedKey, check_is_its_own, speaks_oscore
from .repair import ThingRepairFlow


class UnlockFlow(ThingRepairFlow):
    """Goes on with an accepted device once it takes a key: where it was, or where a claim was met."""

    claim: FoundThing | None = None

    async def ask(self) -> RepairsFlowResult:
        """Ask for a key of the kind that the device had, or can have."""
        subentry = self.subentry
        kept = self.hub.credentials.get(thing_id_of(subentry))
        is_oscore = kept.is_end_to_end if kept else speaks_oscore(pin_of(subentry).address)
        return await (self.async_step_unlock_oscore() if is_oscore else self.async_step_unlock())

    async def async_step_unlock(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask for identity and key, or user and password."""
        return await self._unlock("unlock", PASSWORD, user_input)

    async def async_step_unlock_oscore(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask for the parts of an OSCORE context."""
        return await self._unlock("unlock_oscore", OSCORE, user_input)

    async def _unlock(self, step_id: str, form: KeyForm, user_input: dict[str, str] | None) -> RepairsFlowResult:
        errors: dict[str, str] = {}
        subentry = self.subentry
        pin = pin_of(subentry)
        words = {"device": subentry.title, "address": self.claim.pin.address if self.claim else pin.address}
        if user_input is not None:
            try:
                credentials = form.read(user_input)
                check_is_its_own(self.hub, credentials, pin.address, form.field, thing_id_of(subentry))
                await self.hub.async_admit(subentry, credentials, self.claim)
            except RefusedKey as err:
                errors[err.field] = err.error
                words |= err.words
            except ThingError as err:
                errors[form.field] = err.reason.value
                words = {**placeholders(err, words["address"]), "device": subentry.title}
            else:
                return self.settled()
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(form.schema, form.again(user_input)),
            errors=errors,
            description_placeholders=words,
        )


class IdentityChangedFlow(UnlockFlow):
    """Something else says it is an accepted device: go on with it, or keep the device that was accepted.

    What is decided on is the claim that was shown, whoever else comes meanwhile.
    """

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show by what both are known, and the ways on."""
        subentry = self.subentry
        self.claim = claim = self.hub.identities.claims.get(self._subentry_id)
        if claim is None:
            return self.settled()
        if pin_of(subentry).fingerprint and not claim.pin.fingerprint:
            return await self.async_step_weaker()
        return self.async_show_menu(
            step_id="init", menu_options=["accept", "refuse"], description_placeholders=_words(subentry, claim)
        )

    async def async_step_weaker(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show the ways on with a device that is known by its certificate, and not to be used without one."""
        if self.claim is None:
            return self.settled()
        return self.async_show_menu(
            step_id="weaker",
            menu_options=["refuse", "remove"],
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
                await self.hub.async_admit(subentry, key, claim)
            except ThingError:
                return await self.ask()
            return self.settled()
        return await self.ask()  # it lets nobody look without a key

    async def async_step_refuse(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Keep the device that was accepted; the same claim is not asked about again until a restart."""
        if self.claim:
            await self.hub.identities.async_refuse(self.subentry, self.claim)
        return self.settled()

    async def async_step_remove(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Remove the device, to be added anew as it is now."""
        return self.removed()


def _words(subentry: ConfigSubentry, claim: FoundThing) -> dict[str, str]:
    """Return the words by which the accepted device and a claim are shown."""
    words = {"device": subentry.title}
    for whose, pin in (("known", pin_of(subentry)), ("seen", claim.pin)):
        words[f"{whose}_address"] = pin.address
        words[f"{whose}_hardware"] = pin.link_address or "–"
        words[f"{whose}_fingerprint"] = legible(pin.fingerprint)
    return words


class CredentialsFlow(UnlockFlow):
    """An accepted device refuses access: go on with it once it takes a key."""

    async def async_step_init(self, _user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show the form; what Home Assistant passes here did not come from it."""
        return await self.ask()
