"""Import this first: the package is found, but not its root module, which imports Home Assistant and takes seconds."""

from pathlib import Path
import sys
from types import ModuleType
from typing import Final

import homeassistant  # noqa: F401 - before anybody imports voluptuous, in whose place it puts another library

_NAME: Final = "custom_components.local_things"

if _NAME not in sys.modules:
    package = ModuleType(_NAME)
    package.__path__ = [str(Path(__file__).parents[2] / _NAME.replace(".", "/"))]
    sys.modules[_NAME] = package
