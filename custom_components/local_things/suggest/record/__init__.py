"""What the suggester remembers: the log of changes, who caused them, and the rows that come of it. Pure."""
