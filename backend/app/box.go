package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"encoding/json"

	"clarion/backend/api"
	"clarion/backend/config"
	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

// boxTimeouts keep a forgotten connection from staying for ever; a fault that
// hangs is the sandbox's own.
const boxTimeouts = 2 * time.Minute

// box is the sandbox on a loopback port of its own. In a process without the
// api role it is only the address of the one that runs elsewhere.
type box struct {
	*sandbox.Sandbox
	server *http.Server
	url    string
}

// openBox starts the vendors in a box, or returns nil when they are off.
func openBox(c config.Config, clock notify.Clock, log *slog.Logger) (*box, error) {
	if !c.Sandbox {
		return nil, nil
	}
	if !c.Has(config.RoleAPI) {
		return &box{url: "http://" + c.SandboxListen}, nil
	}
	address := c.SandboxListen
	if address == "" {
		address = "127.0.0.1:0"
	}
	vendors, err := sandbox.Open(sandbox.Config{
		Dir: filepath.Join(c.DataDir, "sandbox"), Credentials: sandbox.Keys(), Clock: clock.Now, Log: log,
	})
	if err != nil {
		return nil, fmt.Errorf("open the sandbox: %w", err)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for the sandbox: %w", err), vendors.Close())
	}
	b := &box{
		Sandbox: vendors, url: "http://" + listener.Addr().String(),
		server: &http.Server{Handler: vendors, ReadHeaderTimeout: boxTimeouts, IdleTimeout: boxTimeouts},
	}
	go func() { _ = b.server.Serve(listener) }() // returns http.ErrServerClosed at stop
	return b, nil
}

// stop lets go of hanging callers and closes the port.
func (b *box) stop() error {
	if b == nil || b.Sandbox == nil {
		return nil
	}
	err := b.Close()
	return errors.Join(err, b.server.Close())
}

// address is the base URL of the vendors, empty when the box is off.
func (b *box) address() string {
	if b == nil {
		return ""
	}
	return b.url
}

// boxDoor lends the sandbox to the HTTP door.
type boxDoor struct{ *sandbox.Sandbox }

// door is nil when this process has no sandbox to show.
func (b *box) door() api.Sandbox {
	if b == nil || b.Sandbox == nil {
		return nil
	}
	return boxDoor{b.Sandbox}
}

// Messages returns what people would have received.
func (d boxDoor) Messages(_ context.Context, f api.SandboxFilter, p notify.Page) (any, string, error) {
	list, next := d.Sandbox.Messages(sandbox.MessageFilter{Channel: f.Channel, To: f.To, Limit: p.Limit, After: p.After})
	return list, next, nil
}

// Requests returns the ledger of raw vendor calls.
func (d boxDoor) Requests(_ context.Context, f api.SandboxFilter, p notify.Page) (any, string, error) {
	list, next := d.Sandbox.Requests(sandbox.RequestFilter{Provider: f.Provider, Limit: p.Limit, After: p.After})
	return list, next, nil
}

// Clear empties the messages.
func (d boxDoor) Clear(context.Context) error { return d.Sandbox.Clear() }

// Faults lists how each vendor behaves.
func (d boxDoor) Faults(context.Context) (any, error) { return d.Sandbox.Faults(), nil }

// SetFault makes a vendor misbehave, or behave again.
func (d boxDoor) SetFault(_ context.Context, raw []byte) (any, error) {
	var fault sandbox.Fault
	if err := json.Unmarshal(raw, &fault); err != nil {
		return nil, notify.InvalidField("", "wrong_type", "must be an object with provider and fault")
	}
	if err := d.Sandbox.SetFault(fault); err != nil {
		return nil, err
	}
	for _, set := range d.Sandbox.Faults() {
		if set.Provider == fault.Provider {
			set.Supported = nil
			return set, nil
		}
	}
	return fault, nil
}
