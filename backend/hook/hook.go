package hook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"clarion/backend/notify"
)

// Store keeps what was set and what came last. Secrets pass through it sealed.
type Store interface {
	Hook(ctx context.Context, source string) (Row, error)
	PutHook(ctx context.Context, r Row, now time.Time) error
	DeleteHook(ctx context.Context, source string) error
	// NoteHook keeps the last webhook that was proven and what came of it.
	NoteHook(ctx context.Context, source string, last Last) error
}

// Row is the hook of one source.
type Row struct {
	Source  string
	Enabled bool
	Scheme  Scheme
	// Header carries the secret of the scheme token.
	Header    string
	Mapping   Mapping
	Sealed    string
	UpdatedAt time.Time
	Last      Last
}

// Last is the last proven webhook.
type Last struct {
	At      time.Time       `json:"at,omitzero"`
	Outcome string          `json:"outcome,omitempty"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// maxKept is the longest payload that is kept for trying a mapping out.
const maxKept = 64 << 10

// Sealer keeps secrets secret at rest.
type Sealer interface {
	Seal(plain []byte, about string) (string, error)
	Open(sealed, about string) ([]byte, error)
}

// Hooks takes webhooks.
type Hooks struct {
	Store  Store
	Sealer Sealer
	Clock  notify.Clock
}

// View is a hook as people see it: never with its secrets.
type View struct {
	Source    string    `json:"source"`
	Enabled   bool      `json:"enabled"`
	Scheme    Scheme    `json:"scheme"`
	Header    string    `json:"header,omitempty"`
	Secrets   int       `json:"secrets"`
	Mapping   Mapping   `json:"mapping"`
	UpdatedAt time.Time `json:"updated_at"`
	Last      Last      `json:"last"`
}

// Input is what a hook is set to. A new secret stands beside the last one until
// Retire takes the older away; no secret keeps what there is.
type Input struct {
	Enabled bool    `json:"enabled"`
	Scheme  Scheme  `json:"scheme"`
	Header  string  `json:"header"`
	Secret  string  `json:"secret"`
	Retire  bool    `json:"retire_old_secret"`
	Mapping Mapping `json:"mapping"`
}

// Get returns the hook of a source.
func (h *Hooks) Get(ctx context.Context, source string) (View, error) {
	row, err := h.Store.Hook(ctx, source)
	if err != nil {
		return View{}, fmt.Errorf("hook of source %s: %w", source, err)
	}
	return h.view(row)
}

func (h *Hooks) view(row Row) (View, error) {
	secrets, err := h.open(row)
	return View{row.Source, row.Enabled, row.Scheme, row.Header, len(secrets), row.Mapping, row.UpdatedAt, row.Last}, err
}

func (h *Hooks) open(row Row) ([]string, error) {
	plain, err := h.Sealer.Open(row.Sealed, SealedFor(row.Source))
	if err != nil {
		return nil, fmt.Errorf("secrets of the hook of %s: %w", row.Source, err)
	}
	var secrets []string
	if err := json.Unmarshal(plain, &secrets); err != nil {
		return nil, fmt.Errorf("secrets of the hook of %s are not a list", row.Source)
	}
	return secrets, nil
}

// SealedFor names the place the secrets of a source's hook are sealed for.
func SealedFor(source string) string { return "hook:" + source }

// Put sets the hook of a source.
func (h *Hooks) Put(ctx context.Context, source string, in Input) (View, error) {
	before, err := h.Store.Hook(ctx, source)
	var secrets []string
	switch {
	case err == nil && before.Scheme == in.Scheme:
		if secrets, err = h.open(before); err != nil {
			secrets = nil // sealed under a key that is gone: one must be given anew
		}
	case err != nil && !errors.Is(err, notify.ErrNotFound):
		return View{}, fmt.Errorf("hook of source %s: %w", source, err)
	}
	if secrets, err = in.check(secrets); err != nil {
		return View{}, err
	}
	plain, err := json.Marshal(secrets)
	if err != nil {
		return View{}, fmt.Errorf("write the secrets of the hook of %s: %w", source, err)
	}
	row := Row{Source: source, Enabled: in.Enabled, Scheme: in.Scheme, Header: in.Header, Mapping: in.Mapping, UpdatedAt: h.Clock.Now(), Last: before.Last}
	if row.Sealed, err = h.Sealer.Seal(plain, SealedFor(source)); err != nil {
		return View{}, fmt.Errorf("seal the secrets of the hook of %s: %w", source, err)
	}
	if err := h.Store.PutHook(ctx, row, row.UpdatedAt); err != nil {
		return View{}, fmt.Errorf("store the hook of %s: %w", source, err)
	}
	return h.view(row)
}

// check returns the secrets that hold from now on, the newest first.
func (in *Input) check(secrets []string) ([]string, error) {
	var faults notify.Invalid
	if !slices.Contains(Schemes, in.Scheme) {
		faults.Add("scheme", "not_an_option", fmt.Sprintf("must be one of %v", Schemes))
	}
	if in.Scheme == Token && in.Header == "" {
		in.Header = "Authorization"
	}
	if in.Scheme != Token {
		in.Header = ""
	}
	if strings.ContainsAny(in.Header, " \t\r\n:") {
		faults.Add("header", "not_a_header", "must be the name of a header")
	}
	if in.Secret != "" {
		if len(in.Secret) < 16 || len(in.Secret) > 256 {
			faults.Add("secret", "out_of_range", "must be 16 to 256 bytes")
		}
		secrets = append([]string{in.Secret}, secrets...)
	}
	if n := min(len(secrets), 2); in.Retire {
		secrets = secrets[:min(n, 1)]
	} else {
		secrets = secrets[:n]
	}
	if len(secrets) == 0 {
		faults.Add("secret", "required", "a hook without a secret would let everybody in")
	}
	if err := in.Mapping.Check("mapping."); err != nil {
		var more *notify.Invalid
		if errors.As(err, &more) {
			faults.Fields = append(faults.Fields, more.Fields...)
		}
	}
	return secrets, faults.Err()
}

// Delete removes the hook of a source.
func (h *Hooks) Delete(ctx context.Context, source string) error {
	if err := h.Store.DeleteHook(ctx, source); err != nil {
		return fmt.Errorf("delete the hook of %s: %w", source, err)
	}
	return nil
}

// Try says what a mapping would make of a payload. Nothing is kept.
func (h *Hooks) Try(m Mapping, payload []byte) (Made, error) {
	if err := m.Check("mapping."); err != nil {
		return Made{}, err
	}
	return m.Apply(payload)
}

// Taken is a proven webhook.
type Taken struct {
	Made
	// Challenge is what the sender wants to hear back, when it only asks.
	Challenge string
}

// Receive proves a webhook and makes its event. A source that has no hook, one
// that is off and a wrong proof look the same.
func (h *Hooks) Receive(ctx context.Context, source string, in Incoming) (Taken, error) {
	row, err := h.Store.Hook(ctx, source)
	if errors.Is(err, notify.ErrNotFound) || err == nil && !row.Enabled {
		return Taken{}, notify.ErrUnauthenticated
	}
	if err != nil {
		return Taken{}, fmt.Errorf("hook of source %s: %w", source, err)
	}
	secrets, err := h.open(row)
	if err != nil {
		return Taken{}, err
	}
	proof, err := prove(row.Scheme, row.Header, secrets, in)
	if err != nil {
		return Taken{}, err
	}
	if row.Scheme == Slack && field(in.Body, "type") == "url_verification" {
		return Taken{Challenge: field(in.Body, "challenge")}, nil
	}
	made, err := row.Mapping.Apply(in.Body)
	if made.Key == "" {
		made.Key = proof.id
	}
	return Taken{Made: made}, errors.Join(err, h.note(ctx, row.Source, in, made, err))
}

// note keeps the last webhook, so that a mapping can be tried on it.
func (h *Hooks) note(ctx context.Context, source string, in Incoming, made Made, fault error) error {
	last := Last{At: in.Now, Outcome: "accepted"}
	switch {
	case fault != nil:
		last.Outcome = fault.Error()
	case made.Event == nil:
		last.Outcome = made.Ignored
	}
	if len(in.Body) <= maxKept && json.Valid(in.Body) {
		last.Payload = in.Body
	}
	if err := h.Store.NoteHook(ctx, source, last); err != nil {
		return fmt.Errorf("note the last webhook of %s: %w", source, err)
	}
	return nil
}
