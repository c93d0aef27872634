"""The refusals that several rules share. Each names the fault and the next step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from domain.admission.context import AdmissionContext
from domain.lifecycle import Transition
from domain.state import Fact
from domain.vocabulary.scopes import beyond
from domain.vocabulary.values import Ref, Scope
from formats.refusal import Refusal

READ_AGAIN = "Read the stream again before you decide."


def wrong_role(context: AdmissionContext, who: str) -> Refusal:
    """WRONG_ROLE: another organ than the signer may record the event in this stream."""
    name = context.act.event.event_name
    detail = f"{name} in {context.act.stream} is for {who}, not for {context.act.by}"
    return Refusal("WRONG_ROLE", "/source", detail, f"Have {who} record it.")


def wrong_level(context: AdmissionContext, who: str, pointer: str = "/source") -> Refusal:
    """WRONG_LEVEL: the role is right, the level or division is not."""
    detail = f"{context.act.event.event_name} in {context.act.stream} is for {who}"
    return Refusal("WRONG_LEVEL", pointer, detail, f"Leave it to {who}.")


def describe(fact: Fact) -> str:
    """Return the entry of the fact in words: index and event name."""
    return f"entry {fact.index} ({fact.event})"


def wrong_state(context: AdmissionContext, detail: str, next_step: str = READ_AGAIN, pointer: str = "/type") -> Refusal:
    """WRONG_STATE: the event is not possible in the stream's state."""
    return Refusal("WRONG_STATE", pointer, f"{context.act.event.event_name}: {detail}", next_step)


def out_of_cycle(
    context: AdmissionContext,
    cycle: Mapping[str, Transition],
    status: str,
    since: Fact | None,
    what: str = "the stream",
) -> Iterator[Refusal]:
    """Yield a refusal if the life cycle does not allow the event's transition in this status.

    The refusal cites the act that brought the present status.
    """
    step = cycle.get(context.act.event.event_name)
    if step is not None and status not in step.from_states:
        possible = ", ".join(sorted(step.from_states))
        by = "" if since is None else f" since {describe(since)}"
        yield wrong_state(context, f"{what} is {status}{by}; this is possible in {possible}")


def invalid(pointer: str, detail: str, next_step: str) -> Refusal:
    """FIELD_INVALID at a member of the event's data."""
    return Refusal("FIELD_INVALID", f"/data{pointer}", detail, next_step)


def missing(pointer: str, detail: str, next_step: str) -> Refusal:
    """FIELD_MISSING at a member of the event's data."""
    return Refusal("FIELD_MISSING", f"/data{pointer}", detail, next_step)


def wrong_stream(detail: str, right: str) -> Refusal:
    """FIELD_INVALID at the subject: the act belongs in another stream."""
    return Refusal("FIELD_INVALID", "/subject", detail, f"Record it in {right}.")


def same_organ(pointer: str, detail: str) -> Refusal:
    """SAME_ORGAN: both sides are one organ."""
    return Refusal("SAME_ORGAN", f"/data{pointer}", detail, "Name the other organ.")


def digest_mismatch(pointer: str, other: Fact) -> Refusal:
    """DIGEST_MISMATCH: the other side recorded another digest."""
    detail = f"{describe(other)} by {other.by} states another one"
    return Refusal("DIGEST_MISMATCH", f"/data{pointer}", detail, "Compare the two texts and state the same.")


def wider(inner: Scope, outer: Scope, of: str) -> Iterator[Refusal]:
    """WIDER_THAN_REQUEST: the inner scope goes beyond the outer one (10.1)."""
    members = beyond(inner, outer)
    if members:
        detail = f"{', '.join(members)} go beyond {of}"
        yield Refusal("WIDER_THAN_REQUEST", "/data/scope", detail, "Narrow the scope; more needs a new request.")


def names(ref: Ref, facts: Iterable[Fact | None]) -> bool:
    """Return whether the reference names one of these acts."""
    return any(fact is not None and fact.by == ref.by and fact.id == ref.id for fact in facts)


def ahead_of_clock(pointer: str, seconds: float, allowed: float) -> Refusal:
    """FUTURE_DATED: the claimed instant is too far ahead of the ledger's clock, in seconds."""
    detail = f"{seconds:.0f} s ahead of the ledger's clock, {allowed:.0f} s are tolerated"
    return Refusal("FUTURE_DATED", pointer, detail, "Set the clock of the sending system and state when it happened.")
