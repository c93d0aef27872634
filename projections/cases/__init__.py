"""Share requests and confidentiality agreements."""
