"""Every blueprint, validated, instantiated and exercised in a running Home Assistant."""
