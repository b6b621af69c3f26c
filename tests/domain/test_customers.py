"""A customer is found however a number was written, and shown no further than need be."""

import pytest

from domain.customers import CustomerField, masked_value, normal_form


@pytest.mark.parametrize(
    ("field", "ways"),
    [
        (CustomerField.PHONE, ["13800138000", "138 0013 8000", "+86 138-0013-8000",
                               "008613800138000",
                               "１３８００１３８０００"]),
        (CustomerField.PHONE, ["010-65550123", "(010) 6555 0123", "+86 010 65550123"]),
        (CustomerField.EMAIL, ["Wang@Example.com", " wang@example.com"]),
        (CustomerField.ACCOUNT, ["6222 0212 3456 7890 128", "6222021234567890128"]),
        (CustomerField.NAME, ["王 小明", "王小明", "王·小明"]),
        (CustomerField.NAME, ["Mary O'Neil", "MARY ONEIL"]),
    ],
)  # fmt: skip
def test_one_value_written_in_many_ways_is_one(field: CustomerField, ways: list[str]) -> None:
    assert len({normal_form(field, way) for way in ways}) == 1


def test_another_number_is_another_customer() -> None:
    assert normal_form(CustomerField.PHONE, "8613800138000") != normal_form(
        CustomerField.PHONE, "13800138001"
    )
    assert normal_form(CustomerField.PHONE, "8655501") == "8655501", "no code of a country"


@pytest.mark.parametrize(
    ("field", "text", "shown"),
    [
        (CustomerField.PHONE, "13800131234", "138****1234"),
        (CustomerField.PHONE, "+86 138 0013 1234", "+86 1** **** 1234"),
        (CustomerField.PHONE, "6555 0123", "**** 0123"),
        (CustomerField.PHONE, "110", "***"),
        (CustomerField.NAME, "王小明", "王***"),
        (CustomerField.NAME, "Mary O'Neil", "M*** O***"),
        (CustomerField.EMAIL, "wang.xm@example.com", "w***@example.com"),
        (CustomerField.EMAIL, "nowhere", "***"),
        (CustomerField.ACCOUNT, "6222 0212 3456 7890 128", "***0128"),
        (CustomerField.ACCOUNT, "1234567", "***"),
        (CustomerField.ADDRESS, "浙江省杭州市西湖区文三路1号", "浙江省杭州市***"),
        (CustomerField.ADDRESS, "12 Main Street, Springfield", "***"),
        (CustomerField.NAME, "", ""),
    ],
)
def test_a_page_shows_as_much_as_tells_customers_apart(
    field: CustomerField, text: str, shown: str
) -> None:
    assert masked_value(field, text) == shown
