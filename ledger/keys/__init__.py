"""Keys of agencies: JWK (RFC 7517), signature algorithms, compact JWS (RFC 7515), key files."""
