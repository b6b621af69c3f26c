"""The interface for other systems, described by OpenAPI 3.1: the fields from the model that reads
them, the limits from the bank's choice, the rest here.
"""

from typing import Any

from domain.case import Status
from domain.sensitive import SensitiveKind
from web.api.complaints import KEY, describe_complaint

Schema = dict[str, Any]

INSTANT: Schema = {"type": "string", "format": "date-time"}
REFERENCE: Schema = {"type": "string", "examples": ["C-2026-000123"]}


def describe(base_url: str) -> Schema:
    """The whole description, as JSON can hold it."""
    complaint = describe_complaint()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Redress: complaints from other systems",
            "version": "1",
            "description": "Each complaint is sent under a key that the sender makes. Whoever got"
            " no answer sends it again under the same key; it is taken down once.",
        },
        "servers": [{"url": base_url}],
        "security": [{"token": []}],
        "paths": {
            "/api/complaints": {"post": _file()},
            "/api/complaints/{reference}": {"get": _stands()},
            "/api/openapi.json": {
                "get": {
                    "summary": "This description",
                    "security": [],
                    "responses": {"200": {"description": "This description"}},
                }
            },
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **complaint.pop("$defs"),
                "Complaint": complaint,
                "Receipt": _object(
                    reference=REFERENCE, received_at=INSTANT, earlier=_earlier(), masked=_masked()
                ),
                "Standing": _object(
                    reference=REFERENCE,
                    status={"type": "string", "enum": [status.value for status in Status]},
                    received_at=INSTANT,
                    recorded_at=INSTANT,
                    closed_at={"type": ["string", "null"], "format": "date-time"},
                ),
                "Problem": _problem(),
            },
        },
    }


def _file() -> Schema:
    return {
        "summary": "File a complaint",
        "parameters": [
            {
                "name": KEY,
                "in": "header",
                "required": True,
                "description": "A UUID made by the sender for this complaint, kept until an answer"
                " has come, and sent with every try.",
                "schema": {"type": "string", "format": "uuid"},
            }
        ],
        "requestBody": {"required": True, "content": _json("Complaint")},
        "responses": {
            "201": _taken_down("Taken down"),
            "200": _taken_down("Taken down before, under this key and with these contents"),
            "400": _refused("The body is no JSON object"),
            "401": _refused("No token, or one that is unknown, has run out or was revoked"),
            "403": _refused("The token is not for this channel or unit"),
            "409": _refused("Another complaint was sent under this key"),
            "413": _refused("The body is too large"),
            "415": _refused("The body is not application/json"),
            "422": _refused("Something is wrong with the complaint; `faults` says all that is"),
            "429": _too_many(),
            "500": _refused("A mistake here; send it again under the same key"),
            "503": _refused("The records cannot be reached; send it again under the same key"),
        },
    }


def _stands() -> Schema:
    return {
        "summary": "How a complaint stands that the same system filed",
        "parameters": [
            {"name": "reference", "in": "path", "required": True, "schema": REFERENCE},
        ],
        "responses": {
            "200": {"description": "Status and instants", "content": _json("Standing")},
            "401": _refused("No token, or one that is unknown, has run out or was revoked"),
            "404": _refused("This system has filed no such complaint"),
            "429": _too_many(),
            "503": _refused("The records cannot be reached"),
        },
    }


def _taken_down(when: str) -> Schema:
    where = {"description": "Where to ask how it stands", "schema": {"type": "string"}}
    return {"description": when, "headers": {"Location": where}, "content": _json("Receipt")}


def _refused(when: str) -> Schema:
    return {"description": when, "content": _json("Problem", "application/problem+json")}


def _too_many() -> Schema:
    wait = {"description": "Seconds to wait before sending again", "schema": {"type": "integer"}}
    return {**_refused("Too many requests; nothing was done"), "headers": {"Retry-After": wait}}


def _json(schema: str, kind: str = "application/json") -> Schema:
    return {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _earlier() -> Schema:
    told: Schema = {
        "type": "array",
        "description": "Complaints that may be the same letter: the same customer, in much the same"
        " words, within half a year. The number stands there if the same system filed it.",
        "items": _object(received_at=INSTANT, reference={"type": ["string", "null"]}),
    }
    return told


def _masked() -> Schema:
    told: Schema = {
        "type": "array",
        "description": "What was masked because it must not be in a text, and in which field.",
        "items": _object(
            field={"type": "string"},
            code={"type": "string", "enum": [kind.value for kind in SensitiveKind]},
        ),
    }
    return told


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _problem() -> Schema:
    text: Schema = {"type": "string"}
    told = _object(type=text, title=text, status={"type": "integer"}, detail=text)
    told["description"] = "A problem by RFC 9457."
    told["properties"]["faults"] = {
        "type": "array",
        "items": _object(field=text, code=text, sentence=text),
    }
    return told
