"""What a Thing Description says, as a Thing of ours and where on the wire it lives. Pure."""
