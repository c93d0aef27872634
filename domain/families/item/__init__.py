"""item/: a catalogue item, its class, conditions and entries."""
