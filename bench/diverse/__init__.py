"""What agencies send: many organs, posts and grants, no two records alike, acts of every kind among the uses."""
