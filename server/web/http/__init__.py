"""The REST side of docs/protocol.md and docs/rest.md: a table of routes, one function each."""
