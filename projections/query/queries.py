"""Answers: rows, the snapshot that they follow from, and the cursor of the next page. The HTTP routes and the command
line ask here.

Every answer is given for a tree size (``as_of``: the entries known) and an instant (``at``: the time of the question),
names both, and can be repeated at any later time. The route decides which rows its caller may see: ``Asking.visible``
is part of every query.
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
from projections.catalogue.demands import DemandQuestions
from projections.catalogue.query import CatalogueQuestions
from projections.deadlines.projector import Deadlines
from projections.deadlines.query import DeadlineQuestions
from projections.disputes.query import DisputeQuestions
from projections.engine.builds import Builds, Kept
from projections.engine.runner import Runner
from projections.findings.files import ViolationQuestions
from projections.findings.query import FindingQuestions
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
from projections.query.listing import Asked, Listing
from projections.query.paging import Answer, Asking
from projections.query.snapshot import Ground, Standing
from projections.reconciliation.query import ReconciliationQuestions
from projections.scorecards.query import ScorecardQuestions
from replay.log_source import Acts
from replay.rulebook import Shipped

# The rows that a caller may see depend on the register, so the register is part of every answer's snapshot.
ON_ACCESS: Final[tuple[Kept, ...]] = (AccessTrail, Parties)
ON_CASES: Final[tuple[Kept, ...]] = (Cases, Agreements, AccessTrail, Parties, Deadlines)
ON_AGREEMENTS: Final[tuple[Kept, ...]] = (Agreements, Parties)
ON_PARTIES: Final[tuple[Kept, ...]] = (Parties,)

ALL: Final = AccessFilters()
ALL_CASES: Final = CaseFilters()
NOW: Final = Asking()


class Answers:
    """Safe to ask from any thread. ``data``: delivered with the software."""

    def __init__(self, store: Store, runner: Runner | None = None, data: Shipped | None = None) -> None:
        builds = Builds(store.engine, store.ledger) if runner is None else runner.builds
        self._store = store
        self._asked = Asked(store, Ground(store, builds, None if runner is None else runner.progress))
        self.deadlines = DeadlineQuestions(self._asked, store, data)
        self.findings = FindingQuestions(store, self._asked, self.deadlines)
        self.violations = ViolationQuestions(store, self._asked)
        self.scorecards = ScorecardQuestions(self._asked, self.deadlines)
        self.catalogue = CatalogueQuestions(self._asked, store, self.deadlines)
        self.demands = DemandQuestions(self._asked, store)
        self.disputes = DisputeQuestions(self._asked, store)
        self.reconciliation = ReconciliationQuestions(self._asked, store)

    def access(self, filters: AccessFilters = ALL, asking: Asking = NOW) -> Answer[AccessRow]:
        """The access trail: acts with their purpose and their judgement, the newest first."""
        order = access_order(filters)
        listing = Listing(ON_ACCESS, filters.question(), lambda standing: access_query(filters, standing), order)
        return self._asked.list(listing, asking, self._access_rows)

    def judgements(self, index: int, asking: Asking = NOW) -> Answer[AccessRow]:
        """Every judgement of one act, as known at its time first, as known at present last."""
        question = ("judgements", index)
        listing = Listing(ON_ACCESS, question, lambda standing: judgements_query(index, standing), JUDGEMENT_ORDER)
        return self._asked.list(listing, asking, self._access_rows)

    def cases(self, filters: CaseFilters = ALL_CASES, asking: Asking = NOW) -> Answer[CaseRow]:
        """Share requests, the last opened first."""
        listing = Listing(ON_CASES, filters.question(), lambda standing: cases_query(filters, standing), CASE_ORDER)
        return self._asked.list(listing, asking, self._case_rows)

    def case(self, id_: str, asking: Asking = NOW) -> Answer[CaseFile]:
        """One whole case; no row if there is none that the caller may see."""
        standing, row = self._asked.one(ON_CASES, asking, lambda standing: case_query(id_, standing))
        return self._asked.alone(standing, None if row is None else self._case_file(row, standing))

    def timeline(self, id_: str, asking: Asking = NOW, *, uses: bool = True) -> Answer[TimelineRow]:
        """The entries of a case in their order, each with its judgement. Whether the caller may see the case is checked
        before.
        """
        question = ("timeline", id_, uses)
        listing = Listing(
            ON_ACCESS, question, lambda standing: timeline_query(id_, standing, uses=uses), TIMELINE_ORDER
        )
        return self._asked.list(listing, asking, self._timeline_rows)

    def agreements(
        self, asking: Asking = NOW, *, request: str | None = None, party: str | None = None
    ) -> Answer[AgreementRow]:
        """Agreements, the last proposed first: of a request, of a party on either side, or all."""
        question = ("agreements", request, party)
        listing = Listing(
            ON_AGREEMENTS,
            question,
            lambda standing: agreements_query(standing, request=request, party=party),
            AGREEMENT_ORDER,
        )
        return self._asked.list(listing, asking, lambda rows, standing: [agreement_row(row, standing) for row in rows])

    def agreement(self, id_: str, asking: Asking = NOW) -> Answer[AgreementFile]:
        """One agreement with every version."""
        standing, row = self._asked.one(ON_AGREEMENTS, asking, lambda standing: agreement_query(id_, standing))
        if row is None:
            return self._asked.alone(standing, None)
        state = fold(Acts(self._store).of_stream(f"agreement/{id_}", standing.as_of))
        assert isinstance(state, AgreementState)
        return self._asked.alone(standing, AgreementFile(row=agreement_row(row, standing), state=state))

    def parties(
        self, asking: Asking = NOW, *, division: str | None = None, category: str | None = None
    ) -> Answer[PartyRow]:
        """The register, by code."""
        question = ("parties", division, category)
        listing = Listing(
            ON_PARTIES,
            question,
            lambda standing: parties_query(standing, division=division, category=category),
            PARTY_ORDER,
        )
        return self._asked.list(listing, asking, lambda rows, _: [party_row(row) for row in rows])

    def party(self, uscc: str, asking: Asking = NOW) -> Answer[PartyFile]:
        """One party with its posts and keys."""
        standing, row = self._asked.one(ON_PARTIES, asking, lambda standing: party_query(uscc, standing))
        if row is None:
            return self._asked.alone(standing, None)
        posts = tuple(map(post_row, self._asked.all(posts_query(uscc, standing))))
        keys = tuple(map(key_row, self._asked.all(keys_query(uscc, standing))))
        return self._asked.alone(standing, PartyFile(row=party_row(row), posts=posts, keys=keys))

    def _access_rows(self, rows: Sequence[Row[Any]], _: Standing) -> list[AccessRow]:
        acts = {act.index: act for act in Acts(self._store).at([row.entry for row in rows])}
        return [access_row(row, acts[row.entry]) for row in rows]

    def _timeline_rows(self, rows: Sequence[Row[Any]], standing: Standing) -> list[TimelineRow]:
        indexes = [row.entry for row in rows]
        judgements = self._asked.all(judgements_of(indexes, standing))
        judged = {row.entry: row for row in judgements}
        acts = Acts(self._store).at(indexes)
        return [TimelineRow(act=act, judgement=_judgement(judged.get(act.index), act)) for act in acts]

    def _case_rows(self, rows: Sequence[Row[Any]], standing: Standing) -> list[CaseRow]:
        clocks = self.deadlines.of_requests([row.id for row in rows], standing)
        return [case_row(row, clocks[row.id]) for row in rows]

    def _case_file(self, row: Row[Any], standing: Standing) -> CaseFile:
        state = fold(Acts(self._store).life_of(f"request/{row.id}", standing.as_of))
        assert isinstance(state, RequestState)
        agreements = self._asked.all(agreements_query(standing, request=row.id).order_by(*AGREEMENT_ORDER.columns))
        counted = self._asked.all(counts_query(row.id, standing))
        return CaseFile(
            row=self._case_rows([row], standing)[0],
            state=state,
            agreements=tuple(agreement_row(each, standing) for each in agreements),
            judged={(each.kind, each.verdict): each.number for each in counted},
        )


def _judgement(row: Row[Any] | None, act: Act) -> AccessRow | None:
    return None if row is None else access_row(row, act)
