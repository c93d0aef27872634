"""violation/: findings of the authority, orders to correct, sanctions."""
