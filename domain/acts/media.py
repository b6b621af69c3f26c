"""When the press asks or may ask: one contact, and no word without a leader's consent."""

from dataclasses import dataclass
from typing import Literal

from domain.acts.base import Act, ActContext, Need
from domain.acts.handling import marked
from domain.acts.stages import Stage
from domain.case import OPEN, Case, Milestone, Status
from domain.classification import Level, Mark, MediaReach
from domain.errors import Refusal, Refused
from domain.events import Event
from domain.permission_names import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMedia(Act):
    """Report at once that media have asked, or that there is a sign they will. Anyone may (A-48,
    A-49, B-14, D-34).
    """

    kind: Literal["report_media"] = "report_media"
    reach: MediaReach

    event = Event.MEDIA_REPORTED
    permission = Permission.NOTE
    statuses = frozenset(Status)
    words = {"note": Need.REQUIRED}
    is_free_of_version = True

    def apply(self, case: Case, context: ActContext) -> Case:
        if self.reach is MediaReach.LOCAL:
            return marked(case, context.conduct, Mark.MEDIA)
        return marked(case, context.conduct, Mark.MEDIA, Mark.MEDIA_HIGH)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentToComment(Stage):
    """Agree that a word is given to the press: a leader of a tier-2 branch or higher (A-48)."""

    kind: Literal["consent_to_comment"] = "consent_to_comment"

    milestone = Milestone.MEDIA_CONSENT
    event = Event.MEDIA_CONSENT_GIVEN
    permission = Permission.CONSENT_TO_COMMENT
    statuses = frozenset(Status)
    words = {"note": Need.OPTIONAL}

    @classmethod
    def check(cls, case: Case, context: ActContext) -> None:
        if context.by.level.rank < Level.TIER_2.rank:
            raise Refused(Refusal.NOT_HIGH_ENOUGH, level=Level.TIER_2)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentToMedia(Stage):
    """Write down what was said to the press (A-30, A-48, D-34)."""

    kind: Literal["comment_to_media"] = "comment_to_media"

    milestone = Milestone.COMMENTED
    event = Event.MEDIA_COMMENTED
    permission = Permission.COMMENT_TO_MEDIA
    statuses = OPEN
    words = {"statement": Need.REQUIRED}
