"""After a leak somebody asks who has seen the customer, by the number alone."""

from sqlalchemy import Text, cast, func, select

from store.database import Sessions
from store.tables import AuditRow
from tests.web.browser import Taker, Visit


def test_who_has_seen_a_customer_is_found_by_the_number_alone(
    visit: Visit, a_received_case: Taker, sessions: Sessions
) -> None:
    reference = a_received_case(phone="13712345678", name="赵一")
    han, ada = visit("han"), visit("ada")
    han.get(f"/cases/{reference}")
    han.send(f"/cases/{reference}/customer", fields=["phone"], reason="to call back")

    assert 'href="/admin/seen"' in ada.get("/admin/audit").text
    page = ada.send("/admin/seen", customer="+86 137 1234 5678").text
    assert f"Cases of this customer: {reference}" in page
    assert "Opened a case (1)" in page
    assert "unmasked (1)" in page
    assert "Telephone" in page
    assert "127.0.0.1" in page
    assert "赵一" not in page, "whoever asks learns no name"
    assert "No case is known" in ada.send("/admin/seen", customer="13712345679").text
    assert "No case is known" in ada.send("/admin/seen", customer=" ").text
    assert visit("sun").send("/admin/seen", customer="13712345678").status_code == 403
    with sessions() as session:
        noted = select(func.count()).where(cast(AuditRow.facts, Text).contains("13712345678"))
        assert session.scalar(noted) == 0
