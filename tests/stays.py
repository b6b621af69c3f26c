"""People who are in already, without having come through the door."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from domain.sign_in import Stage
from rulebook.sign_in import read_sign_in_limits
from store.database import Sessions
from store.people.stays import Place, begin_stay


def a_stay(session: Session, person: str) -> str:
    """The key to a stay that has just begun."""
    place = Place(address="127.0.0.1")
    return begin_stay(session, person, place, Stage.IN, read_sign_in_limits())


def logged_in(app: Flask, sessions: Sessions, person: str) -> FlaskClient:
    """A client in which somebody has logged in."""
    client = app.test_client()
    with sessions.begin() as records:
        key = a_stay(records, person)
    with client.session_transaction() as session:
        session["key"] = key
    return client
