"""Gangway: shortest pick walks and confirmed scans for a warehouse floor."""
