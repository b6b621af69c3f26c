"""Word of units, businesses and causes that have left their usual range: once a month of each, to
whoever answers for it."""

from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.analysis import Dimension
from domain.directory import Directory
from domain.early_warning import EarlyWarning, WarningRules
from domain.reporting import owes
from store.notices import write_word_of_warning
from store.people.directory import read_directory
from store.reads.analysis.usual import early_warnings
from store.tables import EarlyWarningRow


def tell_of_early_warnings(session: Session, rules: WarningRules, today: date) -> int:
    """Write down what has left its usual range in this month or the last one, and send word to the
    nearest who answers for the unit; for all else, to whoever answers for the head office. Says how
    many were new; again, it changes nothing."""
    directory = read_directory(session)
    new = 0
    for warning in early_warnings(session, rules, today.replace(day=1)):
        unit = warning.key if warning.dimension is Dimension.UNIT else _head_office(directory)
        kept = _keep(session, warning, unit)
        if kept is None:
            continue
        new += 1
        answers = owes(unit, directory)
        write_word_of_warning(session, kept, () if answers is None else (answers,))
    return new


def _head_office(directory: Directory) -> str:
    return next(each.id for each in directory.units.values() if each.parent is None)


def _keep(session: Session, warning: EarlyWarning, unit: str) -> int | None:
    """The number of the warning; None when it was told before."""
    return session.scalar(
        insert(EarlyWarningRow)
        .values(
            dimension=warning.dimension,
            key=warning.key,
            month=warning.month,
            unit=unit,
            number=warning.number,
            usual_at_most=warning.usual_at_most,
        )
        .on_conflict_do_nothing()
        .returning(EarlyWarningRow.id)
    )
