"""Word to people, and what waits for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from domain.notices import Delivery
from domain.statuses import TaskKind
from store.tables.base import Base, one_of


class NoticeRow(Base):
    """Word to somebody: what the in-app inbox shows and what is sent outside."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str | None] = mapped_column(ForeignKey("cases.reference"))
    version: Mapped[int] = mapped_column(comment="the journal entry it speaks of")
    report_event: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("report_events.id"))
    early_warning: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("early_warnings.id"))
    incident: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("incident_assignments.id"))
    board_pack: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("board_packs.number"))
    recipient: Mapped[str]
    about: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]
    delivery: Mapped[str] = mapped_column(
        comment="inbox: nothing to send; pending; sent; dead: somebody must see to it"
    )
    round: Mapped[int] = mapped_column(
        server_default="0", comment="raised each time somebody has a dead notice tried again"
    )
    attempts: Mapped[int] = mapped_column(server_default="0", comment="tries of this round")
    tried_at: Mapped[datetime | None] = mapped_column(
        comment="the last sign of life; in the future while it waits for its turn"
    )
    carrier: Mapped[str | None] = mapped_column(comment="the workflow that tries it just now")
    carried_by: Mapped[list[str]] = mapped_column(
        server_default="[]", comment="gateways that have taken it, never asked again"
    )
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(comment="a gateway's words; may be personal")
    obstacle: Mapped[str | None] = mapped_column(comment="why the last try failed")
    failure_code: Mapped[str | None] = mapped_column(comment="what the other side calls it")
    task: Mapped[str | None] = mapped_column(comment="key of the task it speaks of")
    __table_args__ = (
        one_of("delivery", Delivery),
        CheckConstraint(
            "num_nonnulls(reference, report_event, early_warning, incident, board_pack) = 1",
            name="subject",
        ),
        Index("ix_notices_recipient", "recipient", "written_at"),
        Index("ix_notices_delivery", "delivery", "written_at"),
    )


class RobotRow(Base):
    """A chat robot that counts its messages."""

    __tablename__ = "robots"
    name: Mapped[str] = mapped_column(primary_key=True, comment="as gateways are named")
    rests_until: Mapped[datetime | None] = mapped_column(comment="it has asked to be left alone")


class RobotTurnRow(Base):
    """An instant at which a message goes through a robot, or went; gone soon after."""

    __tablename__ = "robot_turns"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    robot: Mapped[str] = mapped_column(ForeignKey("robots.name"))
    at: Mapped[datetime]
    reference: Mapped[str]
    waiting: Mapped[int | None] = mapped_column(
        BigInteger, comment="the notice that is to come for it; none once it was taken"
    )
    __table_args__ = (Index("ix_robot_turns_robot", "robot", "at"),)


class TaskRow(Base):
    """Something a person must do that is not an act on a case by itself."""

    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(ForeignKey("cases.reference"))
    kind: Mapped[str]
    person: Mapped[str | None]
    role: Mapped[str]
    opened_at: Mapped[datetime]
    unit: Mapped[str | None] = mapped_column(comment="where the office of that role stands")
    due_at: Mapped[datetime | None]
    is_held: Mapped[bool] = mapped_column(
        server_default="true", comment="false: nobody holds the office, so it has gone up"
    )
    facts: Mapped[dict[str, Any]]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    __table_args__ = (
        one_of("kind", TaskKind),
        Index("ix_tasks_person", "person", "done_at"),
        Index("ix_tasks_reference", "reference"),
        Index(
            "ix_tasks_open",
            "kind",
            "opened_at",
            "id",
            postgresql_where=text("done_at is null"),
            postgresql_include=["reference"],
        ),
        Index(
            "ix_tasks_due",
            "due_at",
            "opened_at",
            "id",
            postgresql_where=text("done_at is null and kind = 'duty'"),
            postgresql_include=["reference", "person", "role", "unit"],
        ),
        Index("ix_tasks_offices", "role", "unit", postgresql_where=text("kind = 'duty'")),
    )
