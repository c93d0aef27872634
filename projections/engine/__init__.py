"""How projections are fed: runner, groups, batches, builds."""
