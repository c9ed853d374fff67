"""What a confirmed scan is measured against: a bare echo on the same stack, and the endpoint one would write first.

Run by gunicorn's gevent worker like the product: `gunicorn -k gevent 'server.lab.baselines:echo()'`.
"""

from typing import Any

from flask import Flask, request
from flask_socketio import SocketIO
from sqlalchemy import CheckConstraint, ForeignKey, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


def echo() -> Flask:
    """Flask-SocketIO that answers every `scan` with what it got: no rule, no database."""
    app = Flask(__name__)
    sockets = SocketIO(app, async_mode="gevent")

    @sockets.on("scan")  # type: ignore[untyped-decorator]  # Flask-SocketIO ships no types
    def scan(frame: dict[str, Any]) -> dict[str, Any]:
        return frame

    return app


class Base(DeclarativeBase):
    """The naive endpoint's tables."""


class Shelf(Base):
    """Stock of one SKU in one location."""

    __tablename__ = "shelf"
    location: Mapped[str] = mapped_column(primary_key=True)
    sku: Mapped[str]
    on_hand: Mapped[int] = mapped_column(CheckConstraint("on_hand >= 0"))


class Moved(Base):
    """One unit that went from a shelf into a tote; the op_id keeps a resend from counting twice."""

    __tablename__ = "moved"
    op_id: Mapped[str] = mapped_column(primary_key=True)
    location: Mapped[str] = mapped_column(ForeignKey("shelf.location"))
    tote: Mapped[str]


def naive(path: str) -> Flask:
    """Flask and SQLAlchemy's ORM on SQLite (WAL, synchronous=FULL): one POST moves one unit, one commit each."""
    app = Flask(__name__)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def prepare(driver: Any, _record: object) -> None:
        driver.execute("PRAGMA journal_mode=WAL")
        driver.execute("PRAGMA synchronous=FULL")

    @app.post("/scan")
    def scan() -> dict[str, Any]:
        body = request.get_json()
        with Session(engine) as session:
            if session.get(Moved, body["op_id"]) is not None:
                return {"ok": True, "replay": True}
            shelf = session.scalars(select(Shelf).where(Shelf.location == body["label"])).one()
            shelf.on_hand -= 1
            session.add(Moved(op_id=body["op_id"], location=shelf.location, tote=body["tote"]))
            session.commit()
        return {"ok": True, "replay": False}

    return app


def stock_naive(path: str, locations: int) -> None:
    """Create the naive endpoint's database with `locations` full shelves named L0, L1, …"""
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Shelf(location=f"L{n}", sku=f"SKU{n}", on_hand=1_000_000) for n in range(locations))
        session.commit()
    engine.dispose()
