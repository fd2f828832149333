package notify

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// ConsentID is the prefix of the ids of the consent log.
const ConsentID = "con_"

// ConsentKind says what was said.
type ConsentKind string

// The kinds of consent. Chose is any change of preferences; Stopped and Started
// are an address's own word, such as STOP by text message; Released lifts a
// suppression; Downloaded is a copy of the person's own data that was handed out.
const (
	ConsentChose        ConsentKind = "chose"
	ConsentUnsubscribed ConsentKind = "unsubscribed"
	ConsentResubscribed ConsentKind = "resubscribed"
	ConsentStopped      ConsentKind = "stopped"
	ConsentStarted      ConsentKind = "started"
	ConsentReleased     ConsentKind = "released"
	ConsentDownloaded   ConsentKind = "downloaded"
	ConsentAsksErasure  ConsentKind = "erasure_requested"
	ConsentErased       ConsentKind = "erased"
)

// ConsentKinds is the closed list.
var ConsentKinds = []ConsentKind{
	ConsentChose, ConsentUnsubscribed, ConsentResubscribed, ConsentStopped, ConsentStarted, ConsentReleased,
	ConsentDownloaded, ConsentAsksErasure, ConsentErased,
}

// Stands reports whether the next message is sent under what was said: a download
// chooses nothing, and who was erased gets no message.
func (k ConsentKind) Stands() bool { return k != ConsentDownloaded && k != ConsentErased }

// ConsentSource says by which way it was said.
type ConsentSource string

// The ways. OneClick is what a mailbox does for its reader (RFC 8058), Link and
// Component are the person's own page, Vendor is a provider's callback, Member
// and APIKey speak for the person.
const (
	ByOneClick  ConsentSource = "one_click"
	ByLink      ConsentSource = "link"
	ByComponent ConsentSource = "component"
	ByVendor    ConsentSource = "vendor"
	ByMember    ConsentSource = "member"
	ByAPIKey    ConsentSource = "api_key"
	ByHouse     ConsentSource = "house"
)

// ConsentSources is the closed list.
var ConsentSources = []ConsentSource{ByOneClick, ByLink, ByComponent, ByVendor, ByMember, ByAPIKey, ByHouse}

// Consent is how something was said: what a proof needs to know besides the
// choice itself.
type Consent struct {
	Recipient string        `json:"recipient"`
	Kind      ConsentKind   `json:"kind"`
	Source    ConsentSource `json:"source"`
	// Actor is the member or the API key that spoke for the person; empty when
	// the person did.
	Actor     string  `json:"actor,omitempty"`
	Channel   Channel `json:"channel,omitempty"`
	Category  string  `json:"category,omitempty"`
	MessageID string  `json:"message_id,omitempty"`
	// Address is whole on its way to the log, which keeps it masked.
	Address string `json:"address,omitempty"`
	// Wording is what the person read when they chose, in Locale.
	Wording string `json:"wording,omitempty"`
	Locale  string `json:"locale,omitempty"`
	// Device and Network are where a download went to: a browser and a system
	// without versions, and what an address leaves without its last part.
	Device  string `json:"device,omitempty"`
	Network string `json:"network,omitempty"`
	// Changes are the choices that changed.
	Changes []ConsentChange `json:"changes,omitempty"`
}

// ConsentChange is one choice before and after: null is no choice.
type ConsentChange struct {
	Path string          `json:"path"`
	From json.RawMessage `json:"from"`
	To   json.RawMessage `json:"to"`
}

// MaskAddress leaves of an address what its owner knows again and nobody else
// can use: a••••@example.com, •••••••• 2671.
func MaskAddress(address string) string {
	const dots = "••••"
	if at := strings.LastIndexByte(address, '@'); at > 0 {
		first, _ := utf8.DecodeRuneInString(address)
		return string(first) + dots + address[at:]
	}
	runes := []rune(address)
	switch {
	case len(runes) == 0:
		return ""
	case len(runes) <= 6:
		return dots
	}
	return dots + string(runes[len(runes)-4:])
}
