"""item/: an item of information, its class, conditions and catalogue entries."""
