"""A real Home Assistant to look at, already onboarded, beside the simulated house."""
