package consent

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"clarion/backend/notify"
)

// Record is one line of the log. Address is masked. Content is what erasing
// takes away; Erased says that it is gone.
type Record struct {
	// Place counts from one, without a gap.
	Place     int64                `json:"place"`
	ID        string               `json:"id"`
	At        time.Time            `json:"at"`
	Recipient string               `json:"recipient"`
	Kind      notify.ConsentKind   `json:"kind"`
	Source    notify.ConsentSource `json:"source"`
	Actor     string               `json:"actor,omitempty"`
	// ActorName is what the actor is called; it is no part of the record.
	ActorName string `json:"actor_name,omitempty"`
	MessageID string `json:"message_id,omitempty"`
	Erased    bool   `json:"erased"`
	Content
}

// Content is the part of a record that is about the person.
type Content struct {
	Channel  notify.Channel         `json:"channel,omitempty"`
	Category string                 `json:"category,omitempty"`
	Address  string                 `json:"address,omitempty"`
	Wording  string                 `json:"wording,omitempty"`
	Locale   string                 `json:"locale,omitempty"`
	Device   string                 `json:"device,omitempty"`
	Network  string                 `json:"network,omitempty"`
	Changes  []notify.ConsentChange `json:"changes,omitempty"`
}

// kept is the content as it is stored. The salt keeps the hash that stays from
// being guessed once the rest is gone; the address's own hash lets who knows an
// address prove that it was this one.
type kept struct {
	Content

	Salt        string `json:"salt"`
	AddressHash string `json:"address_hash,omitempty"`
}

// Sealed is a record as the store keeps it.
type Sealed struct {
	Record

	// Text is the content as it was hashed; empty once it was erased.
	Text string
	Hash string
	Seal string
}

// Head is the newest record of the chain; the zero head has none.
type Head struct {
	Place int64  `json:"place"`
	Seal  string `json:"seal"`
}

// Next makes the record that follows a head, and the head it becomes.
func Next(h Head, c notify.Consent, at time.Time) (Sealed, Head, error) {
	var salt [16]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return Sealed{}, h, fmt.Errorf("salt a consent record: %w", err)
	}
	content := kept{Salt: hex.EncodeToString(salt[:]), Content: Content{
		Channel: c.Channel, Category: c.Category, Address: notify.MaskAddress(c.Address), Wording: c.Wording, Locale: c.Locale,
		Device: c.Device, Network: c.Network, Changes: c.Changes,
	}}
	if c.Address != "" {
		content.AddressHash = hash(content.Salt, strings.ToLower(c.Address))
	}
	text, err := json.Marshal(content)
	if err != nil {
		return Sealed{}, h, fmt.Errorf("write a consent record: %w", err)
	}
	s := Sealed{Text: string(text), Record: Record{
		Place: h.Place + 1, ID: notify.NewID(notify.ConsentID), At: at.UTC().Truncate(time.Microsecond), Recipient: c.Recipient,
		Kind: c.Kind, Source: c.Source, Actor: c.Actor, MessageID: c.MessageID, Content: content.Content,
	}}
	s.Hash = hash(s.Text)
	s.Seal = s.seal(h.Seal)
	return s, Head{s.Place, s.Seal}, nil
}

// Read fills in what the stored text says.
func (s *Sealed) Read() error {
	if s.Erased = s.Text == ""; s.Erased {
		return nil
	}
	var content kept
	if err := json.Unmarshal([]byte(s.Text), &content); err != nil {
		return fmt.Errorf("read consent record %s: %w", s.ID, err)
	}
	s.Content = content.Content
	return nil
}

// seal is the hash of all that stays of a record and of the seal before it.
func (s *Sealed) seal(previous string) string {
	return hash(previous, strconv.FormatInt(s.Place, 10), s.ID, strconv.FormatInt(s.At.UnixMicro(), 10), s.Recipient,
		string(s.Kind), string(s.Source), s.Actor, s.MessageID, s.Hash)
}

// hash is of a list of texts, each with its end known.
func hash(texts ...string) string {
	list, err := json.Marshal(texts)
	if err != nil {
		panic("texts can always be written as JSON: " + err.Error())
	}
	sum := sha256.Sum256(list)
	return hex.EncodeToString(sum[:])
}

// Filter picks records. Empty fields do not filter.
type Filter struct {
	// Recipient is whose words they are, those of the ids that were merged into
	// theirs among them.
	Recipient string
	Kind      notify.ConsentKind
	Source    notify.ConsentSource
	// Channel and Category are what was said about: the record's own, or one of
	// its changes.
	Channel  notify.Channel
	Category string
	// Message is what was answered.
	Message  string
	From, To time.Time
}

// Store is what the log needs of the database, which itself refuses to change a
// record in any other way than to erase its content.
type Store interface {
	// Consents returns a page, newest first.
	Consents(ctx context.Context, f Filter, p notify.Page) ([]Record, string, error)
	// AppendConsent stores what was said without changing anything else.
	AppendConsent(ctx context.Context, c notify.Consent, now time.Time) error
}

// ChainStore is what proving the chain needs.
type ChainStore interface {
	// ConsentChain returns records as they are stored, oldest first, that come
	// after the given place.
	ConsentChain(ctx context.Context, after int64, limit int) ([]Sealed, error)
	// ConsentHead returns where the chain says that it ends.
	ConsentHead(ctx context.Context) (Head, error)
}

// Names knows what members and API keys are called.
type Names interface {
	// Names returns the names by their ids, as far as they have one.
	Names(ctx context.Context, ids []string) (map[string]string, error)
}

// Log reads.
type Log struct {
	Store Store
	Chain ChainStore
	Names Names
	// Kept holds what the newest proof found.
	Kept  Kept
	Clock notify.Clock
}

// List returns a page, newest first.
func (l *Log) List(ctx context.Context, f Filter, p notify.Page) ([]Record, string, error) {
	list, next, err := l.Store.Consents(ctx, f, p)
	if err == nil {
		err = l.name(ctx, list)
	}
	return list, next, err
}

// name says who spoke for people.
func (l *Log) name(ctx context.Context, list []Record) error {
	var ids []string
	for _, r := range list {
		if r.Actor != "" {
			ids = append(ids, r.Actor)
		}
	}
	names, err := l.Names.Names(ctx, ids)
	if err != nil {
		return fmt.Errorf("name who spoke for people: %w", err)
	}
	for i := range list {
		list[i].ActorName = names[list[i].Actor]
	}
	return nil
}

// Say keeps what was said where nothing else changes by it.
func (l *Log) Say(ctx context.Context, c notify.Consent) error {
	return l.Store.AppendConsent(ctx, c, l.Clock.Now())
}
