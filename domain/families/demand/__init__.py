"""demand/: the stated need for information that no item covers."""
