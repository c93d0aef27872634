"""ledger/<origin>: the founding record, checkpoint keys, witnesses, exports, drills."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.act import Act
from domain.events import BackupDrillPassed, EvidenceExported, LedgerFounded, LedgerKeyRotated, WitnessAdded
from domain.families.founding.bootstrap import founding_party
from domain.families.founding.state import CheckpointKey, Witness
from domain.state import FoundingState, fact_of
from domain.transition import Steps, add


def evolve_ledger(state: FoundingState | None, act: Act) -> FoundingState | None:
    """Return the state after the act. An act that does not fit leaves it unchanged."""
    event = act.event
    if state is None:
        return _founded(act, event) if isinstance(event, LedgerFounded) else None
    step = _STEPS.get(type(event))
    return state if step is None else step(state, act, event)


def _founded(act: Act, event: LedgerFounded) -> FoundingState:
    fact = fact_of(act)
    return FoundingState(
        origin=event.origin,
        fact=fact,
        demo=event.demo,
        authority=event.authority.uscc,
        government=event.government.uscc,
        checkpoint_keys=tuple(CheckpointKey(vkey, 0, fact) for vkey in event.checkpoint_keys),
        rule_set=event.rule_set,
        calendar=event.calendar,
        parties={party.uscc: founding_party(party, fact) for party in (event.authority, event.government)},
    )


def _key_rotated(state: FoundingState, act: Act, event: LedgerKeyRotated) -> FoundingState:
    kept = tuple(
        replace(key, to_size=event.from_size) if key.vkey == event.ends and key.to_size is None else key
        for key in state.checkpoint_keys
    )
    return replace(state, checkpoint_keys=(*kept, CheckpointKey(event.vkey, event.from_size, fact_of(act))))


def _witness_added(state: FoundingState, act: Act, event: WitnessAdded) -> FoundingState:
    witness = Witness(name=event.name, vkey=event.vkey, url=event.url, fact=fact_of(act))
    return replace(state, witnesses=add(state.witnesses, event.vkey, witness))


def _exported(state: FoundingState, act: Act, event: EvidenceExported) -> FoundingState:
    return replace(state, exports=add(state.exports, event.package, fact_of(act)))


def _drill_passed(state: FoundingState, act: Act, _event: BackupDrillPassed) -> FoundingState:
    return replace(state, last_drill=fact_of(act))


_STEPS: Final[Steps[FoundingState]] = {
    LedgerKeyRotated: _key_rotated,
    WitnessAdded: _witness_added,
    EvidenceExported: _exported,
    BackupDrillPassed: _drill_passed,
}
