"""Who has seen a customer: for whoever must find out after a leak, within a minute."""

from flask import Blueprint, render_template, request

from domain.permission_names import Permission
from store.reads.seen import who_has_seen
from web.base.context import writing
from web.kit.access import open_to, reader
from web.kit.forms import Typed

blueprint = Blueprint("seen", __name__, url_prefix="/admin")


@blueprint.get("/seen")
@open_to(Permission.TRACE_CUSTOMER)
def ask() -> str:
    """The form to ask by a customer's whole name or number."""
    return render_template("admin/seen.html", customer="", found=None)


@blueprint.post("/seen")
@open_to(Permission.TRACE_CUSTOMER)
def trace() -> str:
    """Everybody who has seen something of that customer's cases. Posted, since a customer's number
    is no part of an address."""
    customer = Typed(request.form).text("customer")
    with writing() as session:
        found = who_has_seen(session, reader(), customer)
    return render_template("admin/seen.html", customer=customer, found=found)
