"""What pages say, in the language of whoever reads them; and what people of the stories write."""

from dataclasses import dataclass

from tools.phrases import catalogue

CHINESE = {str(message.id): str(message.string) for message in catalogue() if message.id}

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Says:
    """Finds a phrase of the pages in one language, by its English."""

    language: str

    def __call__(self, phrase: str, **facts: object) -> str:
        said = phrase if self.language == "en" else CHINESE[phrase]
        return said % facts if facts else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What is written on one day, in one language."""

    complaint: str
    word: str
    """Of the complaint, to look for."""
    outlet: str
    rehearsal: str
    handler: str
    letter: str
    findings: str
    persons: str
    lessons: str
    measures: str
    report: str
    why: str


WRITING = {
    "en": Writing(
        complaint="The card machine at the counter took my payment twice.",
        word="payment twice",
        outlet="Harbour outlet",
        rehearsal="Rehearsal outlet (clocks in seconds)",
        handler="Sample Handler",
        letter="We are sorry. The second payment was paid back today.",
        findings="The machine sent it twice.",
        persons="None at fault.",
        lessons="The machine was replaced.",
        measures="Paid back; the machine is new.",
        report="Nobody answered in time; the customer was called today.",
        why="Read by the supervisor.",
    ),
    "zh": Writing(
        complaint="柜台刷卡机把同一笔付款扣了两次。",
        word="扣了两次",
        outlet="港湾网点",
        rehearsal="演练网点（以秒计时）",
        handler="经办甲",
        letter="给您添麻烦了，多扣的款项今天已退回。",
        findings="刷卡机重复发送。",
        persons="无人员过失。",
        lessons="已更换刷卡机。",
        measures="退款并更换机器。",
        report="未按时答复，今天已致电客户。",
        why="已由主管审阅。",
    ),
}
