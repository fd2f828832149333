# syntax=docker/dockerfile:1
# One image, three roles: CLARION_ROLES says which a container plays.

FROM node:22-bookworm-slim AS pages
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY biome.json ./
COPY frontend frontend
RUN npm run build

FROM golang:1.26-bookworm AS binary
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY backend backend
COPY migrations migrations
COPY frontend/embed.go frontend/embed.go
COPY frontend/src/lib/i18n frontend/src/lib/i18n
COPY --from=pages /src/frontend/dist frontend/dist
ARG VERSION=dev
# Without cgo the binary needs nothing of the system it runs on.
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /out/clarion ./backend/cmd/clarion \
 && mkdir -p /out/data

# Certificates and an account that is not root, and nothing else: no shell.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=binary /out/clarion /usr/local/bin/clarion
COPY --from=binary --chown=nonroot:nonroot /out/data /data
ENV CLARION_LISTEN=0.0.0.0:8080 CLARION_DATA_DIR=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["/usr/local/bin/clarion", "ready"]
ENTRYPOINT ["/usr/local/bin/clarion"]
CMD ["serve"]
