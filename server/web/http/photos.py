"""Codes in pictures, for pages whose browser cannot read them itself."""

from server.core.errors import BadInput
from server.web.camera import MAX_BYTES
from server.web.http.desk import Answer, Asked, Method, Route


def decode(asked: Asked) -> Answer:
    """The codes in a picture (JPEG, PNG or WebP: the body as it is)."""
    picture = asked.request.get_data()
    if not picture:
        raise BadInput("camera.no_picture", "the body is to be a picture file")
    return asked.desk.camera.read(picture, asked.query("profile", "warehouse")).as_json()


ROUTES = (Route(Method.POST, "/api/v1/decode", decode, most_bytes=MAX_BYTES),)
