"""The app for a WSGI server: gunicorn -k gevent -w 1 wsgi:app. `gangway serve` runs it with all that belongs to it."""

from gevent import monkey

monkey.patch_all()  # before any other import: what has taken a lock or a socket class earlier keeps the old one

from server.app import create_app  # noqa: E402
from server.config import Settings  # noqa: E402

app = create_app(Settings.from_environment())
