"""Every setting of the server, typed, from the environment (``LEDGER_…``) or the command line.

docs/reference/settings.md explains each: its reason and the fault that it prevents. None has a secret default.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url


class Settings(BaseSettings):
    """What an operator can set; the descriptions are the reference."""

    model_config = SettingsConfigDict(env_prefix="LEDGER_", extra="ignore", frozen=True)

    data: Path = Field(
        default=Path("var/ledger"),
        description="Directory of the ledger's keys and, for SQLite, its database.",
    )
    database_url: str | None = Field(
        default=None, description="PostgreSQL address; without it the ledger is an SQLite file in `data`."
    )
    database_password_file: Path | None = Field(
        default=None, description="File that holds the database password, so that it is in no environment."
    )
    clock_skew_seconds: int = Field(
        default=120, ge=0, le=3600, description="How far `time` and `iat` may lie ahead of the clock."
    )
    clock_jump_seconds: int = Field(
        default=300,
        ge=5,
        le=86_400,
        description="How far the machine's clock may jump ahead and be recorded by.",
    )
    token_seconds: int = Field(default=300, ge=1, le=300, description="Longest life of a read token (`exp` − `iat`).")
    pool_records: int = Field(
        default=20_000, ge=1000, le=1_000_000, description="Waiting records; beyond them 503 with Retry-After."
    )
    batch_records: int = Field(
        default=2000, ge=1000, le=100_000, description="Most records that one transaction takes."
    )
    publish_seconds: float = Field(
        default=1.0, ge=0.05, le=60, description="Least time between two published checkpoints."
    )
    state_cache: int = Field(default=4096, ge=64, description="Folded streams that the writer keeps in memory.")
    wait_seconds: float = Field(
        default=10.0, ge=0, le=60, description="Longest wait for `at_least` and `Prefer: wait`."
    )
    operator_key: Path | None = Field(
        default=None, description="Key file of the operator; without it `operator.json` in `data`, if there is one."
    )
    operator_post: str | None = Field(
        default=None, description="The post in which the server acts for the operator; without it the responsible one."
    )
    unrecorded_reads: Literal["refuse", "keep"] = Field(
        default="refuse", description="What becomes of supervised reads while the server cannot record them."
    )
    waiting_reads: int = Field(
        default=100_000, ge=1000, le=10_000_000, description="Supervised reads that may wait to be recorded."
    )
    limit_records: int = Field(
        default=300_000, ge=0, description="Records that one organ may send in a minute; 0: any number."
    )
    limit_reads: int = Field(
        default=6_000, ge=0, description="Requests with a token that one organ may make in a minute; 0: any number."
    )
    limit_addresses: int = Field(
        default=6_000, ge=0, description="Requests without proof of who sends them, by address and minute; 0: any."
    )
    stop_seconds: int = Field(
        default=10, ge=1, le=300, description="Longest time between SIGTERM and the end of the process."
    )
    request_log: bool = Field(default=True, description="Whether `serve` writes one JSON line a request on stderr.")
    connections: int = Field(
        default=1024, ge=16, le=65_536, description="Open connections; a quarter is kept for known callers."
    )
    connections_of_address: int = Field(default=256, ge=4, le=65_536, description="Open connections of one address.")
    auditor_keys: Path | None = Field(default=None, description="JWK set with the public keys of admitted auditors.")

    @property
    def url(self) -> str:
        """The SQLAlchemy address of the ledger's database."""
        if self.database_url is None:
            return f"sqlite:///{self.data / 'ledger.sqlite'}"
        url = make_url(self.database_url)
        if url.drivername in {"postgresql", "postgres"}:
            url = url.set(drivername="postgresql+psycopg")
        if self.database_password_file is not None:
            url = url.set(password=self.database_password_file.read_text(encoding="utf-8").strip())
        return url.render_as_string(hide_password=False)
