"""The PoE switch entry, in a whole Home Assistant in front of a real snmpd."""
