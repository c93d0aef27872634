"""Every event, by name. The classes are defined in the families; ``domain.codec.wire`` reads and writes them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from domain.event import FAMILIES as FAMILIES
from domain.event import Event as Event
from domain.event import TwoPostEvent as TwoPostEvent
from domain.families.agreement.events import AgreementAmended as AgreementAmended
from domain.families.agreement.events import AgreementAmendmentProposed as AgreementAmendmentProposed
from domain.families.agreement.events import AgreementProposed as AgreementProposed
from domain.families.agreement.events import AgreementResumed as AgreementResumed
from domain.families.agreement.events import AgreementSigned as AgreementSigned
from domain.families.agreement.events import AgreementSucceeded as AgreementSucceeded
from domain.families.agreement.events import AgreementSuspended as AgreementSuspended
from domain.families.agreement.events import AgreementTerminated as AgreementTerminated
from domain.families.authority.events import AuthorityAppointed as AuthorityAppointed
from domain.families.authority.events import AuthoritySucceeded as AuthoritySucceeded
from domain.families.authority.events import CataloguePublished as CataloguePublished
from domain.families.authority.events import EntryVersion as EntryVersion
from domain.families.authority.events import ReportExported as ReportExported
from domain.families.authority.events import SupervisionRead as SupervisionRead
from domain.families.correction.events import EventCorrected as EventCorrected
from domain.families.correction.events import EventDisowned as EventDisowned
from domain.families.correction.events import EventReaffirmed as EventReaffirmed
from domain.families.demand.events import DemandChanged as DemandChanged
from domain.families.demand.events import DemandClosed as DemandClosed
from domain.families.demand.events import DemandMatched as DemandMatched
from domain.families.demand.events import DemandStated as DemandStated
from domain.families.demand.events import DemandUnmet as DemandUnmet
from domain.families.discrepancy.events import DiscrepancyClosed as DiscrepancyClosed
from domain.families.discrepancy.events import DiscrepancyExplained as DiscrepancyExplained
from domain.families.discrepancy.events import DiscrepancyReported as DiscrepancyReported
from domain.families.discrepancy.events import DiscrepancyVerified as DiscrepancyVerified
from domain.families.dispute.events import DeterminationIssued as DeterminationIssued
from domain.families.dispute.events import DisputeApplied as DisputeApplied
from domain.families.dispute.events import DisputeEscalated as DisputeEscalated
from domain.families.dispute.events import DisputeObjectionDecided as DisputeObjectionDecided
from domain.families.dispute.events import DisputeObjectionFiled as DisputeObjectionFiled
from domain.families.dispute.events import DisputeObjectionIgnored as DisputeObjectionIgnored
from domain.families.dispute.events import DisputeOpened as DisputeOpened
from domain.families.dispute.events import DisputeOutcomeRecorded as DisputeOutcomeRecorded
from domain.families.dispute.events import DisputeRouted as DisputeRouted
from domain.families.dispute.events import DisputeWithdrawn as DisputeWithdrawn
from domain.families.founding.events import BackupDrillPassed as BackupDrillPassed
from domain.families.founding.events import EvidenceExported as EvidenceExported
from domain.families.founding.events import FoundingCalendar as FoundingCalendar
from domain.families.founding.events import FoundingParty as FoundingParty
from domain.families.founding.events import FoundingRuleSet as FoundingRuleSet
from domain.families.founding.events import LedgerFounded as LedgerFounded
from domain.families.founding.events import LedgerKeyRotated as LedgerKeyRotated
from domain.families.founding.events import WitnessAdded as WitnessAdded
from domain.families.item.events import CatalogueChangeNotified as CatalogueChangeNotified
from domain.families.item.events import CatalogueEntryAmended as CatalogueEntryAmended
from domain.families.item.events import CatalogueEntryProposed as CatalogueEntryProposed
from domain.families.item.events import CatalogueEntryPublished as CatalogueEntryPublished
from domain.families.item.events import CatalogueEntryRestored as CatalogueEntryRestored
from domain.families.item.events import CatalogueEntryReturned as CatalogueEntryReturned
from domain.families.item.events import CatalogueEntrySuspended as CatalogueEntrySuspended
from domain.families.item.events import CatalogueEntryWithdrawn as CatalogueEntryWithdrawn
from domain.families.item.events import CatalogueProviderSucceeded as CatalogueProviderSucceeded
from domain.families.item.events import EntryFields as EntryFields
from domain.families.item.events import InformationChanged as InformationChanged
from domain.families.item.events import InformationUpdated as InformationUpdated
from domain.families.item.events import ResourceClassified as ResourceClassified
from domain.families.item.events import SourceAssigned as SourceAssigned
from domain.families.party.events import CollectionDeclared as CollectionDeclared
from domain.families.party.events import CollectionExempted as CollectionExempted
from domain.families.party.events import IncidentClosed as IncidentClosed
from domain.families.party.events import IncidentReported as IncidentReported
from domain.families.party.events import KeyAuthorised as KeyAuthorised
from domain.families.party.events import KeyCompromised as KeyCompromised
from domain.families.party.events import KeyRotated as KeyRotated
from domain.families.party.events import NodeRegistered as NodeRegistered
from domain.families.party.events import PartyAuthorityBasisRecorded as PartyAuthorityBasisRecorded
from domain.families.party.events import PartyConfirmed as PartyConfirmed
from domain.families.party.events import PartyOfficerAppointed as PartyOfficerAppointed
from domain.families.party.events import PartyOfficerRelieved as PartyOfficerRelieved
from domain.families.party.events import PartyRegistered as PartyRegistered
from domain.families.party.events import PartyRenamed as PartyRenamed
from domain.families.party.events import PartySucceeded as PartySucceeded
from domain.families.party.events import Successor as Successor
from domain.families.request.delivery.events import ChargeReported as ChargeReported
from domain.families.request.delivery.events import DeliveryAcknowledged as DeliveryAcknowledged
from domain.families.request.delivery.events import DeliveryRecalled as DeliveryRecalled
from domain.families.request.delivery.events import DeliveryRecorded as DeliveryRecorded
from domain.families.request.delivery.events import DeliveryRejected as DeliveryRejected
from domain.families.request.delivery.events import DestructionRecorded as DestructionRecorded
from domain.families.request.events import RefusalAcknowledged as RefusalAcknowledged
from domain.families.request.events import RefusalFiled as RefusalFiled
from domain.families.request.events import RefusedPart as RefusedPart
from domain.families.request.events import RequestAcceptedForReview as RequestAcceptedForReview
from domain.families.request.events import RequestApproved as RequestApproved
from domain.families.request.events import RequestPartlyApproved as RequestPartlyApproved
from domain.families.request.events import RequestReceived as RequestReceived
from domain.families.request.events import RequestRefused as RequestRefused
from domain.families.request.events import RequestSubmitted as RequestSubmitted
from domain.families.request.events import RequestSupplementAsked as RequestSupplementAsked
from domain.families.request.events import RequestSupplemented as RequestSupplemented
from domain.families.request.events import RequestWithdrawn as RequestWithdrawn
from domain.families.request.grant.events import GrantNarrowed as GrantNarrowed
from domain.families.request.grant.events import GrantNoticeReceived as GrantNoticeReceived
from domain.families.request.grant.events import GrantResumed as GrantResumed
from domain.families.request.grant.events import GrantRevoked as GrantRevoked
from domain.families.request.grant.events import GrantSuspended as GrantSuspended
from domain.families.request.negotiation.events import NegotiationAgreed as NegotiationAgreed
from domain.families.request.negotiation.events import NegotiationFailed as NegotiationFailed
from domain.families.request.negotiation.events import NegotiationOpened as NegotiationOpened
from domain.families.request.negotiation.events import NegotiationRoundRecorded as NegotiationRoundRecorded
from domain.families.request.negotiation.events import RulingIssued as RulingIssued
from domain.families.request.negotiation.events import RulingSubmitted as RulingSubmitted
from domain.families.request.release.events import ReleaseConsentGiven as ReleaseConsentGiven
from domain.families.request.release.events import ReleaseConsentRefused as ReleaseConsentRefused
from domain.families.request.release.events import ReleaseConsentRequested as ReleaseConsentRequested
from domain.families.request.release.events import ReleaseRecorded as ReleaseRecorded
from domain.families.request.release.events import ReleaseRetracted as ReleaseRetracted
from domain.families.request.review.events import SecrecyReviewConcluded as SecrecyReviewConcluded
from domain.families.request.review.events import SecrecyReviewEscalated as SecrecyReviewEscalated
from domain.families.request.review.events import SecrecyReviewOpened as SecrecyReviewOpened
from domain.families.request.use.events import RatificationRecorded as RatificationRecorded
from domain.families.request.use.events import UseRecorded as UseRecorded
from domain.families.supervision.events import CalendarAmended as CalendarAmended
from domain.families.supervision.events import CalendarDay as CalendarDay
from domain.families.supervision.events import CalendarLocalOverlayAdded as CalendarLocalOverlayAdded
from domain.families.supervision.events import CalendarPublished as CalendarPublished
from domain.families.supervision.events import DeadlineRecomputed as DeadlineRecomputed
from domain.families.supervision.events import DueDates as DueDates
from domain.families.supervision.events import InspectionClosed as InspectionClosed
from domain.families.supervision.events import InspectionOpened as InspectionOpened
from domain.families.supervision.events import RulesetActivated as RulesetActivated
from domain.families.supervision.events import StatisticsFiled as StatisticsFiled
from domain.families.supervision.events import StatisticsRow as StatisticsRow
from domain.families.violation.events import CorrectionAccepted as CorrectionAccepted
from domain.families.violation.events import CorrectionOrdered as CorrectionOrdered
from domain.families.violation.events import CorrectionRejected as CorrectionRejected
from domain.families.violation.events import CorrectionReported as CorrectionReported
from domain.families.violation.events import CrimeReferred as CrimeReferred
from domain.families.violation.events import CriticismNotified as CriticismNotified
from domain.families.violation.events import DisciplineOutcomeRecorded as DisciplineOutcomeRecorded
from domain.families.violation.events import DisciplineReferred as DisciplineReferred
from domain.families.violation.events import ViolationClosed as ViolationClosed
from domain.families.violation.events import ViolationDismissed as ViolationDismissed
from domain.families.violation.events import ViolationFound as ViolationFound
from domain.families.violation.events import ViolationResponseRecorded as ViolationResponseRecorded
from domain.families.violation.events import ViolationSeriousFound as ViolationSeriousFound
from domain.families.violation.events import ViolationSuspected as ViolationSuspected

EVENTS: Mapping[str, type[Event]] = MappingProxyType(
    {
        each.event_name: each
        for each in list(globals().values())
        if isinstance(each, type) and issubclass(each, Event) and each.event_name
    }
)
