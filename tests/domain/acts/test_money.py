"""Promises, cash in an emergency, loss reports, penalties."""

from dataclasses import replace

from domain.acts import FileLoss, PayEmergencyCash, Promise, ProposePenalty, ReportLoss, money
from domain.case import Milestone
from domain.classification import CustomerTier, Level, Validity
from domain.errors import Refusal
from tests.builders import MONDAY
from tests.domain.acts.doing import (
    ASSIGNED,
    DISPOSED,
    HONG,
    INES,
    LENIENT,
    LINE,
    RECEIVED,
    REPLIED,
    VALID,
    left_alone,
    line,
    reaches,
)
from tests.domain.acts.sentences import Sentences

FINE = ProposePenalty(schedule="attitude", post="direct_person", amount_fen=100_00)


class TestMoney(Sentences):
    about = money
    done = (
        line(
            "as much is promised as the outlet may",
            Promise(amount_fen=100_00),
            lambda case: case.promised_fen == 100_00,
        ),
        line(
            "the business department may promise beside the handler",
            Promise(amount_fen=1_000_00),
            lambda case: case.promised_fen == 1_000_00,
            by=LINE,
        ),
        line(
            "emergency cash is paid up to the limit",
            PayEmergencyCash(amount_fen=5_000_00, tier=CustomerTier.ORDINARY),
            lambda case: case.paid_cash_fen == 5_000_00,
        ),
        line(
            "a better customer's limit is higher",
            PayEmergencyCash(amount_fen=10_000_00, tier=CustomerTier.VIP),
            lambda case: case.paid_cash_fen == 10_000_00,
        ),
        line(
            "a loss is reported by word of mouth",
            ReportLoss(),
            reaches(Milestone.LOSS_REPORTED),
            case=RECEIVED,
            by=INES,
        ),
        line(
            "the loss is reported in due form",
            FileLoss(),
            reaches(Milestone.LOSS_FILED),
            case=RECEIVED.reach(Milestone.LOSS_REPORTED, at=MONDAY),
            by=INES,
        ),
        line(
            "the least fine is proposed",
            FINE,
            lambda case: case.penalties[-1].amount_fen == 100_00,
            case=DISPOSED,
            by=HONG,
        ),
        line(
            "the highest fine is proposed",
            replace(FINE, amount_fen=1_000_00),
            lambda case: case.penalties[-1].amount_fen == 1_000_00,
            case=DISPOSED,
            by=HONG,
        ),
    )
    refused = (
        *left_alone(
            (Promise(amount_fen=1), ASSIGNED),
        ),
        line(
            "nothing is promised beyond one's authority",
            Promise(amount_fen=100_01),
            Refusal.BEYOND_AUTHORITY,
        ),
        line(
            "a level without authority promises nothing",
            Promise(amount_fen=1),
            Refusal.BEYOND_AUTHORITY,
            by=replace(LINE, level=Level.HEAD_OFFICE),
        ),
        line(
            "emergency cash ends at the limit",
            PayEmergencyCash(amount_fen=5_000_01, tier=CustomerTier.ORDINARY),
            Refusal.OVER_EMERGENCY_LIMIT,
        ),
        line(
            "emergency cash is added up",
            PayEmergencyCash(amount_fen=1, tier=CustomerTier.ORDINARY),
            Refusal.OVER_EMERGENCY_LIMIT,
            case=replace(ASSIGNED, paid_cash_fen=5_000_00),
        ),
        line(
            "where the pack knows no emergency cash there is none",
            PayEmergencyCash(amount_fen=1, tier=CustomerTier.VIP),
            Refusal.OVER_EMERGENCY_LIMIT,
            conduct=LENIENT,
        ),
        line(
            "no loss is filed that nobody reported",
            FileLoss(),
            Refusal.NO_LOSS_REPORTED,
            case=RECEIVED,
            by=INES,
        ),
        *(
            line(
                f"a {validity} complaint has no penalties",
                FINE,
                Refusal.ONLY_VALID_COMPLAINTS,
                case=replace(DISPOSED, disposition=replace(VALID, validity=validity)),
                by=HONG,
            )
            for validity in (Validity.SPECIAL, Validity.DEMAND)
        ),
        line(
            "nobody is fined before it is settled",
            FINE,
            Refusal.ONLY_VALID_COMPLAINTS,
            case=REPLIED,
            by=HONG,
        ),
        line(
            "a fine is at least the least",
            replace(FINE, amount_fen=99_99),
            Refusal.PENALTY_OUT_OF_RANGE,
            case=DISPOSED,
            by=HONG,
        ),
        line(
            "a fine is at most the most",
            replace(FINE, amount_fen=1_000_01),
            Refusal.PENALTY_OUT_OF_RANGE,
            case=DISPOSED,
            by=HONG,
        ),
        line(
            "a post that the schedule does not name is not fined",
            replace(FINE, post="outlet_head"),
            Refusal.NO_SUCH_PENALTY,
            case=DISPOSED,
            by=HONG,
        ),
        line(
            "a fault that no schedule names is not fined",
            replace(FINE, schedule="lateness"),
            Refusal.NO_SUCH_PENALTY,
            case=DISPOSED,
            by=HONG,
        ),
    )
