"""agreement/: the confidentiality agreement of Article 19."""
