"""The access trail's rows read back, to judge their acts again: which acts a fact reaches, and their judgements until
now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Select, and_, false, func, or_, select

from domain.act import Act
from domain.state import start_of
from ledger.store.engine import reading
from projections.access.affected_acts import BEFORE_ALL, AffectedActs
from projections.access.open_judgements import ActAndJudgement
from projections.access.tables import ALWAYS, DELIVERY, VALUES, Judged, access
from projections.engine.projector import ProjectorContext
from replay.instants import to_micros

PAGE = 1_000
AHEAD: Final = timedelta(days=1)


class RejudgementReader:
    """Asked only where all rows of earlier entries that concern the answer are in the database."""

    def __init__(self, context: ProjectorContext) -> None:
        self._context = context
        self._mine = and_(
            access.c.ledger == context.ledger, access.c.build == context.build, access.c.to_size.is_(None)
        )

    def reached(self, affected: AffectedActs, below: int) -> Iterator[ActAndJudgement]:
        """The acts before an index that a fact reaches."""
        if affected.everyone:
            return self._all(0, below)
        if affected.counted_from is not None:
            return self._counted(affected, start_of(affected.counted_from), below)
        return self._chosen(self._condition(affected))

    def open_acts(self, request: str) -> Iterator[ActAndJudgement]:
        """The request's acts that carry a reason, or that silence will turn."""
        return self._chosen(and_(access.c.request == request, _OPEN))

    def named(self) -> Iterator[str]:
        """The requests and items that rows of any tree size name, as streams."""
        for family, column in (("request", access.c.request), ("item", access.c.item)):
            names = _each_once(column, access.c.ledger == self._context.ledger, access.c.build == self._context.build)
            yield from (f"{family}/{row.name}" for row in self._rows(names))

    def judged_now(self, indexes: Sequence[int]) -> Iterator[ActAndJudgement]:
        """These acts, each with its judgement that holds."""
        return self._with_judgements(self._context.states.acts.at(indexes))

    def latest_of_request(self, request: str) -> int:
        return self._latest(access.c.request == request)

    def latest_of_item(self, item: str) -> int:
        return self._latest(access.c.item == item)

    def _latest(self, condition: ColumnElement[bool]) -> int:
        latest = self._rows(select(func.max(access.c.time)).where(self._mine, condition))[0][0]
        return BEFORE_ALL if latest is None else int(latest)

    def _condition(self, affected: AffectedActs) -> ColumnElement[bool]:
        within = access.c.time >= affected.since
        of_case = or_(within, _OPEN) if affected.open_with else within
        indexes = [*affected.indexes, *self._indexes(affected)]
        return or_(
            false(),
            *(and_(access.c.request == request, of_case) for request in affected.requests),
            *(and_(access.c.item == item, within) for item in affected.items),
            *(
                and_(side == party, within)
                for party in affected.parties
                for side in (access.c.requester, access.c.provider)
            ),
            *(and_(access.c.provider == organ, access.c.kind == DELIVERY, within) for organ in affected.deliverers),
            *(and_(access.c.requester == organ, access.c.post == post, within) for organ, post in affected.posts),
            *([access.c.entry.in_(indexes)] if indexes else []),
        )

    def _indexes(self, affected: AffectedActs) -> Iterator[int]:
        for ref in affected.refs:
            place = self._context.states.acts.place_of(ref.by, ref.id)
            if place is not None:
                yield place[0]

    def _chosen(self, condition: ColumnElement[bool]) -> Iterator[ActAndJudgement]:
        """In the order of the log, a page at a time."""
        after = -1
        while True:
            pages = select(access.c.entry).distinct().where(self._mine, condition)
            pages = pages.where(access.c.entry > after).order_by(access.c.entry).limit(PAGE)
            indexes = [row.entry for row in self._rows(pages)]
            if not indexes:
                return
            yield from self.judged_now(indexes)
            after = indexes[-1]

    def _counted(self, affected: AffectedActs, since: datetime, below: int) -> Iterator[ActAndJudgement]:
        """What depends on days since then. No act's time lies further ahead of its recording than a day."""
        first = self._context.states.acts.recorded_since(since - AHEAD, below)
        turning = access.c.holds_to > to_micros(since)
        yield from self._chosen(and_(access.c.entry < first, or_(turning, self._condition(affected))))
        yield from self._all(first, below)

    def _all(self, first: int, below: int) -> Iterator[ActAndJudgement]:
        """Every act of the log from one on, also those that have no row yet."""
        for start in range(first, below, PAGE):
            yield from self._with_judgements(self._context.states.acts.from_index(start, min(PAGE, below - start)))

    def _with_judgements(self, acts: Sequence[Act]) -> Iterator[ActAndJudgement]:
        rows: dict[int, dict[tuple[int, int], tuple[Any, ...]]] = defaultdict(dict)
        keyed = select(access.c.entry, access.c.holds_from, *(access.c[name] for name in VALUES))
        for row in self._rows(keyed.where(self._mine, access.c.entry.in_([act.index for act in acts]))):
            rows[row[0]][row[0], row[1]] = tuple(row[2:])
        return iter([(act, Judged(rows[act.index], {})) for act in acts])

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        with reading(self._context.engine) as connection:
            return connection.execute(query).all()


_OPEN = or_(access.c.reasons != "", access.c.holds_to.is_not(None), access.c.holds_from != ALWAYS)


def _each_once(column: Column[Any], *mine: ColumnElement[bool]) -> Select[Any]:
    """The values of a column that leads an index, each found behind the one before it: a step for each, however many
    rows it has.
    """
    names = select(func.min(column).label("name")).where(*mine).cte("names", recursive=True)
    following = select(func.min(column)).where(*mine, column > names.c.name).correlate(names).scalar_subquery()
    names = names.union_all(select(following).where(names.c.name.is_not(None)))
    return select(names.c.name).where(names.c.name.is_not(None))
