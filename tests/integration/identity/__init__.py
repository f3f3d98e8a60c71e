"""Who an accepted device is (T4)."""
