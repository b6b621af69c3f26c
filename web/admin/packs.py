"""The bank's rules, to be read beside the regulation."""

from flask import Blueprint, render_template

from domain.errors import NotFit
from domain.permission_names import Permission
from rulebook.packs import read_all_packs
from store.policies.packs import current_packs
from web.base.context import reading
from web.kit.access import open_to

blueprint = Blueprint("packs", __name__, url_prefix="/admin")


@blueprint.get("/policies")
@open_to(Permission.READ_POLICIES)
def published() -> str:
    """Every published policy with each figure and its rule; and what is wrong with the others."""
    unfit = {name: pack for name, pack in read_all_packs().items() if isinstance(pack, NotFit)}
    return render_template("admin/packs.html", packs=current_packs(reading()), unfit=unfit)
