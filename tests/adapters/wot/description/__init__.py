"""From a Thing Description to a Thing: pure."""
