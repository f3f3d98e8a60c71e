"""What the user asks of a power budget that runs: what it would have done with the past, and a dashboard."""

from collections.abc import Iterator, Mapping
from typing import Final, cast

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util.json import JsonObjectType
import probatio as vol

from ..const import DOMAIN
from ..power_budget.hub import BudgetHub
from ..power_budget.services import ATTR_DAYS, MOST_DAYS
from ..things.documents import Json
from ..things.text import label

_DAYS: Final = NumberSelectorConfig(min=1, max=MOST_DAYS, mode=NumberSelectorMode.SLIDER)

type Row = Mapping[str, str | float]
"""What the replay tells of a limit or a load."""


class BudgetOptions(OptionsFlow):
    """What can be asked of a budget. It changes nothing of its limits and loads."""

    _told: JsonObjectType | None
    _path: str

    async def async_step_init(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Begin with the menu, where the budget runs."""
        if not isinstance(getattr(self.config_entry, "runtime_data", None), BudgetHub):
            return self.async_abort(reason="budget_not_running")
        return await self.async_step_budget_menu()

    async def async_step_budget_menu(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Show what can be asked."""
        return self.async_show_menu(step_id="budget_menu", menu_options=["replay", "dashboard"])

    # ------------------------------------------------------------------------------------------------------ the past

    async def async_step_replay(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Ask how many days are to be looked at, and look at them.

        The form waits meanwhile: of what is shown as progress the frontend can miss the end, where that comes at once.
        """
        if user_input is None:
            schema = vol.Schema({vol.Required(ATTR_DAYS, default=1): NumberSelector(_DAYS)})
            return self.async_show_form(step_id="replay", data_schema=schema)
        from ..power_budget.whatif import async_replay  # noqa: PLC0415 (it brings the recorder's)

        self._told = await async_replay(self.hass, self._hub, float(cast("float", user_input[ATTR_DAYS])))
        return await self.async_step_replayed()

    async def async_step_replayed(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Say what would have been done, in words."""
        if user_input is not None:
            return self._unchanged()
        if self._told is None:
            return self.async_abort(reason="nothing_recorded")
        prefix = f"component.{DOMAIN}.selector.budget_replay.options."
        texts = await async_get_translations(self.hass, self.hass.config.language, "selector", [DOMAIN])
        words = {key.removeprefix(prefix): text for key, text in texts.items() if key.startswith(prefix)}
        return self.async_show_form(
            step_id="replayed",
            data_schema=vol.Schema({}),
            description_placeholders={
                "span": _span(cast("float", self._told["hours"])),
                "told": "\n".join(_lines(self._told, words)),
            },
        )

    # ----------------------------------------------------------------------------------------------------- dashboard

    async def async_step_dashboard(self, _user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Make the dashboard, and say where it is."""
        from ..power_budget import lovelace  # noqa: PLC0415 (only who wants one needs it)

        try:
            made = await lovelace.async_make(self.hass, self._hub)
        except HomeAssistantError as err:
            return self.async_abort(reason="no_dashboard", description_placeholders={"detail": str(err)})
        self._path = lovelace.path_of(self._hub)
        return await (
            self.async_step_dashboard_made() if made is lovelace.Made.MADE else self.async_step_dashboard_kept()
        )

    async def async_step_dashboard_made(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Say that it is there."""
        return self._said("dashboard_made", user_input)

    async def async_step_dashboard_kept(self, user_input: dict[str, Json] | None = None) -> ConfigFlowResult:
        """Say that it was left as its user made it."""
        return self._said("dashboard_kept", user_input)

    def _said(self, step: str, user_input: dict[str, Json] | None) -> ConfigFlowResult:
        if user_input is not None:
            return self._unchanged()
        return self.async_show_form(
            step_id=step, data_schema=vol.Schema({}), description_placeholders={"path": f"/{self._path}"}
        )

    def _unchanged(self) -> ConfigFlowResult:
        return self.async_create_entry(data=dict(self.config_entry.options))

    @property
    def _hub(self) -> BudgetHub:
        hub: BudgetHub = self.config_entry.runtime_data
        return hub


def _span(hours: float) -> str:
    """Return a time as hours and minutes."""
    whole, minutes = divmod(round(hours * 60), 60)
    return f"{whole} h {minutes} min"


def _lines(told: JsonObjectType, words: Mapping[str, str]) -> Iterator[str]:
    """Yield, as a list, what limits and loads would have seen; loads that nothing happened to are left out."""
    loads = [one for one in cast("list[Row]", told["loads"]) if one["times"]]
    for row in cast("list[Row]", told["limits"]):
        is_above = row["minutes_above"] or row["trips"]
        yield f"- {_said(words['limit' if is_above else 'quiet'], row)}"
        if row["trips"]:
            yield f"  - {_said(words['trips'], row)}"
    yield from (f"- {_said(words['load'], load)}" for load in loads)
    if not loads:
        yield f"- {words['nothing']}"


def _said(text: str, row: Row) -> str:
    """Return a sentence with the numbers of a row. Names are the user's, or a device's: they are no markup here."""
    return text.format_map(
        {name: label(value) if isinstance(value, str) else f"{value:g}" for name, value in row.items()}
    )
