"""The way in for other systems: complaints in JSON, each under a key that the sender makes."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request, url_for

from domain.complaint import BadInput, Flaw
from domain.errors import NotFit, Refused
from domain.json_objects import NameTwice, read_json
from store.cases.earlier import earlier_letters, references_among
from store.cases.reception import what_stands_against
from store.people.tokens import may_file, note_beyond, units_of
from store.reads.case_page import read_filed
from store.scope import reader_of
from web.api.complaints import KEY, NAME_TOLD, dates_of, read_complaint, read_key, with_person
from web.api.openapi import describe
from web.base.context import records, writing
from web.base.phrases import _
from web.kit.access import open_to_everybody, open_to_systems, token
from web.kit.forms import flaws_in
from web.kit.problems import problem

blueprint = Blueprint("api", __name__, url_prefix="/api")


@blueprint.post("/complaints")
@open_to_systems
def file() -> Response:
    """Take a complaint down, or say everything that is wrong with it."""
    try:
        sent, by = _sent(), token().actor
    except NameTwice as twice:
        flaw = Flaw.of(str(twice.args[0])[:NAME_TOLD], BadInput.NAME_TWICE)
        return problem(422, _("This could not be taken yet."), (flaw,))
    draft, flaws = read_complaint(sent)
    with writing() as session:
        # Of what is unclear nobody can say whether the token is for it; it is told what is wrong.
        allowed = may_file(session, token(), draft.channel, draft.unit)
        if allowed:
            draft, unknown = with_person(session, draft, sent, units_of(session, token()))
    if not allowed:
        abort(403)
    key = read_key(request.headers.get(KEY, ""))
    if key is None:
        flaws.append(Flaw.of(KEY, BadInput.NOT_A_KEY))
    try:
        if flaws or unknown:
            # What the rules say of the rest is told in the same breath; who works here, to nobody
            # who does not file a complaint about them.
            with records().sessions() as session:
                against = what_stands_against(session, draft.masked(), flaws, dates_of(sent))
                raise NotFit(against or unknown)
        # Systems make their keys apart from one another; two may make the same.
        masked = draft.sensitive_flaws()
        complaint = draft.masked().complaint(f"{by.person}/{key}")
        with records().sessions() as session:
            earlier = earlier_letters(
                session, reader_of(session, by), complaint, complaint.intake_key
            )
        receipt = records().desk.receive(complaint, by, dates_of(sent))
    except NotFit as unfit:
        return problem(422, _("This could not be taken yet."), flaws_in(unfit))
    except Refused:
        return problem(
            409,
            _(
                "Another complaint was sent under this Idempotency-Key and was taken down. Send"
                " this one under a key of its own."
            ),
        )
    with records().sessions() as session:
        units = units_of(session, token())
        filed = read_filed(session, receipt.reference, by.person, units)
        own = [
            each
            for each in references_among(earlier)
            if read_filed(session, each, by.person, units) is not None
        ]
    assert filed is not None, "what was received is there"
    answer = jsonify(
        reference=filed.reference,
        received_at=_told(filed.received_at),
        earlier=[
            {
                "received_at": _told(each.received_at),
                "reference": each.reference if each.reference in own else None,
            }
            for each in earlier
        ],
        masked=[{"field": each.where, "code": each.code.value} for each in masked],
    )
    answer.status_code = 201 if receipt.is_new else 200
    answer.headers["Location"] = url_for("api.stands", reference=filed.reference)
    return answer


@blueprint.get("/complaints/<reference>")
@open_to_systems
def stands(reference: str) -> Response:
    """How a complaint stands, for the system that brought it in."""
    if not reference.isprintable():
        abort(404)
    with writing() as session:
        units = units_of(session, token())
        filed = read_filed(session, reference, token().actor.person, units)
        if filed is None:
            note_beyond(session, token(), subject=reference)
    if filed is None:
        abort(404)
    return jsonify(
        reference=filed.reference,
        status=filed.status,
        received_at=_told(filed.received_at),
        recorded_at=_told(filed.recorded_at),
        closed_at=_told(filed.closed_at) if filed.closed_at else None,
    )


@blueprint.get("/openapi.json")
@open_to_everybody
def description() -> Response:
    """What may be asked here and what is answered, for machines (OpenAPI 3.1)."""
    return jsonify(describe(records().settings.base_url))


def _sent() -> dict[str, Any]:
    """The fields that came in the body."""
    if not request.is_json:
        abort(415)
    try:
        sent = read_json(request.get_data())
    except NameTwice:
        raise
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(sent, dict):
        abort(400)
    return sent


def _told(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()
