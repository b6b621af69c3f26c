"""One table says who may do what, and one scope leads to cases: nobody goes beside them."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.architecture.code import LAYERS, ROOT, modules, name_of, tree_of

ADDRESSES: Mapping[str, str] = {
    "domain/tasks/charge.py": "who is asked in turn when nobody holds an office",
    "domain/tasks/charge.py: _named": "a task of the handler's goes to the handler",
    "domain/tasks/charge.py: charge_of": "and to the supervisor while there is none",
    "domain/escalation.py: receiver_of": "what concerns the handler goes to the supervisor",
    "domain/directory.py: holders_in": "who holds the role that is called for",
    "domain/reporting.py: receiver_of": "a submitted report goes to the office above",
}
"""Comparisons with a role that find whom to tell, not what somebody may do."""


def decisions_by_role(path: Path) -> Iterator[str]:
    """Comparisons with roles, and sets of them, by the function they are in."""
    for function in [node for node in ast.walk(tree_of(path)) if _is_a_function(node)]:
        assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        if any(_decides(node) for node in ast.walk(function)):
            yield f"{name_of(path)}: {function.name}"
    outside = (node for node in tree_of(path).body if not _is_a_function(node))
    for node in outside:
        if not isinstance(node, ast.ClassDef) and any(_decides(each) for each in ast.walk(node)):
            yield name_of(path)


def _is_a_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def _is_a_role(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Role"


def _decides(node: ast.AST) -> bool:
    match node:
        case ast.Compare():
            sides = [node.left, *node.comparators]
            return any(_is_a_role(side) for side in sides) or any(
                isinstance(side, ast.Attribute) and side.attr == "roles" for side in sides
            )
        case ast.Set() | ast.Tuple() | ast.List():
            return any(_is_a_role(each) for each in node.elts)
        case ast.Dict():
            return any(key is not None and _is_a_role(key) for key in node.keys)
        case ast.Call(func=ast.Attribute(attr="holds")):
            return True
        case _:
            return False


def may_name_roles(path: Path) -> bool:
    """The table itself, and what a role is called on a page."""
    name = name_of(path)
    return name in {"domain/permissions.py", "domain/relations.py"} or name.startswith(
        "web/wording/"
    )


def test_nobody_decides_by_role_but_the_table_of_rights() -> None:
    others = [each for each in [*modules(*LAYERS), ROOT / "worker.py"] if not may_name_roles(each)]
    found = {decision for path in others for decision in decisions_by_role(path)}
    assert sorted(found - set(ADDRESSES)) == []


@pytest.mark.parametrize(
    "code",
    [
        "def f(who): return Role.HR in who.roles",
        "def f(who): return who.holds(Role.HR)",
        "def f(who): return bool({Role.HR} & set(who))",
        "BANK_WIDE = (Role.HR, Role.REGULATOR_LIAISON)",
        "TABS = {Role.HANDLER: 1}",
    ],
)
def test_a_decision_by_role_is_seen(code: str, tmp_path: Path) -> None:
    assert any(_decides(node) for node in ast.walk(ast.parse(code)))


def test_what_finds_whom_to_tell_is_still_there() -> None:
    found = {each for path in modules(*LAYERS) for each in decisions_by_role(path)}
    assert set(ADDRESSES) - found == set()


TABLES_OF_CASES = frozenset(
    {
        "AttachmentRow", "CaseRow", "ClockRow", "CommandRow", "ComplaintRow", "HistoryRow",
        "JournalRow", "MailRow", "NoticeRow", "RegulatorReportRow", "RepairRow", "SurveyRow",
        "TaskRow",
    }
)  # fmt: skip
"""Cases, and whatever hangs on one."""

IN_TEXT = re.compile(
    r"\b(from|join|update|into)\s+"
    r"(attachments|cases|clocks|commands|complaints|histories|journal|notices|regulator_reports"
    r"|repairs|surveys|tasks)\b",
    re.IGNORECASE,
)

THE_SCOPE = frozenset(
    {
        "are_listed", "first_words_for",
        "cases_for", "commends", "counted_cases", "filed_by", "finds_about", "hidden_among",
        "is_listed", "is_nobodys_own", "listed_cases", "open_case", "open_each", "relations_in",
        "standing_in", "visible_among", "visible_cases",
    }
)  # fmt: skip
"""What `store.scope`, `store.listed` and `store.reads.analysis.figures` give to ask with."""

NOT_FOR_A_READER: Mapping[str, str] = {
    # The writer's own.
    "store/cases/receipts.py": "writes what comes in",
    "store/cases/handing_over.py": "writes whose a task is now",
    "store/cases/journal.py": "the one place that changes a case",
    "store/cases/writing.py": "writes what the one place has decided",
    "store/cases/charged.py": "asked of a case that its command's own question has found",
    "store/cases/commands.py: act_of": "asked under the key of a form of one's own",
    "store/cases/commands.py: accept_command": "writes the yes with its journal entry",
    "store/cases/commands.py: answer_command": "writes the workflow's answer",
    "store/cases/commands.py: as_asked": "the writer's, for whom the command's own row is the word",
    "store/cases/commands.py: locked_commands": "the writer's, for what the engine asks to write",
    "store/cases/commands.py: put_back_forgotten": "the relay's",
    "store/cases/commands.py: read_command": "the relay's, and the desk's for its own command",
    "store/cases/commands.py: keep_commands": "writes what somebody else has asked about",
    "store/cases/surveys.py": "the customer's, for whom the code of a link is the right",
    "store/cases/belonging.py": "asked by the record for the case it writes; a supervisor decides",
    "store/cases/unfinished.py": "the sweeper's and the verification's",
    "store/cases/leavers.py": "takes cases from whoever has left, and tells nothing of them",
    "store/mail_headers.py": "seals and opens what its caller has read",
    "store/mails/joining.py": "writes what the customer wrote, or whoever sorts mail has decided",
    "store/mails/rows.py": "the mailbox reader's, who asks for nobody",
    "store/mails/waiting.py: count_waiting_mails": "of mails with no case: a number alone",
    "store/mails/waiting.py: waiting_mails": "of mails with no case, behind a page's own right",
    "store/mails/kept_from.py": "which of those mails are not for whoever asks",
    "store/mails/waiting.py: require_waiting": "asks the table of rights for the mail itself",
    "store/mails/waiting.py: note_registered": "the same, for a case just taken down from it",
    "store/mails/waiting.py: set_aside": "the same, for a mail that is with no case",
    "store/people/kept_forms.py: was_taken": "asked under the key of a form of one's own",
    "store/people/records.py: count_open_cases": "whether a unit can be closed: a number alone",
    "store/cases/erasing.py": "how far all that are due have come: numbers alone",
    "store/cases/imports.py": "writes how far an import came",
    "store/notice_care.py: went_again": "a condition, asked within the scope of a case or behind an"
    " act's own question",
    "store/notice_care.py: see_to_what_went_again": "the record's, and the mailbox reader's",
    "store/files/attachments.py: room_for_files": "whether one more may be put with a case, behind"
    " its command's own question",
    "store/files/attachments.py: is_spoken_of": "a yes or no, before a file is taken away",
    "store/files/attachments.py: known_digests": "held against the folder by the verification",
    "store/files/attachments.py: write_attachment": "writes with the command that brings a file",
    "store/customer_letters.py: require_author": "of one case, asked behind its command's own"
    " question",
    "store/customer_letters.py: require_fit_letter": "of one case, asked behind its command's own"
    " question",
    "store/customer_letters.py: takes_second_reader": "of one case, asked behind its command's own"
    " question",
    "store/contacts.py": "of one case, behind its command's own question, its page's or the record",
    "store/customers.py: is_of_customer": "a condition, asked within the scope of a search",
    "store/reads/dates.py": "conditions of lists, asked within their scope",
    "store/notice_contents.py": "for gateways; rooms only what `may_be_told_in_a_room` lets out",
    "store/notices.py": "the gateways' and the relay's",
    "store/reports/periodic.py: hold_report": "keeps the figures of a unit whole; they are read"
    " through `find_periodic_report`",
    "store/reports/periodic.py: figures_now": "shown beside what its reader has whole",
    "store/reports/received.py": "word of reports that were submitted to oneself; of no case",
    "store/notice_care.py: told": "changes a task that waits for oneself by name",
    "store/notice_care.py: mark_read": "changes notices to oneself, and tells nothing",
    # The system's own.
    "store/erasure/due.py": "of one case, asked behind its command's own question; of all, numbers",
    "store/erasure/texts.py": "erases with the entry that says so, and counts what goes",
    "store/evidence/erased.py": "which journals tell of an erasure, for their verification",
    "store/evidence/chain.py": "verifies every journal",
    "store/evidence/checkpoints.py": "signs the ends of all journals",
    "store/evidence/complaint_seal.py": "seals what is written",
    "store/evidence/proofs.py": "`redress explain`, at a terminal of the machine",
    "store/operations/erasures.py": "removes what lies outside, and erases again after a restore",
    "store/operations/failures.py": "what is held up; pages leave out what is hidden",
    "store/operations/histories.py": "archives what the engine forgets",
    "store/operations/key_rotation.py": "turns the keys of all complaints, at a terminal",
    "store/operations/repairs.py": "decided on through `desk.repair`, which asks the table",
    "store/operations/verification.py": "compares everything with everything",
    "store/policies/calendar_changes.py": "counts anew for all cases alike, at a terminal",
    "store/cases/case_reports.py": "writes with the entry that tells of a report",
    "store/cases/fit_reports.py": "of one report, asked behind its command's own question",
    "store/reports/late_reports.py": "tells whoever owes it that a report is late",
    "store/undoing.py: find_done": "of what its asker has done themselves",
    "store/bulk/acts.py: find_bulk": "of what its asker has asked for themselves",
    "store/bulk/lists.py": "the same",
    "store/reads/history.py: read_story": "told of a case that its page has opened",
    "store/reads/past.py: read_past": "told of a case that its page has opened",
}
"""Modules and functions that ask of cases for no person in particular, each with its reason."""


def unscoped(path: Path) -> Iterator[str]:
    """Public functions that reach a table of cases, by themselves or by private ones of the module,
    and neither ask through the scope nor are given a case that was opened.
    """
    functions = {
        node.name: node
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    for name, node in functions.items():
        whole = _with_helpers(node, functions)
        names = {_last(each) for part in whole for each in ast.walk(part)}
        said = (
            each.value
            for part in whole
            for each in ast.walk(part)
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        )
        reaches = bool(names & TABLES_OF_CASES) or any(IN_TEXT.search(text) for text in said)
        asks = bool(names & THE_SCOPE) or _takes_an_opened_case(node)
        if reaches and not asks and not name.startswith("_"):
            yield f"{name_of(path)}: {name}"


def _with_helpers(node: ast.AST, functions: Mapping[str, ast.AST]) -> list[ast.AST]:
    found, waiting = [], [node]
    while waiting:
        here = waiting.pop()
        found.append(here)
        called = {_last(each) for each in ast.walk(here)}
        waiting += [
            each
            for name, each in functions.items()
            if name in called and name.startswith("_") and each not in found + waiting
        ]
    return found


def _last(node: ast.AST) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case _:
            return ""


def _takes_an_opened_case(node: ast.AST) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    arguments = [*node.args.args, *node.args.kwonlyargs]
    return any(
        each.annotation and "OpenedCase" in ast.unparse(each.annotation) for each in arguments
    )


SPEAKS_SQL = [path for path in modules("store", "cli") if path.parent.name != "tables"]


def test_every_question_about_cases_goes_through_the_scope() -> None:
    excused = {"store/scope.py", "store/listed.py"} | set(NOT_FOR_A_READER)
    others = [path for path in SPEAKS_SQL if name_of(path) not in excused]
    found = {question for path in others for question in unscoped(path)}
    assert sorted(found - set(NOT_FOR_A_READER)) == []


def test_whoever_is_excused_from_the_scope_is_there_and_needs_it() -> None:
    for excused in NOT_FOR_A_READER:
        module, _, function = excused.partition(": ")
        found = set(unscoped(ROOT / module))
        assert (excused in found) if function else found, excused


def test_a_question_beside_the_scope_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = tmp_path / "beside.py"
    beside.write_text(
        "def list_all(session):\n    return _rows(session)\n\n"
        "def _rows(session):\n    return session.scalars(select(CaseRow))\n\n"
        "def in_text(session):\n    return session.execute(text('select 1 from cases'))\n\n"
        "def within(session, reader):\n    return select(CaseRow).where(visible_cases(reader))\n\n"
        "def of_one(session, opened: OpenedCase):\n    return select(JournalRow)\n"
    )
    monkeypatch.setattr("tests.architecture.test_rights.name_of", lambda path: path.name)
    assert set(unscoped(beside)) == {"beside.py: list_all", "beside.py: in_text"}
