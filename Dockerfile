# One image for the worker, the web and the jobs: what the lock pins, nothing else.
FROM python:3.11.14-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Named by number, so that the owner of a volume or of a folder on another machine can be given.
RUN groupadd --gid 10001 redress \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin redress
WORKDIR /redress

# Documents are set with these letters; the packages below bring none for Chinese.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*

COPY requirements.lock .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

COPY . .
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation -e .

# Worker and web write here and nowhere else: the signed heads of the journals, attached files, files
# to import, and at the first start the certificates, which other programs read too.
RUN install --directory --mode=0700 --owner=redress --group=redress heads attachments uploads \
    && install --directory --mode=0755 --owner=redress --group=redress /tls/server /tls/client
USER 10001:10001
