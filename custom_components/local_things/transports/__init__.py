"""The wires, and the guards in front of them: what may be spoken to, and what may be believed of the bytes.

Adapters use these; nothing here knows what a temperature is.
"""
