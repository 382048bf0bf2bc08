# The chat side: no torch, a few hundred megabytes, a user without rights.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
COPY requirements/chat.txt requirements/chat.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/chat.txt
COPY pyproject.toml README.md LICENSE NOTICE alembic.ini ./
COPY alembic alembic
COPY study study
COPY store store
COPY cogs cogs
COPY bot bot
COPY content content
# The models' room is listed in pyproject.toml; its folder alone, without its code, lets the package install.
# The image has no history to read its version from: `--build-arg VERSION=…` says it.
ARG VERSION=""
RUN mkdir models && touch models/__init__.py \
 && SETUPTOOLS_SCM_PRETEND_VERSION="$VERSION" pip install --no-cache-dir --no-deps --no-build-isolation -e . \
 && useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin studybot \
 && install -d -o studybot /data
USER 10001
VOLUME /data
EXPOSE 8321
CMD ["studybot", "run"]
