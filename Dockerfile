# One image for all of Skywire's processes; the argument chooses: ingester, sink, api, migrate, simulator, token, …
#
#   docker build --build-arg COMMIT="$(git rev-parse --short=12 HEAD)" \
#     --build-arg SOURCE_DATE_EPOCH="$(git log -1 --format=%ct)" --tag skywire:0.1.0-SNAPSHOT .

# The release, as `./skywire package` makes it, taken apart by how often its parts change.
FROM eclipse-temurin:25-jdk AS build
WORKDIR /source
COPY . .
ARG COMMIT=unknown
ARG SOURCE_DATE_EPOCH
# Without a mount for Maven's cache: some builders refuse one (Railway, whose id is not its service's).
RUN SKYWIRE_COMMIT="$COMMIT" SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" ./skywire package \
    && mkdir -p /parts/runtime /parts/libraries/lib /parts/skywire \
    && tar -xzf standalone/target/skywire-*.tar.gz -C /parts/skywire --strip-components=1 \
    && mkdir -p /parts/own/lib \
    && mv /parts/skywire/lib/skywire-*.jar /parts/own/lib/ \
    && mv /parts/skywire/lib/*.jar /parts/libraries/lib/ \
    && mv /parts/skywire/licences /parts/libraries/ \
    && mv /parts/skywire/runtime /parts/runtime/ \
    && rmdir /parts/skywire/lib \
    && mv /parts/skywire/* /parts/own/

FROM debian:trixie-slim AS skywire
RUN useradd --no-log-init --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin skywire \
    && install -d -o 10001 -g 10001 /data
# Changes with the JDK.
COPY --from=build /parts/runtime/ /opt/skywire/
# Changes with a library.
COPY --from=build /parts/libraries/ /opt/skywire/
# Changes with each commit: a few megabytes.
COPY --from=build /parts/own/ /opt/skywire/
# Probes and metrics of ingester and sink; the api has them on its PORT.
ENV SKYWIRE_METRICS_PORT=9400 \
    SKYWIRE_DATA=/data
WORKDIR /data
EXPOSE 4000 9400
ENTRYPOINT ["/opt/skywire/skywire"]
CMD ["--help"]

# docker build --target small: a change of code ships a few megabytes, and a process takes twice the time to start.
FROM skywire AS small
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 CMD ["/opt/skywire/skywire", "healthy"]

# What a JVM loads and links, written down by the image's own runtime from the image's own files.
FROM skywire AS cache
RUN chown 10001:10001 /opt/skywire
USER 10001:10001
RUN ["/opt/skywire/skywire", "aot-cache"]

FROM small
COPY --from=cache --chown=0:0 /opt/skywire/skywire.aot /opt/skywire/skywire.aot
