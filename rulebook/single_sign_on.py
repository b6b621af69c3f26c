"""The bank's own file that says which groups of its identity provider are which roles here."""

from pathlib import Path
from typing import Any

from domain.classification import Role
from domain.single_sign_on import GroupPlace, SignOnMapping
from rulebook import marked_yaml
from rulebook.marked_yaml import FileProblems, Page

CLAIMS = {
    "login": "preferred_username",
    "name": "name",
    "email": "email",
    "groups": "groups",
}
"""What they are called where nobody says otherwise, by OpenID Connect and custom."""

SHOWN_BY = ("mfa", "otp", "hwk", "swk", "sc")
"""What `amr` says after a second factor (RFC 8176), where nobody says otherwise."""


def read_sign_on_mapping(file: Path) -> SignOnMapping:
    """That file; raises `FileProblems` with everything wrong at once."""
    page = marked_yaml.read(file, name=file.name)
    data: dict[str, Any] = page.data if isinstance(page.data, dict) else {}
    for part in set(data) - {"claims", "second_factor", "groups"}:
        page.wrong(f"nothing is called {part!r}", part)
    claims = {**CLAIMS, **_part(page, data, "claims")}
    for claim in set(claims) - set(CLAIMS):
        page.wrong(f"nothing is called {claim!r}", "claims", claim)
    factor = _part(page, data, "second_factor")
    groups = _part(page, data, "groups")
    if not groups:
        page.wrong("there is no group, so nobody could come in", "groups")
    mapping = SignOnMapping(
        login=str(claims["login"]),
        name=str(claims["name"]),
        email=str(claims["email"]),
        groups=str(claims["groups"]),
        second_factor=str(factor.get("claim", "amr")),
        shown_by=frozenset(factor.get("shown_by") or SHOWN_BY),
        places={group: _place(page, group, meant) for group, meant in groups.items()},
    )
    if page.problems:
        raise FileProblems(page.problems)
    return mapping


def _part(page: Page, data: dict[str, Any], name: str) -> dict[str, Any]:
    part = data.get(name, {})
    if not isinstance(part, dict):
        page.wrong(f"{name} wants names with what they mean", name)
        return {}
    return part


def _place(page: Page, group: str, meant: object) -> GroupPlace:
    stated: dict[str, Any] = meant if isinstance(meant, dict) else {}
    roles = stated.get("roles")
    if not isinstance(roles, list) or set(stated) - {"roles", "unit"}:
        page.wrong(f"{group} wants roles, and a unit where it places people", "groups", group)
        roles = []
    for role in roles:
        if role not in set(Role):
            page.wrong(f"there is no role {role!r}", "groups", group)
    known = frozenset(Role(role) for role in roles if role in set(Role))
    return GroupPlace(roles=known, unit=stated.get("unit"))
