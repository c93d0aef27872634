"""party/: an organ, its keys, posts and successions."""
