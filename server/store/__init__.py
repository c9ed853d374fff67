"""Rows in, rows out, through SQLAlchemy Core. No rules."""
