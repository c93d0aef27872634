"""What agencies send: many organs, posts and grants, no two records the same, acts of every kind among the uses."""
