"""The flows a user walks, one file per idea; config_flow.py is where Home Assistant finds them."""
