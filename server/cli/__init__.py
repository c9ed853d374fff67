"""The gangway commands: each decodes its arguments, calls one function and prints."""
