# Easel for a server. The container runs the web server unless it is given another command, as in compose.yaml.
FROM python:3.12-slim

RUN pip install --no-cache-dir uv \
 && useradd --create-home --uid 1000 easel \
 && install --directory --owner easel --group easel /srv/easel \
 && install --directory --mode 0700 --owner easel --group easel /var/lib/easel
WORKDIR /srv/easel
USER easel
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy PATH=/srv/easel/.venv/bin:$PATH EASEL_DATA_DIR=/var/lib/easel OMP_NUM_THREADS=1

# Libraries change less often than the code, so they have their own layer.
COPY --chown=easel:easel pyproject.toml uv.lock ./
RUN uv sync --frozen --extra s3 --no-cache
COPY --chown=easel:easel manage.py ./
COPY --chown=easel:easel arena arena
COPY --chown=easel:easel leaderboard leaderboard
COPY --chown=easel:easel templates templates
COPY --chown=easel:easel locale locale

VOLUME /var/lib/easel
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "1", "--blocking-threads", "32", "--respawn-failed-workers", "--workers-kill-timeout", "8", "--no-access-log", "arena.wsgi:application"]
