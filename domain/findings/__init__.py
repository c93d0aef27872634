"""Findings (线索): the suspicions under Article 33 that a judgement or a missed deadline gives."""
