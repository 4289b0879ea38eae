# One static binary and the certificates it trusts, run by nobody in particular.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/rostrum ./cmd/rostrum
# Folders that volumes are mounted on take over the owner they have here.
RUN mkdir -p /out/data/archive /out/data/index /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build --chown=10001:10001 /out/tmp /tmp
COPY --from=build --chown=10001:10001 /out/data /data
COPY --from=build /out/rostrum /rostrum
# On an address other than loopback every request needs a token.
ENV ROSTRUM_DATA=/data ROSTRUM_LISTEN=0.0.0.0:8700 XDG_CACHE_HOME=/data/cache
USER 10001:10001
EXPOSE 8700
HEALTHCHECK --interval=15s --timeout=6s --start-period=200s --retries=3 CMD ["/rostrum", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/rostrum"]
CMD ["up"]
