"""Who may read which rows (law 3.1): conditions in SQL for lists, in this one module; `api.authz.entry_access` has the
same rule for one entry.

- requester, provider: the rows that name them, or organs whose functions passed to them;
- authority: the rows in which either party belongs to its division, and a province's in the divisions below it;
- findings: as the act or the clock that they follow from; but the authority's file on one is shown to the accused
  organ, the authority of its division, and the callers that see everything;
- people's government: also the requests that were submitted to it for a ruling;
- electronic monitoring and the operator: the metadata of everything;
- secrecy administration: disputes about a state secret that were escalated to its level, as stubs;
- the organ that classified: the disputes over its classification, as stubs;
- every party: the catalogue, as far as it was ever published; an item never published, its provider and the authorities
  that oversee it;
- auditor: no question at all; entries, bundles and proofs.

A row that a caller may not see does not exist for that caller: lists leave it out, and its own address answers 404.
Free text is shown to the organs of the row; to an authority where the information is not sensitive, or under an open
inspection of one of the organs; to monitoring and operator never. Purpose and duty basis are shown to every caller that
sees the row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, literal, or_, select

from domain.vocabulary.divisions import covers, stem
from projections.access.tables import access
from projections.cases.agreement_projector import agreement, agreement_request
from projections.cases.projector import case
from projections.catalogue.projector import demand, item, item_span
from projections.deadlines.tables import clock
from projections.disputes.projector import discrepancy, dispute
from projections.findings.tables import violation
from projections.findings.union import finding
from projections.parties.projector import party
from projections.query.paging import RowFilter, everything
from projections.query.snapshot import Snapshot
from projections.reconciliation.projector import delivery, grant


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessScope:
    """The rows and texts that one caller may see."""

    own: tuple[str, ...]  # the caller, and organs whose functions passed to it
    divisions: tuple[str, ...] = ()  # divisions of which it is the authority
    everything: bool = False
    submitted: tuple[str, ...] = ()  # requests submitted to it for a ruling
    inspected: frozenset[str] = frozenset()  # organs of the inspection under which it reads
    auditor: bool = False
    secrecy: tuple[str, str] | None = None  # level and division of a secrecy administration

    # --- lists: conditions on the rows of each table; the caller sees a row that meets any of them

    def access_filter(self) -> tuple[RowFilter, ...]:
        return self._sides(access, access.c.request)

    def case_filter(self) -> tuple[RowFilter, ...]:
        return self._sides(case, case.c.id)

    def agreement_filter(self) -> tuple[RowFilter, ...]:
        def of_submitted(snapshot: Snapshot) -> ColumnElement[bool]:
            named = agreement_request.c.request.in_(self.submitted)
            return agreement.c.id.in_(
                select(agreement_request.c.agreement).where(snapshot.valid_rows(agreement_request), named)
            )

        return (*self._sides(agreement), *((of_submitted,) if self.submitted else ()))

    def catalogue_filter(self) -> tuple[RowFilter, ...]:
        """An item that was ever published is for every party; another one is for its keeper and the authorities that
        oversee it.
        """
        published: RowFilter = partial(_always, item.c.version.is_not(None))
        return (published, *self._sides(item, names=("keeper",)))

    def demand_filter(self) -> tuple[RowFilter, ...]:
        """Also for the keeper of the item that is named or matched, because the demand is addressed to it."""

        def offered(snapshot: Snapshot) -> ColumnElement[bool]:
            mine = select(item.c.code).where(snapshot.valid_rows(item), self._is_mine(item.c.keeper, snapshot))
            return or_(demand.c.item.in_(mine), demand.c.matched_item.in_(mine))

        return (*self._sides(demand, names=("requester",)), *(() if self.everything else (offered,)))

    def dispute_filter(self) -> tuple[RowFilter, ...]:
        """Also for the organ that classified, the organ that determined, and the organ that has to determine."""
        if self.everything:
            return (everything,)
        others = or_(dispute.c.originator.in_(self.own), dispute.c.decider.in_(self.own))
        seen: list[RowFilter] = [*self._sides(dispute, names=("opener", "counterparty")), partial(_always, others)]
        if self.secrecy is not None:
            seen.append(partial(self._escalated, self.secrecy))
        return tuple(seen)

    def discrepancy_filter(self) -> tuple[RowFilter, ...]:
        """Also for the item's keeper, and for the source of record, which has to verify."""

        def of_item(snapshot: Snapshot) -> ColumnElement[bool]:
            kept = select(item.c.code).where(snapshot.valid_rows(item), self._is_mine(item.c.keeper, snapshot))
            at = snapshot.instant_micros
            now = and_(item_span.c.holds_from <= at, or_(item_span.c.holds_to.is_(None), item_span.c.holds_to > at))
            sourced = and_(snapshot.valid_rows(item_span), now, item_span.c.source.in_(self.own))
            known = select(item_span.c.code).where(sourced)
            named = or_(discrepancy.c.item.in_(kept), discrepancy.c.item.in_(known))
            return or_(named, discrepancy.c.verifier.in_(self.own))

        return (*self._sides(discrepancy, names=("reporter",)), *(() if self.everything else (of_item,)))

    def delivery_filter(self) -> tuple[RowFilter, ...]:
        return self._sides(delivery, delivery.c.request)

    def grant_filter(self) -> tuple[RowFilter, ...]:
        return self._sides(grant, grant.c.request)

    def finding_filter(self) -> tuple[RowFilter, ...]:
        return self._sides(finding, finding.c.request, names=("requester", "provider", "accused"))

    def deadline_filter(self) -> tuple[RowFilter, ...]:
        return self._sides(clock, clock.c.request, names=("requester", "provider", "responsible"))

    def file_filter(self) -> RowFilter:
        """The findings whose file with the authority the caller may know (4.11). A suspicion is not shown to others."""
        if self.everything:
            return everything
        accused = finding.c.accused
        return partial(self._inside, (accused,)) if self.divisions else partial(_always, accused.in_(self.own))

    def violation_filter(self) -> tuple[RowFilter, ...]:
        """The authority's files: for the accused organ, the organ that raised it, and the authorities that oversee the
        accused.
        """
        if self.everything:
            return (everything,)
        accused, raised = violation.c.accused, partial(_always, violation.c.suspected_by.in_(self.own))
        overseen = partial(self._inside, (accused,)) if self.divisions else partial(_always, accused.in_(self.own))
        return (overseen, raised)

    def scorecard_filter(self) -> tuple[RowFilter, ...]:
        """An organ sees its own card, and the authority sees those of its division. An organ sees no other card,
        because a card is no ranking.
        """
        if self.everything:
            return (everything,)
        inside = [_within(each) for each in self.divisions]
        return (partial(_always, or_(party.c.uscc.in_(self.own), *inside)),)

    def party_filter(self) -> tuple[RowFilter, ...]:
        """The register is for every party, because all parties have to know whose key signed and who is whose
        counterpart.
        """
        return (everything,)

    def _sides(
        self,
        table: FromClause,
        request: ColumnElement[Any] | None = None,
        *,
        names: Sequence[str] = ("requester", "provider"),
    ) -> tuple[RowFilter, ...]:
        """Whether one of the columns names an organ whose rows this caller sees.

        Each column has an index, newest first, so each is a condition of its own. The division of an authority holds so
        large a part of all rows that the newest are found soonest by a scan that skips the others.
        """
        sides = [table.c[name] for name in names]
        if self.everything:
            return (everything,)
        if self.divisions:
            return (partial(self._inside, sides),)
        own = [side == self.own[0] if len(self.own) == 1 else side.in_(self.own) for side in sides]
        if self.submitted and request is not None:
            own.append(request.in_(self.submitted))
        return tuple(partial(_always, condition) for condition in own)

    def _inside(self, sides: Sequence[ColumnElement[Any]], snapshot: Snapshot) -> ColumnElement[bool]:
        inside = select(party.c.uscc).where(snapshot.valid_rows(party), or_(*map(_within, self.divisions)))
        return or_(*(side.in_(self.own) | side.in_(inside) for side in sides))

    def _is_mine(self, side: ColumnElement[Any], snapshot: Snapshot) -> ColumnElement[bool]:
        return self._inside((side,), snapshot) if self.divisions else side.in_(self.own)

    def _escalated(self, secrecy: tuple[str, str], snapshot: Snapshot) -> ColumnElement[bool]:
        """Disputes escalated to its level (实施条例 2024 Art. 26); for a province, from one of its organs."""
        level, division = secrecy
        inside = select(party.c.uscc).where(snapshot.valid_rows(party), _within(division))
        own = or_(dispute.c.opener.in_(inside), dispute.c.counterparty.in_(inside), literal(level == "NATION"))
        return and_(dispute.c.escalated_to == level, own)

    @property
    def supervises_others(self) -> bool:
        """Whether the caller sees rows of others because it oversees them: authority, monitoring, and the operator."""
        return self.everything or bool(self.divisions)

    # --- one row, or one entry, whose organs are known

    def is_party_to(self, sides: Collection[str | None]) -> bool:
        return not set(self.own).isdisjoint(sides)

    def supervises(self, divisions: Collection[str]) -> bool:
        return self.everything or any(covers(mine, each) for mine in self.divisions for each in divisions)

    def may_read_texts(self, sides: Collection[str | None], *, sensitive: bool) -> bool:
        """Whether the free text of a row is shown to this caller, which may see the row."""
        if self.auditor or self.is_party_to(sides):
            return True
        if self.divisions:
            return not sensitive or not self.inspected.isdisjoint(sides)
        return not self.everything and not sensitive

    def may_read_register(self, uscc: str, division: str) -> bool:
        """Whether the caller sees the posts of a party, beyond its name and keys."""
        return uscc in self.own or self.supervises((division,))


def _always(condition: ColumnElement[bool], _: Snapshot) -> ColumnElement[bool]:
    return condition


def _within(division: str) -> ColumnElement[bool]:
    """A division covers those below it. Its stem is digits only, so that no part of it is a pattern."""
    return party.c.division.like(f"{stem(division)}%")
