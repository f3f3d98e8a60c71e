"""The network entry: searches the local network and runs the devices that were accepted on it."""
