# The product as an image: pinned packages, built assets, no secret, no root.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
COPY requirements/run.txt /tmp/run.txt
RUN /opt/venv/bin/pip install --only-binary=:all: --require-hashes -r /tmp/run.txt

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 REVOPS_VAR=/srv/var
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin revops \
 && install -d -o revops -g revops /srv/var /srv/var/assets /srv/var/files
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/revops
COPY . .
USER revops
# Assets do not depend on an installation; the key lives for this one command.
RUN SECRET_KEY=build python manage.py build_assets \
 && SECRET_KEY=build python manage.py collectstatic --no-input
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "4", \
     "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers", "revops.wsgi:application"]
