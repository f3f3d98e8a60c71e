"""A whole Home Assistant in the hub of a lab: its config entries, its entities, its sockets, and no IPv4 anywhere."""
