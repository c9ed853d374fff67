"""Who is asking: tokens, roles, the brake on guesses; and how answers leave."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from server.core.errors import BadInput, NotAllowed
from server.web.auth import Guesses, Pass, Seal, own_key
from server.web.wire import read_intent, refusal
from tests.web_house import caller, in_process, staffed


@pytest.fixture
def app(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Flask]:
    """The app on a staffed floor."""
    with in_process(staffed(migrated_sqlite, tmp_path), tmp_path) as made:
        yield made


def test_a_known_badge_gets_a_token_that_says_who_it_is(app: Flask) -> None:
    """Spaces around a badge are the scanner's, not the badge's."""
    answer = app.test_client().post("/api/v1/login", json={"badge": " P-1\n", "device": "hh-1"})
    token = answer.get_json()["token"]
    me = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.get_json() == {"person": {"badge": "P-1", "name": "Ann", "role": "picker"}}


@pytest.mark.parametrize(
    ("body", "number", "code"),
    [
        (b'{"badge":"NOBODY","device":"hh-1"}', 403, "unknown_badge"),
        (b'{"badge":"P-1"}', 422, "bad_login"),
        (b'{"badge":"P-1","device":"hh 1"}', 422, "bad_login"),
        (b'{"badge":7,"device":"hh-1"}', 422, "bad_login"),
        (b'{"badge":"P-1","device":"hh-1","role":"admin"}', 422, "unknown_field"),
        (b"[]", 422, "bad_login"),
        (b"{", 400, "bad_json"),
        (b"\xff\xfe", 400, "bad_json"),
        (b"[" * 50_000, 400, "bad_json"),
        (b'"' + b"x" * 70_000 + b'"', 413, "too_large"),
    ],
)
def test_a_wrong_log_in_is_answered_with_a_code(app: Flask, body: bytes, number: int, code: str) -> None:
    """Never a page, never a trace."""
    answer = app.test_client().post("/api/v1/login", data=body)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (number, code)


def test_what_is_not_there_is_answered_in_the_same_shape(app: Flask) -> None:
    """404 and 405 are JSON like every other error."""
    client = app.test_client()
    assert client.get("/api/v1/nothing").get_json()["error"]["code"] == "not_found"
    assert client.get("/nothing/at/all").get_json()["error"]["code"] == "not_found"
    refused = client.put("/api/v1/login")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (405, "method_not_allowed")
    assert "POST" in refused.headers["Allow"]


def test_a_mistake_of_the_server_shows_no_trace(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """The answer has a mark; the log has the rest."""
    app.add_url_rule("/broken", "broken", lambda: str(1 // 0))
    answer = app.test_client().get("/broken")
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (500, "internal")
    assert "ZeroDivision" not in answer.get_data(as_text=True)
    assert any("unexpected" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "token_missing"),
        ("Basic abc", "token_missing"),
        ("Bearer ", "token_missing"),
        ("Bearer abc.def.ghi", "token_wrong"),
    ],
)
def test_a_request_without_a_good_token_is_not_answered(app: Flask, header: str, code: str) -> None:
    """401, with what to do about it."""
    answer = app.test_client().get("/api/v1/board", headers={"Authorization": header})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, code)


def test_a_token_ends_with_the_log_in(app: Flask) -> None:
    """Logging out on one device ends it there and nowhere else."""
    desk, tablet = caller(app, "S-1", "desk-1"), caller(app, "S-1", "tablet-1")
    assert desk.call("POST", "/api/v1/logout") == (200, {"ok": True})
    number, answer = desk.call("GET", "/api/v1/board")
    assert (number, answer["error"]["code"]) == (401, "taken_over")
    assert tablet.call("GET", "/api/v1/board")[0] == 200


def test_a_device_belongs_to_whoever_logged_in_last(app: Flask) -> None:
    """The one before is told that, not merely refused."""
    ann, bob = caller(app, "P-1", "hh-1"), caller(app, "P-2", "hh-1")
    number, answer = ann.call("GET", "/api/v1/me")
    assert (number, answer["error"]["code"]) == (401, "taken_over")
    assert "Bob" in answer["error"]["message"]
    assert bob.call("GET", "/api/v1/me")[0] == 200


def test_a_picker_may_not_ask_for_what_a_supervisor_sees(app: Flask) -> None:
    """403, naming who may."""
    number, answer = caller(app, "P-1").call("GET", "/api/v1/board")
    assert (number, answer["error"]["code"]) == (403, "role_not_enough")
    assert "supervisor" in answer["error"]["message"]


def test_guessing_badges_is_slowed_down(app: Flask) -> None:
    """After twenty wrong ones a right one has to wait too, or guessing would go on."""
    client = app.test_client()
    for number in range(20):
        assert client.post("/api/v1/login", json={"badge": f"G-{number}", "device": "hh-1"}).status_code == 403
    answer = client.post("/api/v1/login", json={"badge": "P-1", "device": "hh-1"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (429, "too_many_guesses")


def test_the_brake_lets_go_with_time_and_counts_each_address_alone() -> None:
    """One guess comes back each refill."""
    now = [0.0]
    guesses = Guesses(lambda: now[0], most=3, refill_s=2.0)
    for _ in range(3):
        guesses.check("a")
        guesses.wrong("a")
    with pytest.raises(NotAllowed, match="wait"):
        guesses.check("a")
    guesses.check("b")
    now[0] = 2.0
    guesses.check("a")


def test_a_seal_reads_its_own_tokens_and_no_others() -> None:
    """Another installation's key, or one letter changed, and it is no token."""
    seal = Seal("one")
    token = seal.token(Pass("P-1", "hh-1"))
    assert seal.read(token) == Pass("P-1", "hh-1")
    for wrong in (Seal("two").token(Pass("P-1", "hh-1")), token[:-1], "x" + token, token.replace(".", "")):
        with pytest.raises(NotAllowed):
            seal.read(wrong)


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    """There is no default to guess, and a second start reads the first one's key."""
    key = own_key(tmp_path / "new")
    assert len(key) >= 64
    assert own_key(tmp_path / "new") == key
    assert own_key(tmp_path / "other") != key
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
FIELDS = ("op_id", "device", "seq", "task", "version", "label", "at", "act", "qty", "reason", "line", "extra")
FRAME = st.fixed_dictionaries({}, optional={name: JSON | st.just("12345678") for name in FIELDS})


def read(frame: object) -> str:
    """The code with which a frame is refused, "" when it is an intent."""
    try:
        read_intent(frame, "12345678")
    except BadInput as error:
        return error.code
    return ""


@given(JSON | FRAME)
def test_any_frame_is_an_intent_or_is_refused_with_a_reply(frame: object) -> None:
    """Whatever a device sends, the decoder answers; it never breaks."""
    code = read(frame)
    assert code in {"", "unknown_field", "bad_intent", "foreign_device"}
    assert len(json.dumps(refusal(code, frame, "")).encode()) < 1000
