"""From what a device says of itself to a Thing Description and its bindings. Pure."""
