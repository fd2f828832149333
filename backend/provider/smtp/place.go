package smtp

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"

	"clarion/backend/provider"
)

// place is what the sandbox says about its mail server.
type place struct {
	Address     string `json:"address"`
	Certificate string `json:"certificate"`
}

// where is the server's address and how its certificate is checked. The sandbox
// is asked each time: it listens elsewhere after a restart.
func (s *server) where(ctx context.Context) (string, *tls.Config, error) {
	if s.box == "" {
		return net.JoinHostPort(s.host, s.port), s.tls, nil
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.box+"/listener", nil)
	if err != nil {
		return "", nil, err
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	var at place
	if err := json.NewDecoder(io.LimitReader(answer.Body, mostSaid)).Decode(&at); err != nil {
		return "", nil, fmt.Errorf("read where the sandbox's mail server listens: %w", err)
	}
	settings, err := tlsSettings(provider.Values{"host": "127.0.0.1", "ca_pem": at.Certificate})
	return at.Address, settings, err
}
