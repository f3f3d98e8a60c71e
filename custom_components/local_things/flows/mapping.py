"""How the user says what the values of an accepted device mean, and shares what was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from homeassistant.config_entries import ConfigSubentry, ConfigSubentryFlow, SubentryFlowResult
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)
import probatio as vol

from ..const import CONF_ADAPTER
from ..coordinator import placeholders
from ..network.accepted import interpretations_of, thing_id_of
from ..network.hub import Hub
from ..things.adapter import Adapter
from ..things.errors import Reason, Rejected, ThingError
from ..things.interpretation import Interpretation, Interpretations
from ..things.mapping import MappingDocument, dump_mapping, load_mapping
from ..things.model import ThingDescription
from ..things.quantities import ACTIONS, EVENTS, SUPPLY, UNITS, Quantity
from ..things.text import label
from .forms import running

CONF_FORGET: Final = "forget"
CONF_MAPPING: Final = "mapping"
CONF_PROPERTY: Final = "property"
CONF_QUANTITY: Final = "quantity"
CONF_TITLE: Final = "title"
CONF_UNIT: Final = "unit"
CONF_WRITABLE: Final = "writable"

QUANTITIES: Final = sorted(set(Quantity) - ACTIONS - EVENTS - SUPPLY - {Quantity.UNKNOWN})
"""What a value can mean: every quantity but those of actions and events, and what only a power supply has."""

_QUANTITY_SELECTOR: Final = SelectSelector(
    SelectSelectorConfig(
        options=[quantity.value for quantity in QUANTITIES],
        translation_key="quantity",
        mode=SelectSelectorMode.DROPDOWN,
        sort=True,
    )
)

_DOCUMENT_SCHEMA: Final = vol.Schema({vol.Required(CONF_MAPPING): TextSelector(TextSelectorConfig(multiline=True))})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """An accepted device and what was said of its values."""

    hub: Hub
    subentry: ConfigSubentry
    adapter: Adapter
    said: Interpretations
    description: ThingDescription

    def describe(self, said: Interpretations) -> ThingDescription:
        """Describe the device as it would be. Raises ThingError."""
        thing_id = thing_id_of(self.subentry)
        return self.adapter.describe(thing_id, self.hub.memory.record(thing_id), said)

    def questions(self) -> dict[str, str]:
        """Return what can be explained: of each property its name, and a line of text that shows it.

        First what nobody understands and what was explained before, then what might be misunderstood.
        """
        properties = self.description.properties
        open_ones = [name for name, one in properties.items() if one.quantity is Quantity.UNKNOWN or name in self.said]
        return {name: self._line(name) for name in dict.fromkeys((*open_ones, *self.said, *properties))}

    def _line(self, name: str) -> str:
        coordinator = self.hub.coordinators.get(self.subentry.subentry_id)
        value = coordinator.data.values.get(name) if coordinator else None
        known = self.description.properties.get(name)
        title = f"{name} ({known.title})" if known and known.title and known.title != name else name
        unit = UNITS.get(known.quantity, "") if known else ""
        return title if value is None else f"{title}: {label(str(value))} {unit}".rstrip()


class MappingSteps(ConfigSubentryFlow):
    """The steps of a device's flow that are about the meaning of its values."""

    _property: str
    _quantity: Quantity

    async def async_step_explain(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Ask which value is to be explained, and what it is."""
        subject = self._subject()
        questions = subject.questions()
        if not questions:
            return self.async_abort(reason="nothing_to_explain")
        errors: dict[str, str] = {}
        if user_input is not None:
            self._property = user_input[CONF_PROPERTY]
            if user_input.get(CONF_FORGET):
                left = {name: one for name, one in subject.said.items() if name != self._property}
                return await self._keep(subject, left)
            if CONF_QUANTITY in user_input:
                self._quantity = Quantity(user_input[CONF_QUANTITY])
                return await self.async_step_meaning()
            errors[CONF_QUANTITY] = "quantity_missing"
        lines = [SelectOptionDict(value=name, label=line) for name, line in questions.items()]
        fields: dict[vol.Marker, object] = {
            vol.Required(CONF_PROPERTY): SelectSelector(
                SelectSelectorConfig(options=lines, mode=SelectSelectorMode.DROPDOWN)
            ),
            vol.Optional(CONF_QUANTITY): _QUANTITY_SELECTOR,
        }
        if subject.said:
            fields[vol.Optional(CONF_FORGET, default=False)] = BooleanSelector()
        return self.async_show_form(
            step_id="explain",
            data_schema=self.add_suggested_values_to_schema(vol.Schema(fields), user_input),
            errors=errors,
            description_placeholders={"name": subject.subentry.title},
        )

    async def async_step_meaning(self, user_input: dict[str, object] | None = None) -> SubentryFlowResult:
        """Ask for the unit, the name and whether the value can be written."""
        subject = self._subject()
        errors: dict[str, str] = {}
        words = {"device": subject.subentry.title, "property": subject.questions().get(self._property, self._property)}
        if user_input is not None:
            said = {**subject.said, self._property: self._interpretation(user_input)}
            try:
                subject.describe(said)
            except ThingError as err:
                errors["base"] = err.reason.value
                words |= placeholders(err, subject.subentry.title)
            else:
                return await self._keep(subject, said)
        known = subject.said.get(self._property)
        had = known.dump() if known and known.quantity is self._quantity else {}
        return self.async_show_form(
            step_id="meaning",
            data_schema=self.add_suggested_values_to_schema(
                _meaning_schema(subject.adapter.units(self._quantity)), user_input or had
            ),
            errors=errors,
            description_placeholders=words,
        )

    async def async_step_import_mapping(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Take over what somebody else said of such a device."""
        subject = self._subject()
        errors: dict[str, str] = {}
        words = {"device": subject.subentry.title}
        if user_input is not None:
            try:
                document = load_mapping(user_input[CONF_MAPPING])
                theirs = {
                    name: one for name, one in document.properties.items() if name in subject.description.properties
                }
                subject.describe({**subject.said, **theirs})
            except ThingError as err:
                errors[CONF_MAPPING] = err.reason.value
                words |= placeholders(err, subject.subentry.title)
            else:
                if theirs:
                    return await self._keep(subject, {**subject.said, **theirs})
                errors[CONF_MAPPING] = "other_device"
        return self.async_show_form(
            step_id="import_mapping",
            data_schema=self.add_suggested_values_to_schema(_DOCUMENT_SCHEMA, user_input),
            errors=errors,
            description_placeholders=words,
        )

    async def async_step_share_mapping(self, user_input: dict[str, str] | None = None) -> SubentryFlowResult:
        """Show what was said as a document to copy; it names the kind of device and no device."""
        subject = self._subject()
        if user_input is not None:
            return self.async_abort(reason="mapping_shown")
        if not subject.said:
            return self.async_abort(reason="nothing_explained")
        described = subject.description
        document = MappingDocument(
            manufacturer=described.manufacturer,
            model=described.model,
            firmware=described.sw_version,
            properties=subject.said,
        )
        try:
            text = dump_mapping(document)
        except ThingError:
            return self.async_abort(reason="mapping_too_large")
        return self.async_show_form(
            step_id="share_mapping",
            data_schema=self.add_suggested_values_to_schema(_DOCUMENT_SCHEMA, {CONF_MAPPING: text}),
            description_placeholders={"name": subject.subentry.title},
        )

    def _subject(self) -> _Subject:
        """Return what the flow is about; end it where the device cannot be described now."""
        hub = running(self.hass)
        subentry = self._get_reconfigure_subentry()
        try:
            adapter = hub.adapters[subentry.data[CONF_ADAPTER]]
            said = interpretations_of(subentry)
            describe = partial(adapter.describe, thing_id_of(subentry), hub.memory.record(thing_id_of(subentry)))
            try:
                description = describe(said)
            except Rejected as err:
                if err.reason is not Reason.BAD_MAPPING:
                    raise
                description = describe()  # so that what does not fit any more can be taken back
        except (KeyError, ThingError) as err:
            raise AbortFlow("not_described") from err
        return _Subject(hub=hub, subentry=subentry, adapter=adapter, said=said, description=description)

    def _interpretation(self, user_input: Mapping[str, object]) -> Interpretation:
        return Interpretation(
            quantity=self._quantity,
            unit=str(user_input.get(CONF_UNIT, "")).strip(),
            title=str(user_input.get(CONF_TITLE, "")),
            writable=bool(user_input[CONF_WRITABLE]),
        )

    async def _keep(self, subject: _Subject, said: Interpretations) -> SubentryFlowResult:
        await subject.hub.async_explain(subject.subentry, said)
        return self.async_abort(reason="explained", description_placeholders={"name": subject.subentry.title})


def _meaning_schema(units: tuple[str, ...]) -> vol.Schema:
    """Ask for the unit only where the quantity has one."""
    fields: dict[vol.Marker, object] = {}
    if units:
        unit = SelectSelectorConfig(options=list(units), custom_value=True, mode=SelectSelectorMode.DROPDOWN)
        fields[vol.Optional(CONF_UNIT, default=units[0])] = SelectSelector(unit)
    fields[vol.Optional(CONF_TITLE)] = TextSelector()
    fields[vol.Required(CONF_WRITABLE, default=False)] = BooleanSelector()
    return vol.Schema(fields)
