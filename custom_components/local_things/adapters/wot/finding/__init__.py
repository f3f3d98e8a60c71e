"""Things are found by what announces them, and met by their description: only ever from the device that gave it."""
