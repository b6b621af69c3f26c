# One image for the worker, the web and the jobs: what the lock pins, nothing else.
FROM python:3.11.14-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --no-create-home redress
WORKDIR /redress

COPY requirements.lock .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

COPY . .
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation -e .

# Worker and web write here and nowhere else: the signed heads of the journals, attached files, files
# to import, and at the first start the certificates.
RUN install --directory --owner=redress heads attachments uploads /tls/server /tls/client
USER redress
