"""Findings (线索): what a judgement or a missed deadline suggests under Article 33."""
