"""Which tools an assistant gets: those for what is exposed to it, and the one that writes where the user allows that.

No model is called from here.
"""

from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, Tool

from .assistant.exposed import exposed, loaded, may_write
from .assistant.tools import BudgetStatus, ListSuggestions, ListThings, ReadProperty, WriteProperty
from .const import KIND_POWER_BUDGET, KIND_RULE_ADVISOR


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return the tools for what is exposed to this assistant; none where nothing is."""
    if api_id != LLM_API_ASSIST:
        return None
    there = dict(exposed(hass, llm_context.assistant))
    tools: list[Tool] = []
    if there:
        tools += [ListThings(there), ReadProperty(there)]
        if may_write(hass):
            tools.append(WriteProperty(there))
    if loaded(hass, llm_context.assistant, KIND_POWER_BUDGET):
        tools.append(BudgetStatus())
    if loaded(hass, llm_context.assistant, KIND_RULE_ADVISOR):
        tools.append(ListSuggestions())
    return LLMTools(tools=tools) if tools else None
