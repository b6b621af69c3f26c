"""The case that letters are written about: who may write one in it, and what a letter lacks."""

from collections.abc import Mapping, Sequence

from domain.acts import WriteLetter, pass_gates, permit
from domain.complaint import Flaw
from domain.errors import Refusal, Refused
from domain.letters import LetterPart, LetterTemplate
from domain.permission_names import Permission
from store.evidence.audit import Action, note
from store.policies.packs import published_pack
from store.reads.case_page import CaseFile, read_case_file
from store.scope import OpenedCase
from web import wording
from web.base.context import reading, speak_of_tasks, writing
from web.base.phrases import language_code
from web.kit.access import visitor
from web.kit.forms import Field
from web.wording import flaw_sentence


def note_the_look(case: OpenedCase) -> None:
    """Have the audit know that who asks read what the customer is told."""
    with writing() as session:
        note(session, Action.LOOKED_AT_COMPLAINT, by=visitor().id, subject=case.reference)


def file_of(case: OpenedCase) -> CaseFile:
    """What a letter is filled from."""
    file = read_case_file(reading(), case, entries_at_most=1)
    speak_of_tasks(file.pack.conduct.task_titles)
    return file


def why_not_here(case: OpenedCase) -> str:
    """Why who asks writes no letter here; empty when they may."""
    try:
        permit(WriteLetter, case.case, visitor().actor)
        pass_gates("write_letter", case.case, published_pack(reading(), case.case.policy).conduct)
        if visitor().id != case.case.handler and not case.allows(Permission.HANDLE_FOR_OTHERS):
            raise Refused(Refusal.NOT_THE_HANDLER)
    except Refused as refused:
        return wording.refusal_sentence(refused)
    return ""


def missing_in(
    template: LetterTemplate, texts: Mapping[str, str], file: CaseFile
) -> tuple[str, ...]:
    """What a letter still lacks, each by what is printed before it or by its name."""
    printed = {each.part: each.label.get(language_code(), "") for each in template.parts}
    return tuple(name_of(printed[each], each) for each in parts_missing(template, texts, file))


def parts_missing(
    template: LetterTemplate, texts: Mapping[str, str], file: CaseFile
) -> tuple[LetterPart, ...]:
    """The parts that a rule wants and that say nothing."""
    return template.missing_in(texts, file.pack.conduct.reply_elements)


def name_of(printed: str, part: LetterPart) -> str:
    """What a part is called: by what is printed before it, where something is."""
    return printed or wording.words(part)


def unplaced(flaws: Sequence[Flaw], fields: Sequence[Field]) -> str:
    """What is wrong and belongs to no field: with the file, or with what the letter itself says."""
    shown = {each.name for each in fields}
    return " ".join(flaw_sentence(each) for each in flaws if each.where not in shown)
