"""What `REDRESS_MAIL_URL` may name, and the sentence for what it may not."""

import pytest

from config import SettingsRefused
from tests.activities.letters import a_message, gateways_to
from tests.chat_robots import ROBOTS


@pytest.mark.parametrize(
    "entry",
    [
        "wecombot://693a91f6-7a0c-4bc4",
        "dingtalk://SECabc@0c23ff",
        "feishu://SECabc@e1-f2",
        "lark://e1-f2",
        "schan://SCT17",
        "slack://T0/B0/xyz",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6",
        "https://SECabc@oapi.dingtalk.com/robot/send?access_token=0c23ff",
        "https://open.feishu.cn/open-apis/bot/v2/hook/e1-f2",
        "https://hooks.slack.com/services/T0/B0/xyz",
        "https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=t",
        "https://prod-161.westeurope.logic.azure.com:443/workflows/w/triggers/manual/paths/invoke",
        "mattermost+https://chat.bank.example/hooks/xyz",
        "rocketchat+https://chat.bank.example/hooks/64f1/xyz",
        "dingtalk+https://SECabc@relay.bank.example/robot/send?access_token=0c23ff",
        "jsons://hooks.bank.example/redress",
        "pushplus://abcdefghijklmnopqrstuvwxyz012345",
    ],
)
def test_a_room_is_named_by_its_address_or_by_its_key(entry: str) -> None:
    gateways = gateways_to(entry, f"east-branch={entry}")
    assert gateways.ways(a_message()) == 1
    assert gateways.units == {"east-branch"}


def test_every_robot_can_be_named_by_its_whole_address() -> None:
    for kind in ROBOTS:
        assert gateways_to(f"{kind.kind}+https://relay.bank.example{kind.path}").has_room


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("carrier-pigeon://user:hunter2@roof", "is nothing that apprise understands"),
        ("discord://4174216298/hunter2hunter2hunter2", "whose answers nothing here reads"),
        ("mattermost://chat.bank.example/hunter2", "wants the robot's whole address"),
        ("wecombot://", "wants the robot's key after wecombot://"),
        ("wecombot://hunter2@693a91f6", "names a secret, and robots of wecombot sign nothing"),
        ("wechat+https://relay.bank.example/hunter2", "is no robot known here"),
        ("https://relay.bank.example/hunter2", "whose robots are not known"),
        ("slack+https:///hunter2", "names no machine"),
        ("=wecombot://hunter2", "names no unit before it"),
        ("east-branch=mailto://u:hunter2@mail.bank.example", "only a room can be a unit's"),
    ],
)
def test_what_will_not_do_is_refused_by_its_number_without_its_secret(entry: str, why: str) -> None:
    with pytest.raises(SettingsRefused) as refused:
        gateways_to("jsons://hooks.bank.example/", entry)
    sentence = str(refused.value)
    assert sentence.startswith("REDRESS_MAIL_URL will not do: gateway 2 of the list ")
    assert why in sentence
    assert "hunter2" not in sentence
