"""Keys of agencies: JWK, algorithms, signatures, key files."""
