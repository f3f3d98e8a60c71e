"""PoE switches: what each port feeds and whether it may, over SNMP or OpenWrt's ubus, and who is behind it."""
