"""Answers: rows, the snapshot that they follow from, and the cursor of the next page. The HTTP routes and the command
line ask here.

Every answer is given for a tree size (``as_of``: the entries known) and an instant (``at``: the time of the question),
names both, and can be repeated at any later time. The route decides which rows its caller may see:
``QueryOptions.visible`` is part of every query.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row

from domain.act import Act
from domain.evolve import fold
from domain.state import AgreementState, RequestState
from ledger.store.store import Store
from projections.access.projector import AccessTrail
from projections.access.query import (
    JUDGEMENT_ORDER,
    AccessFilters,
    AccessRow,
    access_order,
    access_query,
    access_row,
    counts_query,
    judgements_of,
    judgements_query,
)
from projections.cases.agreement_projector import Agreements
from projections.cases.projector import Cases
from projections.cases.query import (
    AGREEMENT_ORDER,
    CASE_ORDER,
    TIMELINE_ORDER,
    AgreementFile,
    AgreementRow,
    CaseFile,
    CaseFilters,
    CaseRow,
    TimelineRow,
    agreement_query,
    agreement_row,
    agreements_query,
    case_query,
    case_row,
    cases_query,
    timeline_query,
)
from projections.catalogue.demands import DemandQueries
from projections.catalogue.query import CatalogueQueries
from projections.deadlines.projector import Deadlines
from projections.deadlines.query import DeadlineQueries
from projections.disputes.query import DisputeQueries
from projections.engine.builds import Builds, ProjectorSpec
from projections.engine.runner import Runner
from projections.findings.files import ViolationQueries
from projections.findings.query import FindingQueries
from projections.parties.projector import Parties
from projections.parties.query import (
    PARTY_ORDER,
    PartyFile,
    PartyRow,
    key_row,
    keys_query,
    parties_query,
    party_query,
    party_row,
    post_row,
    posts_query,
)
from projections.query.listing import ListQuery, QueryRunner
from projections.query.paging import Answer, QueryOptions
from projections.query.snapshot import Snapshot, SnapshotResolver
from projections.reconciliation.query import ReconciliationQueries
from projections.scorecards.query import ScorecardQueries
from replay.log_source import ActLog
from replay.rulebook import BundledData

# The rows that a caller may see depend on the register, so the register is part of every answer's snapshot.
ON_ACCESS: Final[tuple[ProjectorSpec, ...]] = (AccessTrail, Parties)
ON_CASES: Final[tuple[ProjectorSpec, ...]] = (Cases, Agreements, AccessTrail, Parties, Deadlines)
ON_AGREEMENTS: Final[tuple[ProjectorSpec, ...]] = (Agreements, Parties)
ON_PARTIES: Final[tuple[ProjectorSpec, ...]] = (Parties,)

ALL: Final = AccessFilters()
ALL_CASES: Final = CaseFilters()
NOW: Final = QueryOptions()


class Queries:
    """Safe to ask from any thread. ``data``: delivered with the software."""

    def __init__(self, store: Store, runner: Runner | None = None, data: BundledData | None = None) -> None:
        builds = Builds(store.engine, store.ledger) if runner is None else runner.builds
        self._store = store
        self._query_runner = QueryRunner(
            store, SnapshotResolver(store, builds, None if runner is None else runner.progress)
        )
        self.deadlines = DeadlineQueries(self._query_runner, store, data)
        self.findings = FindingQueries(store, self._query_runner, self.deadlines)
        self.violations = ViolationQueries(store, self._query_runner)
        self.scorecards = ScorecardQueries(self._query_runner, self.deadlines)
        self.catalogue = CatalogueQueries(self._query_runner, store, self.deadlines)
        self.demands = DemandQueries(self._query_runner, store)
        self.disputes = DisputeQueries(self._query_runner, store)
        self.reconciliation = ReconciliationQueries(self._query_runner, store)

    def access(self, filters: AccessFilters = ALL, options: QueryOptions = NOW) -> Answer[AccessRow]:
        """The access trail: acts with their purpose and their judgement, the newest first."""
        order = access_order(filters)
        listing = ListQuery(ON_ACCESS, filters.question(), lambda snapshot: access_query(filters, snapshot), order)
        return self._query_runner.list(listing, options, self._access_rows)

    def judgements(self, index: int, options: QueryOptions = NOW) -> Answer[AccessRow]:
        """Every judgement of one act, as known at its time first, as known at present last."""
        question = ("judgements", index)
        listing = ListQuery(ON_ACCESS, question, lambda snapshot: judgements_query(index, snapshot), JUDGEMENT_ORDER)
        return self._query_runner.list(listing, options, self._access_rows)

    def cases(self, filters: CaseFilters = ALL_CASES, options: QueryOptions = NOW) -> Answer[CaseRow]:
        """Share requests, the last opened first."""
        listing = ListQuery(ON_CASES, filters.question(), lambda snapshot: cases_query(filters, snapshot), CASE_ORDER)
        return self._query_runner.list(listing, options, self._case_rows)

    def case(self, id_: str, options: QueryOptions = NOW) -> Answer[CaseFile]:
        """One whole case; no row if there is none that the caller may see."""
        snapshot, row = self._query_runner.one(ON_CASES, options, lambda snapshot: case_query(id_, snapshot))
        return self._query_runner.single(snapshot, None if row is None else self._case_file(row, snapshot))

    def timeline(self, id_: str, options: QueryOptions = NOW, *, uses: bool = True) -> Answer[TimelineRow]:
        """The entries of a case in their order, each with its judgement. Whether the caller may see the case is checked
        before.
        """
        question = ("timeline", id_, uses)
        listing = ListQuery(
            ON_ACCESS, question, lambda snapshot: timeline_query(id_, snapshot, uses=uses), TIMELINE_ORDER
        )
        return self._query_runner.list(listing, options, self._timeline_rows)

    def agreements(
        self, options: QueryOptions = NOW, *, request: str | None = None, party: str | None = None
    ) -> Answer[AgreementRow]:
        """Agreements, the last proposed first: of a request, of a party on either side, or all."""
        question = ("agreements", request, party)
        listing = ListQuery(
            ON_AGREEMENTS,
            question,
            lambda snapshot: agreements_query(snapshot, request=request, party=party),
            AGREEMENT_ORDER,
        )
        return self._query_runner.list(
            listing, options, lambda rows, snapshot: [agreement_row(row, snapshot) for row in rows]
        )

    def agreement(self, id_: str, options: QueryOptions = NOW) -> Answer[AgreementFile]:
        """One agreement with every version."""
        snapshot, row = self._query_runner.one(ON_AGREEMENTS, options, lambda snapshot: agreement_query(id_, snapshot))
        if row is None:
            return self._query_runner.single(snapshot, None)
        state = fold(ActLog(self._store).of_stream(f"agreement/{id_}", snapshot.as_of))
        assert isinstance(state, AgreementState)
        return self._query_runner.single(snapshot, AgreementFile(row=agreement_row(row, snapshot), state=state))

    def parties(
        self, options: QueryOptions = NOW, *, division: str | None = None, category: str | None = None
    ) -> Answer[PartyRow]:
        """The register, by code."""
        question = ("parties", division, category)
        listing = ListQuery(
            ON_PARTIES,
            question,
            lambda snapshot: parties_query(snapshot, division=division, category=category),
            PARTY_ORDER,
        )
        return self._query_runner.list(listing, options, lambda rows, _: [party_row(row) for row in rows])

    def party(self, uscc: str, options: QueryOptions = NOW) -> Answer[PartyFile]:
        """One party with its posts and keys."""
        snapshot, row = self._query_runner.one(ON_PARTIES, options, lambda snapshot: party_query(uscc, snapshot))
        if row is None:
            return self._query_runner.single(snapshot, None)
        posts = tuple(map(post_row, self._query_runner.all(posts_query(uscc, snapshot))))
        keys = tuple(map(key_row, self._query_runner.all(keys_query(uscc, snapshot))))
        return self._query_runner.single(snapshot, PartyFile(row=party_row(row), posts=posts, keys=keys))

    def _access_rows(self, rows: Sequence[Row[Any]], _: Snapshot) -> list[AccessRow]:
        acts = {act.index: act for act in ActLog(self._store).at([row.entry for row in rows])}
        return [access_row(row, acts[row.entry]) for row in rows]

    def _timeline_rows(self, rows: Sequence[Row[Any]], snapshot: Snapshot) -> list[TimelineRow]:
        indexes = [row.entry for row in rows]
        judgements = self._query_runner.all(judgements_of(indexes, snapshot))
        judged = {row.entry: row for row in judgements}
        acts = ActLog(self._store).at(indexes)
        return [TimelineRow(act=act, judgement=_judgement(judged.get(act.index), act)) for act in acts]

    def _case_rows(self, rows: Sequence[Row[Any]], snapshot: Snapshot) -> list[CaseRow]:
        clocks = self.deadlines.of_requests([row.id for row in rows], snapshot)
        return [case_row(row, clocks[row.id]) for row in rows]

    def _case_file(self, row: Row[Any], snapshot: Snapshot) -> CaseFile:
        state = fold(ActLog(self._store).changing(f"request/{row.id}", snapshot.as_of))
        assert isinstance(state, RequestState)
        agreements = self._query_runner.all(
            agreements_query(snapshot, request=row.id).order_by(*AGREEMENT_ORDER.columns)
        )
        counted = self._query_runner.all(counts_query(row.id, snapshot))
        return CaseFile(
            row=self._case_rows([row], snapshot)[0],
            state=state,
            agreements=tuple(agreement_row(each, snapshot) for each in agreements),
            judged={(each.kind, each.verdict): each.number for each in counted},
        )


def _judgement(row: Row[Any] | None, act: Act) -> AccessRow | None:
    return None if row is None else access_row(row, act)
