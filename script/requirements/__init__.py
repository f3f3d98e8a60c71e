"""The pinned requirements and how they come about."""
