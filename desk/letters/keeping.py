"""Keeping a letter: first its file for good, then the act that speaks of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO

from desk.attachments import AttachmentDesk
from desk.cases import ActOutcome, CaseDesk
from desk.letters.sheet import print_letter
from domain.acts import WriteLetter
from domain.case import Actor
from domain.errors import NotFit
from domain.letters import LetterTemplate
from store.cases.commands import act_of, flaws_of_words
from store.database import Sessions


class LetterDesk:
    """Has letters set as PDF and puts them with their case."""

    def __init__(
        self, sessions: Sessions, cases: CaseDesk, attachments: AttachmentDesk, bank_name: str
    ) -> None:
        self._sessions = sessions
        self._cases = cases
        self._attachments = attachments
        self._bank_name = bank_name

    def keep(
        self,
        template: LetterTemplate,
        texts: Mapping[str, str],
        *,
        command_id: str,
        reference: str,
        language: str,
        file_name: str,
        written_on: date,
        by: Actor,
    ) -> ActOutcome:
        """Keep a letter as it stands, as a version of its own; raises `NotFit` for texts that will
        not do or where the case has no room for a file, and as `print_letter` does.

        The same `command_id` again does nothing and gets the same answer.
        """
        flaws = flaws_of_words(texts)
        if flaws:
            raise NotFit(flaws)
        said = {"file_name": file_name, **texts}
        with self._sessions() as session:
            known = act_of(session, command_id)
        if isinstance(known, WriteLetter):
            # Set once more, on the next day or by a newer program, it would be another file.
            same = replace(known, letter_template=template.name, language=language)
            return self._cases.act(
                command_id=command_id, reference=reference, act=same, words=said, by=by
            )
        printed = print_letter(
            template,
            texts,
            language=language,
            reference=reference,
            bank=self._bank_name,
            written_on=written_on,
        )
        with self._attachments.laid_down(
            command_id=command_id, reference=reference, name=file_name, content=BytesIO(printed)
        ) as kept:
            return self._cases.act(
                command_id=command_id,
                reference=reference,
                act=WriteLetter(
                    letter_template=template.name,
                    language=language,
                    digest=kept.digest,
                    size=kept.size,
                ),
                words=said,
                by=by,
            )
