"""The shapes of answers of reconciliation (对账), for the API description."""

from __future__ import annotations

from api.http.schemas import MOMENT, Schema, flag, many, maybe, maybe_whole, named, shape, text, whole
from api.read.answer_schemas import INDEX, MAYBE_MOMENT, USCC, answer_shape, page_shape
from projections.reconciliation.tables import ReconciliationState

STATE = text(enum=[str(state) for state in ReconciliationState])
NUMBER: Schema = {"type": ["integer", "null"]}

RECONCILIATION_ANSWERS: dict[str, Schema] = {
    "ReconciliationPage": answer_shape(
        "Deliveries against what was said of them.",
        {"rows": many(named("ReconciledDelivery")), "summary": named("ReconciliationSummary")},
    ),
    "ReconciledDelivery": shape(
        "A delivery and its answer, as both were signed.",
        {
            "entry": INDEX,
            "id": text(),
            "state": STATE,
            "state_index": INDEX,
            "state_at": MOMENT,
            "stream": text(),
            "request": maybe(),
            "requester": USCC,
            "provider": USCC,
            "item": text(),
            "channel": text(),
            "delivered_at": MOMENT,
            "sent": {"type": "integer", "description": "Records, by the provider."},
            "answered_at": MAYBE_MOMENT,
            "answered_index": maybe_whole(),
            "received": {**NUMBER, "description": "Records, by the requester; null: it gave no number, or no answer."},
            "difference": {**NUMBER, "description": "Sent less received."},
            "digest_differs": {"type": ["boolean", "null"], "description": "Null: the answer has no digest."},
            "differs": flag("Rejected, or acknowledged in another count or digest."),
            "explained": flag("By a correction, or by a delivery in its place."),
            "corrected_index": maybe_whole("The correction after which both agree."),
            "anew": maybe("The delivery in its place."),
            "anew_index": maybe_whole(),
            "days": whole("Until the answer, or the end without one, or until now."),
        },
    ),
    "ReconciliationSummary": shape(
        "Of all that match, not of the page.",
        {
            "states": many(named("StateTally")),
            "differences": whole(),
            "explained": whole(),
            "unexplained": whole(),
        },
    ),
    "StateTally": shape("How many deliveries are in a state.", {"state": STATE, "number": whole()}),
    "GrantPage": page_shape("GrantUse", "Grants."),
    "GrantUse": shape(
        "A grant, what was delivered under it, and when it was last used.",
        {
            "request": text(),
            "requester": USCC,
            "provider": USCC,
            "item": maybe(),
            "version": whole(),
            "granted_index": INDEX,
            "granted_at": MOMENT,
            "ends_at": MOMENT,
            "expired": flag("Its term, or its revocation, had ended it at the instant of the question."),
            "deliveries": whole(),
            "delivered_at": MAYBE_MOMENT,
            "used": flag(),
            "last_use": MAYBE_MOMENT,
        },
    ),
    "CaseReconciliation": answer_shape(
        "One case: its grant against its uses.",
        {
            "grant": named("GrantUse"),
            "deliveries": many(named("ReconciledDelivery")),
            "uses": whole("Uses recorded in the case."),
            "read_at_most": whole("Of more uses than these there is no tally."),
            "tally": named("MaybeUseTally"),
        },
    ),
    "MaybeUseTally": {
        **shape(
            "The uses that were not disowned, by their records; null where there are too many to read.",
            {
                "uses": whole(),
                "subjects": whole("The sum of what the uses state."),
                "first": MAYBE_MOMENT,
                "last": MAYBE_MOMENT,
                "by_delivery": many(named("DeliveryUses")),
                "without_delivery": whole("Nothing had been delivered by then, or not what the use cites."),
                "without_delivery_at": many(INDEX, "The first hundred."),
                "beyond_fields": whole("Uses of fields that no delivery had brought by then."),
                "beyond_fields_at": many(named("UseBeyond"), "The first hundred."),
                "disowned": whole("Uses that have no force."),
            },
        ),
        "type": ["object", "null"],
    },
    "DeliveryUses": shape("How many uses cite a delivery; null: none.", {"delivery": maybe(), "uses": whole()}),
    "UseBeyond": shape("A use, and the fields.", {"index": INDEX, "fields": many(text())}),
}
