# One image for web, worker and beat; docker-compose.yml says what each of them runs.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 METAREC_DATA_DIR=/data
# By libfribidi the pictures of cards have Arabic and Hebrew from right to left.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libfribidi0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app metarec \
    && mkdir --parents /data/uploads /keys \
    && chown metarec /data /data/uploads /keys \
    && chmod 700 /data/uploads
WORKDIR /app

# By themselves, so that a change of the code does not install them again.
COPY requirements.txt .
RUN pip install --no-cache-dir --requirement requirements.txt

COPY manage.py ./
COPY docker docker
COPY metarec metarec
COPY accounts accounts
COPY recommendations recommendations
RUN for words in */locale/*/LC_MESSAGES/*.po; do \
        pybabel --quiet compile --input-file "$words" --output-file "${words%.po}.mo"; \
    done

USER metarec
# The secret is for this one command, which needs none; no key gets into the image.
RUN METAREC_SECRET_KEY=unused python manage.py collectstatic --no-input --verbosity 0
EXPOSE 8000
ENTRYPOINT ["docker/entrypoint"]
