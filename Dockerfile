# The command in a small image, without root:
#   docker build -t trigpoint .
#   mkdir -p data
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD/data:/home/trigpoint/data" trigpoint run "powerleague portobello"
# Without --user it runs as its own user, 10001, who cannot write to a folder of yours; a named volume needs none:
#   docker run --rm -v trigpoint:/home/trigpoint/data trigpoint run "powerleague portobello"
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/trigpoint
COPY requirements.lock ./
RUN /opt/trigpoint/bin/pip install --quiet --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . .
RUN /opt/trigpoint/bin/pip install --quiet --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 trigpoint
COPY --from=build /opt/trigpoint /opt/trigpoint
ENV PATH=/opt/trigpoint/bin:$PATH PYTHONUNBUFFERED=1
USER trigpoint
WORKDIR /home/trigpoint
RUN mkdir data
VOLUME /home/trigpoint/data
ENTRYPOINT ["trigpoint"]
CMD ["--help"]
