"""A large, seeded population: many organs, several years of sharing, every kind of act. Most records are uses."""

from __future__ import annotations

from demo.population.generating import Population, PopulationPlan, generate, plan

__all__ = ["Population", "PopulationPlan", "generate", "plan"]
