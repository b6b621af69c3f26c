"""When the press asks."""

from domain.acts import CommentToMedia, ConsentToComment, ReportMedia, media
from domain.case import Milestone
from domain.classification import Mark, MediaReach
from domain.errors import Refusal
from tests.domain.acts.doing import CLOSED, LEO, MAX, MEI, line, reaches
from tests.domain.acts.sentences import Sentences


class TestMedia(Sentences):
    about = media
    done = (
        line(
            "local media are reported",
            ReportMedia(reach=MediaReach.LOCAL),
            lambda case: case.marks == (Mark.MEDIA,),
            case=CLOSED,
        ),
        line(
            "provincial media are media of both kinds",
            ReportMedia(reach=MediaReach.PROVINCIAL),
            lambda case: case.marks == (Mark.MEDIA, Mark.MEDIA_HIGH),
        ),
        line(
            "a leader of a tier-2 branch agrees to a word to the press",
            ConsentToComment(),
            reaches(Milestone.MEDIA_CONSENT),
            by=LEO,
        ),
        line(
            "a word to the press is written down",
            CommentToMedia(),
            reaches(Milestone.COMMENTED),
            by=MAX,
        ),
    )
    refused = (
        line(
            "the leader of an outlet is no leader for the press",
            ConsentToComment(),
            Refusal.NOT_HIGH_ENOUGH,
            by=MEI,
        ),
    )
