"""The single writer of a ledger: take → admit → assign → extend → sign → commit → answer."""

from ledger.sequencer.gate import Gate, OpenGate, Place
from ledger.sequencer.outcomes import NotRecorded, ReceiptItem, Receipts
from ledger.sequencer.sequencer import Sequencer
from ledger.sequencer.settings import SequencerSettings

__all__ = ["Gate", "NotRecorded", "OpenGate", "Place", "ReceiptItem", "Receipts", "Sequencer", "SequencerSettings"]
