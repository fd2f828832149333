package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"clarion/backend/sandbox/wire"
)

// postman carries one vendor's callbacks to where they belong.
type postman struct {
	vendor  wire.Vendor
	targets *targets
	client  *http.Client
}

// newClient makes the client that all vendors call back with: it speaks to
// nothing but loopback.
func newClient() *http.Client {
	dialer := &net.Dialer{Timeout: 2 * time.Second, Control: dialLoopback}
	return &http.Client{
		Timeout: 10 * time.Second,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second,
			ResponseHeaderTimeout: 10 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post writes and sends what fits in one letter.
func (p *postman) post(ctx context.Context, events []*event) error {
	address := p.targets.get(p.vendor.Name)
	known := p.targets.known(p.vendor.Name, address)
	if !p.vendor.Callbacks.Hook {
		address = p.targets.behind(p.vendor.Name, events[0].Origin.URL)
		known = address
	}
	facts := make([]*wire.Event, len(events))
	for i, e := range events {
		facts[i] = &e.Event
	}
	for range 2 {
		letter, err := p.vendor.Callbacks.Post(known, facts)
		if err != nil {
			return err
		}
		if err := p.send(ctx, address, letter); err != nil || !letter.Again {
			return err
		}
	}
	return fmt.Errorf("post callback: %s took the question and did not say yes", address)
}

func (p *postman) send(ctx context.Context, address string, letter wire.Letter) error {
	if letter.Query != "" {
		mark := "?"
		if strings.Contains(address, "?") {
			mark = "&"
		}
		address += mark + letter.Query
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(letter.Body))
	if err != nil {
		return fmt.Errorf("make callback: %w", err)
	}
	r.Header = letter.Header
	answer, err := p.client.Do(r)
	if err != nil {
		return fmt.Errorf("post callback: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // only so that the connection can be used again
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("post callback: answered %s", answer.Status)
	}
	return nil
}
