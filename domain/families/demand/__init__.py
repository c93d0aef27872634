"""demand/: an organ's stated need for information that no item covers."""
