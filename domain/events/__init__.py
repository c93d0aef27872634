"""Every event, by name. The classes live in one module per subject; ``domain.wire`` reads and writes them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from domain.events.agreements import AgreementAmended as AgreementAmended
from domain.events.agreements import AgreementAmendmentProposed as AgreementAmendmentProposed
from domain.events.agreements import AgreementProposed as AgreementProposed
from domain.events.agreements import AgreementResumed as AgreementResumed
from domain.events.agreements import AgreementSigned as AgreementSigned
from domain.events.agreements import AgreementSucceeded as AgreementSucceeded
from domain.events.agreements import AgreementSuspended as AgreementSuspended
from domain.events.agreements import AgreementTerminated as AgreementTerminated
from domain.events.authorities import AuthorityAppointed as AuthorityAppointed
from domain.events.authorities import AuthoritySucceeded as AuthoritySucceeded
from domain.events.authorities import CataloguePublished as CataloguePublished
from domain.events.authorities import EntryVersion as EntryVersion
from domain.events.authorities import ReportExported as ReportExported
from domain.events.authorities import SupervisionRead as SupervisionRead
from domain.events.corrections import EventCorrected as EventCorrected
from domain.events.corrections import EventDisowned as EventDisowned
from domain.events.corrections import EventReaffirmed as EventReaffirmed
from domain.events.deliveries import ChargeReported as ChargeReported
from domain.events.deliveries import DeliveryAcknowledged as DeliveryAcknowledged
from domain.events.deliveries import DeliveryRecalled as DeliveryRecalled
from domain.events.deliveries import DeliveryRecorded as DeliveryRecorded
from domain.events.deliveries import DeliveryRejected as DeliveryRejected
from domain.events.deliveries import DestructionRecorded as DestructionRecorded
from domain.events.demands import DemandChanged as DemandChanged
from domain.events.demands import DemandClosed as DemandClosed
from domain.events.demands import DemandMatched as DemandMatched
from domain.events.demands import DemandStated as DemandStated
from domain.events.demands import DemandUnmet as DemandUnmet
from domain.events.discrepancies import DiscrepancyClosed as DiscrepancyClosed
from domain.events.discrepancies import DiscrepancyExplained as DiscrepancyExplained
from domain.events.discrepancies import DiscrepancyReported as DiscrepancyReported
from domain.events.discrepancies import DiscrepancyVerified as DiscrepancyVerified
from domain.events.disputes import DeterminationIssued as DeterminationIssued
from domain.events.disputes import DisputeApplied as DisputeApplied
from domain.events.disputes import DisputeEscalated as DisputeEscalated
from domain.events.disputes import DisputeObjectionDecided as DisputeObjectionDecided
from domain.events.disputes import DisputeObjectionFiled as DisputeObjectionFiled
from domain.events.disputes import DisputeObjectionIgnored as DisputeObjectionIgnored
from domain.events.disputes import DisputeOpened as DisputeOpened
from domain.events.disputes import DisputeOutcomeRecorded as DisputeOutcomeRecorded
from domain.events.disputes import DisputeRouted as DisputeRouted
from domain.events.disputes import DisputeWithdrawn as DisputeWithdrawn
from domain.events.event import FAMILIES as FAMILIES
from domain.events.event import Event as Event
from domain.events.event import TwoPostEvent as TwoPostEvent
from domain.events.founding import BackupDrillPassed as BackupDrillPassed
from domain.events.founding import EvidenceExported as EvidenceExported
from domain.events.founding import FoundingCalendar as FoundingCalendar
from domain.events.founding import FoundingParty as FoundingParty
from domain.events.founding import FoundingRuleSet as FoundingRuleSet
from domain.events.founding import LedgerFounded as LedgerFounded
from domain.events.founding import LedgerKeyRotated as LedgerKeyRotated
from domain.events.founding import WitnessAdded as WitnessAdded
from domain.events.grants import GrantNarrowed as GrantNarrowed
from domain.events.grants import GrantNoticeReceived as GrantNoticeReceived
from domain.events.grants import GrantResumed as GrantResumed
from domain.events.grants import GrantRevoked as GrantRevoked
from domain.events.grants import GrantSuspended as GrantSuspended
from domain.events.item_data import InformationChanged as InformationChanged
from domain.events.item_data import InformationUpdated as InformationUpdated
from domain.events.item_data import SourceAssigned as SourceAssigned
from domain.events.items import CatalogueChangeNotified as CatalogueChangeNotified
from domain.events.items import CatalogueEntryAmended as CatalogueEntryAmended
from domain.events.items import CatalogueEntryProposed as CatalogueEntryProposed
from domain.events.items import CatalogueEntryPublished as CatalogueEntryPublished
from domain.events.items import CatalogueEntryRestored as CatalogueEntryRestored
from domain.events.items import CatalogueEntryReturned as CatalogueEntryReturned
from domain.events.items import CatalogueEntrySuspended as CatalogueEntrySuspended
from domain.events.items import CatalogueEntryWithdrawn as CatalogueEntryWithdrawn
from domain.events.items import CatalogueProviderSucceeded as CatalogueProviderSucceeded
from domain.events.items import EntryFields as EntryFields
from domain.events.items import ResourceClassified as ResourceClassified
from domain.events.negotiations import NegotiationAgreed as NegotiationAgreed
from domain.events.negotiations import NegotiationFailed as NegotiationFailed
from domain.events.negotiations import NegotiationOpened as NegotiationOpened
from domain.events.negotiations import NegotiationRoundRecorded as NegotiationRoundRecorded
from domain.events.negotiations import RulingIssued as RulingIssued
from domain.events.negotiations import RulingSubmitted as RulingSubmitted
from domain.events.parties import PartyAuthorityBasisRecorded as PartyAuthorityBasisRecorded
from domain.events.parties import PartyOfficerAppointed as PartyOfficerAppointed
from domain.events.parties import PartyOfficerRelieved as PartyOfficerRelieved
from domain.events.parties import PartyRegistered as PartyRegistered
from domain.events.parties import PartyRenamed as PartyRenamed
from domain.events.parties import PartySucceeded as PartySucceeded
from domain.events.parties import Successor as Successor
from domain.events.party_keys import KeyAuthorised as KeyAuthorised
from domain.events.party_keys import KeyCompromised as KeyCompromised
from domain.events.party_keys import KeyRotated as KeyRotated
from domain.events.party_records import CollectionDeclared as CollectionDeclared
from domain.events.party_records import CollectionExempted as CollectionExempted
from domain.events.party_records import IncidentClosed as IncidentClosed
from domain.events.party_records import IncidentReported as IncidentReported
from domain.events.party_records import NodeRegistered as NodeRegistered
from domain.events.releases import ReleaseConsentGiven as ReleaseConsentGiven
from domain.events.releases import ReleaseConsentRefused as ReleaseConsentRefused
from domain.events.releases import ReleaseConsentRequested as ReleaseConsentRequested
from domain.events.releases import ReleaseRecorded as ReleaseRecorded
from domain.events.releases import ReleaseRetracted as ReleaseRetracted
from domain.events.requests import RefusalAcknowledged as RefusalAcknowledged
from domain.events.requests import RefusalFiled as RefusalFiled
from domain.events.requests import RefusedPart as RefusedPart
from domain.events.requests import RequestAcceptedForReview as RequestAcceptedForReview
from domain.events.requests import RequestApproved as RequestApproved
from domain.events.requests import RequestPartlyApproved as RequestPartlyApproved
from domain.events.requests import RequestReceived as RequestReceived
from domain.events.requests import RequestRefused as RequestRefused
from domain.events.requests import RequestSubmitted as RequestSubmitted
from domain.events.requests import RequestSupplementAsked as RequestSupplementAsked
from domain.events.requests import RequestSupplemented as RequestSupplemented
from domain.events.requests import RequestWithdrawn as RequestWithdrawn
from domain.events.rules import CalendarAmended as CalendarAmended
from domain.events.rules import CalendarDay as CalendarDay
from domain.events.rules import CalendarLocalOverlayAdded as CalendarLocalOverlayAdded
from domain.events.rules import CalendarPublished as CalendarPublished
from domain.events.rules import DeadlineRecomputed as DeadlineRecomputed
from domain.events.rules import DueDates as DueDates
from domain.events.rules import RulesetActivated as RulesetActivated
from domain.events.sanctions import CorrectionAccepted as CorrectionAccepted
from domain.events.sanctions import CorrectionOrdered as CorrectionOrdered
from domain.events.sanctions import CorrectionRejected as CorrectionRejected
from domain.events.sanctions import CorrectionReported as CorrectionReported
from domain.events.sanctions import CrimeReferred as CrimeReferred
from domain.events.sanctions import CriticismNotified as CriticismNotified
from domain.events.sanctions import DisciplineOutcomeRecorded as DisciplineOutcomeRecorded
from domain.events.sanctions import DisciplineReferred as DisciplineReferred
from domain.events.secrecy_reviews import SecrecyReviewConcluded as SecrecyReviewConcluded
from domain.events.secrecy_reviews import SecrecyReviewEscalated as SecrecyReviewEscalated
from domain.events.secrecy_reviews import SecrecyReviewOpened as SecrecyReviewOpened
from domain.events.supervision import InspectionClosed as InspectionClosed
from domain.events.supervision import InspectionOpened as InspectionOpened
from domain.events.supervision import StatisticsFiled as StatisticsFiled
from domain.events.supervision import StatisticsRow as StatisticsRow
from domain.events.uses import RatificationRecorded as RatificationRecorded
from domain.events.uses import UseRecorded as UseRecorded
from domain.events.violations import ViolationClosed as ViolationClosed
from domain.events.violations import ViolationDismissed as ViolationDismissed
from domain.events.violations import ViolationFound as ViolationFound
from domain.events.violations import ViolationResponseRecorded as ViolationResponseRecorded
from domain.events.violations import ViolationSeriousFound as ViolationSeriousFound
from domain.events.violations import ViolationSuspected as ViolationSuspected

EVENTS: Mapping[str, type[Event]] = MappingProxyType(
    {
        each.event_name: each
        for each in list(globals().values())
        if isinstance(each, type) and issubclass(each, Event) and each.event_name
    }
)
