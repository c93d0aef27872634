# The ledger as an image: no root, nothing written outside /data, versions pinned by constraints.txt. BASE is to be given
# by digest (docs/how-to/deploy-with-compose.md): a tag may be another image tomorrow.
ARG BASE=python:3.11-slim
FROM ${BASE} AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md ./
COPY formats formats
COPY ledger ledger
COPY domain domain
COPY replay replay
COPY projections projections
COPY api api
COPY demo demo
COPY cli cli
RUN python -m venv /opt/shareledger && /opt/shareledger/bin/pip install --no-cache-dir -c constraints.txt .
# The bill of materials (CycloneDX 1.6) of what was installed, by a tool that is not part of it.
RUN python -m venv /opt/sbom && /opt/sbom/bin/pip install --no-cache-dir cyclonedx-bom==7.5.0 \
    && /opt/sbom/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
    --of JSON -o /opt/shareledger/sbom.cdx.json /opt/shareledger/bin/python

FROM ${BASE}
RUN groupadd --gid 10001 ledger && useradd --uid 10001 --gid ledger --no-create-home --home-dir /data ledger \
    && install -d -o ledger -g ledger -m 0700 /data
COPY --from=build /opt/shareledger /opt/shareledger
ENV PATH=/opt/shareledger/bin:$PATH LEDGER_DATA=/data PYTHONUNBUFFERED=1
USER ledger
VOLUME /data
EXPOSE 8085
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8085/readyz', timeout=2)"]
ENTRYPOINT ["shareledger"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8085"]
