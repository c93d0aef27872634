"""A large, seeded population: many organs, several years of sharing, every kind of act. Most records are uses."""

from __future__ import annotations

from demo.population.generating import Plan, Population, generate, plan

__all__ = ["Plan", "Population", "generate", "plan"]
