"""Reference data with provenance; read through :mod:`pigmeter.reference` only."""
