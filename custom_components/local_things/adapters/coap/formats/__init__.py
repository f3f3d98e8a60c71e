"""Bytes on the wire and what they say: link-format, SenML, LwM2M, SDF."""
