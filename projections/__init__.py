"""Projections: the log read forward, folded, judged, and kept as rows that hold for an interval of tree sizes."""

from projections.access.projector import AccessTrail
from projections.cases.agreement_projector import Agreements
from projections.cases.projector import Cases
from projections.catalogue.projector import Catalogue
from projections.deadlines.projector import Deadlines
from projections.disputes.projector import Disputes
from projections.findings.projector import Findings
from projections.parties.projector import Parties
from projections.reconciliation.projector import Reconciliation

# Every projection that the runner feeds. They do not know each other.
KINDS = (AccessTrail, Cases, Agreements, Deadlines, Findings, Parties, Catalogue, Disputes, Reconciliation)
