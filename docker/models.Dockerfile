# The model side: torch and fastai (about 6 GB), on a GPU where the container is given one, else on the CPU.
# With LOCKS="models ray" it has Ray too, for replicas on several GPUs.
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 STUDYBOT_DATA=/data
WORKDIR /app
COPY requirements/models.txt requirements/ray.txt requirements/
ARG LOCKS="models"
RUN for lock in $LOCKS; do pip install --no-cache-dir --require-hashes -r "requirements/$lock.txt" || exit 1; done
COPY LICENSE NOTICE ./
COPY models models
RUN useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin studybot \
 && install -d -o studybot /data
USER 10001
VOLUME /data
EXPOSE 8400
CMD ["python", "-m", "models", "serve", "--host", "0.0.0.0"]
