"""SNMP (RFC 3416), v2c and v3, through the address gate: the one typed door to pysnmp."""

from .session import SnmpSession, open_session
from .values import LAN, Limits, Oid, SnmpValue, VarBind, oid

__all__ = ["LAN", "Limits", "Oid", "SnmpSession", "SnmpValue", "VarBind", "oid", "open_session"]
