"""Approving a communication to all schools: routing, deliveries, mail rows, audit, one commit."""

import time

import sqlalchemy as sa

from benchmarks.stage import Stage, new_approved
from benchmarks.tables import Table, median, verdict
from categories.catalogue import current_ids
from categories.models import Owner
from directory.models import School
from foundation import clock
from gatekeeping.sending import send_approved
from notifications.models import Delivery, Notice

ROUNDS = 12
LIMIT_MS = 300
LIMIT_RATIO = 5


def measure(stages: list[Stage]) -> list[Table]:
    """Time ours and the bare INSERT ... SELECT in alternating rounds on each database."""
    table = Table(
        "Approving to all schools (audience, routing, deliveries, mail rows, audit, commit)",
        (
            "database",
            "schools",
            "statements",
            "ours, median ms",
            "bare INSERT ... SELECT, ms",
            "ratio",
        ),
    )
    for stage in stages:
        ours, bare, statements, schools = [], [], 0, 0
        for _ in range(ROUNDS):
            bare.append(_bare(stage))
            spent, statements, schools = _ours(stage)
            ours.append(spent)
        ratio = median(ours) / median(bare)
        table.rows.append(
            (stage.name, schools, statements, median(ours) * 1000, median(bare) * 1000, ratio)
        )
        table.notes.append(
            f"{stage.name}: under {LIMIT_MS} ms {verdict(met=median(ours) * 1000 < LIMIT_MS)}; "
            f"within {LIMIT_RATIO} times the bare statement {verdict(met=ratio <= LIMIT_RATIO)}."
        )
    return [table]


def _ours(stage: Stage) -> tuple[float, int, int]:
    event = new_approved(stage)
    sent: list[str] = []
    sa.event.listen(stage.database.engine, "before_cursor_execute", note := _noting(sent))
    start = time.perf_counter()
    with stage.database.transaction(authority=stage.authority_id) as session:
        send_approved(session, event, clock.now())
    spent = time.perf_counter() - start
    sa.event.remove(stage.database.engine, "before_cursor_execute", note)
    with stage.database.session(authority=stage.authority_id, writes=False) as session:
        deliveries = session.scalar(
            sa.select(sa.func.count(Delivery.id))
            .join(Notice, Notice.id == Delivery.notice_id)
            .where(Notice.source_id == event.version_id)
        )
    return spent, len(sent), deliveries or 0


def _noting(sent: list[str]):
    def note(*arguments: object) -> None:
        if "set_config" not in str(arguments[2]):
            sent.append(str(arguments[2]))

    return note


def _bare(stage: Stage) -> float:
    """Write owners' deliveries by the plainest statement there is, in one transaction."""
    with stage.database.session(authority=stage.authority_id) as session:
        category = current_ids(session, stage.authority_id)[stage.category]
        notice = session.scalar(sa.select(sa.func.min(Notice.id)))
        room = sa.delete(Delivery).where(
            Delivery.notice_id == notice, Delivery.category_id == category
        )
        plain = _plain_insert(stage, notice, category)
        session.execute(room)
        session.commit()
        start = time.perf_counter()
        session.execute(plain)
        session.commit()
        spent = time.perf_counter() - start
        session.execute(room)
        session.commit()
    return spent


def _plain_insert(stage: Stage, notice: int | None, category: int) -> sa.Insert:
    values = {
        "authority_id": sa.literal(stage.authority_id),
        "notice_id": sa.literal(notice),
        "category_id": sa.literal(category),
        "reason": sa.literal("owner"),
        "state": sa.literal("unread"),
        "delivered_at": sa.literal(clock.now(), Delivery.delivered_at.type),
        "school_id": School.id,
        "person_id": Owner.person_id,
    }
    owned = sa.and_(
        Owner.school_id == School.id, Owner.category_id == category, Owner.ended_at.is_(None)
    )
    return sa.insert(Delivery.__table__).from_select(
        list(values), sa.select(*values.values()).join(Owner, owned), include_defaults=False
    )
