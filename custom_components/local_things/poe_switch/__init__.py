"""The PoE switch entry: one managed switch, a device for each of its ports, and which device hangs at which."""
