"""A customer is masked on every page, found by whole numbers, and seen for a reason."""

from sqlalchemy import select

from domain.customers import CustomerField
from store.database import Sessions
from store.evidence.audit import Action
from store.tables import AuditRow
from tests.customers import known_of_customer
from tests.web.browser import Visit, a_filled_form

SECRET = ("13800131234", "wang.xm@example.com", "文三路", "6222021234567890128")


def test_a_customer_is_masked_found_and_revealed_for_a_reason(
    visit: Visit, sessions: Sessions
) -> None:
    ines = visit("ines")
    form = a_filled_form(
        ines,
        name="王小明",
        phone="138 0013 1234",
        email="wang.xm@example.com",
        address="浙江省杭州市西湖区文三路1号",
        account="6222021234567890128",
    )
    reference = ines.send("/register", **form).location.rpartition("/")[2]
    with sessions() as session:
        kept = known_of_customer(session, reference, CustomerField.ACCOUNT)
    assert kept == "6222021234567890128", "a card number belongs in its own field"

    han = visit("han")
    page = han.get(f"/cases/{reference}").text
    for shown in ("王***", "138 **** 1234", "w***@example.com", "浙江省杭州市***", "***0128"):
        assert shown in page
    url = f"/cases/{reference}/customer"
    assert f'href="{url}"' in page
    assert [word for word in SECRET if word in page + han.get(url).text] == []

    for typed in ("13800131234", "+86 138-0013-1234", "6222 0212 3456 7890 128", "王小明",
                  "WANG.XM@example.com"):  # fmt: skip
        assert reference in han.send("/search", text=typed).text, typed
    for typed in ("1380013123", "王小", "wang.xm"):
        assert reference not in han.send("/search", text=typed).text, "whole numbers only"

    refused = han.send(url, fields=["phone"])
    assert refused.status_code == 422
    assert "138 0013 1234" not in refused.text
    seen = han.send(url, fields=["phone", "account"], reason="to call back")
    assert seen.headers["Cache-Control"] == "no-store"
    assert "138 0013 1234" in seen.text
    assert "6222021234567890128" in seen.text
    assert "wang.xm@example.com" not in seen.text, "what was not asked for stays masked"
    assert "138 0013 1234" not in han.get(url).text, "this once"

    with sessions() as session:
        rows = select(AuditRow).where(
            AuditRow.action == Action.CUSTOMER_REVEALED, AuditRow.subject == reference
        )
        (row,) = session.scalars(rows)
    assert (row.by, row.subject, row.address) == ("han", reference, "127.0.0.1")
    assert row.facts == {"fields": "phone, account", "reason": "to call back"}
    told = visit("ada").get(f"/admin/audit?subject={reference}").text
    assert "to call back" in told
    assert visit("ada").get(url).status_code == 403
