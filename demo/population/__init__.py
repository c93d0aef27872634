"""A large, seeded population: many organs over years of sharing, law-shaped in all its parts; uses are its bulk."""

from __future__ import annotations

from demo.population.generating import Plan, Population, generate, plan

__all__ = ["Plan", "Population", "generate", "plan"]
