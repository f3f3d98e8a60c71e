"""The role entry: a name that rules use, played by the best of several entities."""
