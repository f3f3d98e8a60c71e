"""Names of what every switch can be asked, whoever made it; those of power are in tables.py."""

from typing import Final

from ...transports.snmp import oid

SYS_DESCR: Final = oid("1.3.6.1.2.1.1.1.0")
SYS_NAME: Final = oid("1.3.6.1.2.1.1.5.0")
BRIDGE_ADDRESS: Final = oid("1.3.6.1.2.1.17.1.1")
BRIDGE_PORTS: Final = oid("1.3.6.1.2.1.17.1.4.1.2")
FDB_VLAN: Final = oid("1.3.6.1.2.1.17.7.1.2.2.1")
FDB: Final = oid("1.3.6.1.2.1.17.4.3.1")
"""dot1qTpFdbEntry and dot1dTpFdbEntry: column 2 is the port, 3 the status."""
IF_TYPE: Final = oid("1.3.6.1.2.1.2.2.1.3")
IF_ADDRESS: Final = oid("1.3.6.1.2.1.2.2.1.6")
IF_NAME: Final = oid("1.3.6.1.2.1.31.1.1.1.1")
IF_ALIAS: Final = oid("1.3.6.1.2.1.31.1.1.1.18")
ENTITY: Final = oid("1.3.6.1.2.1.47.1.1.1.1")
FIRMWARE, MAKER, MODEL = 10, 12, 13
"""Columns of entPhysicalEntry (RFC 6933)."""
SERIAL: Final = (*ENTITY, 11)
ENTITY_ALIAS: Final = oid("1.3.6.1.2.1.47.1.3.2.1.2")
CISCO_ENTITY: Final = oid("1.3.6.1.4.1.9.9.402.1.2.1.11")
LLDP_REMOTE: Final = oid("1.0.8802.1.1.2.1.4.1.1")
LLDP_ADDRESS: Final = oid("1.0.8802.1.1.2.1.4.2.1.4")
LLDP_DEFINED: Final = oid("1.0.8802.1.1.2.1.4.4.1.4")
"""lldpRemOrgDefInfo: the value of a TLV of an organisation, which its index names."""
CHASSIS_KIND: Final = oid("1.0.8802.1.1.2.1.3.1")
CHASSIS: Final = oid("1.0.8802.1.1.2.1.3.2")
ENGINE: Final = oid("1.3.6.1.6.3.10.2.1.1")
"""snmpEngineID (RFC 3411, section 5)."""
