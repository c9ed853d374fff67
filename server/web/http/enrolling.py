"""Enrolment: what the /enrol page asks, the authority's certificate for devices, and the list of devices."""

import io
from ipaddress import ip_address

import segno
from flask import Response, jsonify

from server import addresses
from server.core.errors import BadInput, NotAllowed, NotFound
from server.floor import enrol
from server.store.transaction import utc_now
from server.web.http.desk import ADMINS, KB, LEADS, Answer, Asked, Method, Route

AUTHORITY = "/gangway-ca.crt"
SHORTEST_CREDENTIAL = 32


def get_entrance(asked: Asked) -> Answer:
    """What the page needs to lead a device in. Any page may ask: one on http learns so whether https is trusted."""
    entrance = asked.desk.entrance
    answer = {
        "secure_port": entrance.secure_port,
        "plain_port": entrance.plain_port,
        "authority": AUTHORITY if entrance.authority else "",
        "fingerprint": entrance.fingerprint,
        "enrolled_only": entrance.enrolled_only,
    }
    made = jsonify(answer)
    made.headers["Access-Control-Allow-Origin"] = "*"
    made.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return made


def get_authority(asked: Asked) -> Answer:
    """The authority's certificate (DER), as phones and browsers take it."""
    ca = asked.desk.entrance.authority
    if not ca:
        raise NotFound("no_authority", "this server has no authority of its own; gangway serve --tls auto makes one")
    made = Response(ca, mimetype="application/x-x509-ca-cert")
    made.headers["Content-Disposition"] = "inline; filename=gangway-ca.crt"
    made.headers["Cache-Control"] = "no-cache"
    return made


def post_enrolment(asked: Asked) -> Answer:
    """Bind a device by its one-time code to the credential that it made."""
    desk, address = asked.desk, asked.request.remote_addr or ""
    desk.guesses.check(address)
    body = asked.fields("code", "credential")
    code, credential = asked.text(body, "code"), asked.text(body, "credential")
    if len(credential) < SHORTEST_CREDENTIAL:
        raise BadInput("bad_field", f"credential: {SHORTEST_CREDENTIAL} random characters or more are wanted")
    try:
        name = desk.store.write(lambda tx: enrol.enrol(tx, code, credential))
    except NotAllowed:
        desk.guesses.wrong(address)
        raise
    return {"name": name}, 201


def post_picture(asked: Asked) -> Answer:
    """The address of the page with its code as a QR code (SVG), for a device to scan from this screen."""
    code = asked.text(asked.fields("code"), "code", default="", longest=64)
    if not code.isascii() or not all(letter.isalnum() or letter in "-_" for letter in code):
        raise BadInput("bad_field", "code: letters, digits, - and _ are wanted")
    drawn = io.BytesIO()
    address = f"{asked.request.scheme}://{_reachable(asked.request.host)}/enrol" + (f"#{code}" if code else "")
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=4, light="#ffffff", scale=8)
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


def get_devices(asked: Asked) -> Answer:
    """Every device, and who is logged in on it."""
    return asked.desk.store.read(lambda connection: enrol.devices(connection, utc_now()))


def remove_device(asked: Asked) -> Answer:
    """Let a device in no more."""
    number = int(asked.path["number"])
    asked.desk.store.write(lambda tx: enrol.remove(tx, number))
    return {"ok": True}


def _reachable(host: str) -> str:
    """`host` as other machines reach it: a page that was opened by a loopback address is no use to a phone."""
    name, colon, port = host.rpartition(":") if not host.endswith("]") and ":" in host else (host, "", "")
    lan = addresses.lan_addresses()
    return f"{_bracketed(lan[0])}{colon}{port}" if lan and addresses.is_loopback(name.strip("[]")) else host


def _bracketed(address: str) -> str:
    return f"[{address}]" if ip_address(address).version == 6 else address


ROUTES = (
    Route(Method.GET, "/api/v1/enrol", get_entrance, roles=None),
    Route(Method.POST, "/api/v1/enrol", post_enrolment, roles=None, most_bytes=4 * KB),
    Route(Method.POST, "/api/v1/enrol/picture", post_picture, roles=None, most_bytes=4 * KB),
    Route(Method.GET, AUTHORITY, get_authority, roles=None),
    Route(Method.GET, "/api/v1/devices", get_devices, LEADS),
    Route(Method.DELETE, "/api/v1/devices/<int(max=2147483647):number>", remove_device, ADMINS),
)
