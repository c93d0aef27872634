"""The demo year 江苏演示 2026 as signed acts with their dates. Codes, systems and documents are invented."""

from __future__ import annotations

from demo.story.cast import CATALOGUE, PARTIES, Item, Party
from demo.story.steps import Step
from demo.story.year import year

__all__ = ["CATALOGUE", "PARTIES", "Item", "Party", "Step", "year"]
