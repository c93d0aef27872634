"""Questions: the log read forward, folded, judged, and kept as rows that hold for an interval of tree sizes."""

from projections.access import AccessTrail
from projections.agreements import Agreements
from projections.cases import Cases
from projections.catalogue import Catalogue
from projections.deadlines import Deadlines
from projections.disputes import Disputes
from projections.findings import Findings
from projections.parties import Parties
from projections.reconciliation import Reconciliation

# Every projection that the runner feeds. They do not know each other.
KINDS = (AccessTrail, Cases, Agreements, Deadlines, Findings, Parties, Catalogue, Disputes, Reconciliation)
