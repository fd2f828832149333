package whatsapp

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/sandbox/wire"
)

// desk is POST /v23.0/{phone number id}/messages.
type desk struct{ box wire.Box }

type message struct {
	Product string `json:"messaging_product"`
	To      string `json:"to"`
	Type    string `json:"type"`
	Text    struct {
		Body string `json:"body"`
	} `json:"text"`
	Template struct {
		Name     string `json:"name"`
		Language struct {
			Code string `json:"code"`
		} `json:"language"`
		Components []struct {
			Type       string `json:"type"`
			Parameters []struct {
				Name string `json:"parameter_name"`
				Text string `json:"text"`
			} `json:"parameters"`
		} `json:"components"`
	} `json:"template"`
	Echo string `json:"biz_opaque_callback_data"`
}

func fault(status, code int, words, details string) *wire.Answer {
	body := map[string]any{"message": "(#" + strconv.Itoa(code) + ") " + words, "type": "OAuthException", "code": code, "fbtrace_id": "A" + wire.RandomWord()}
	if details != "" {
		body["error_data"] = map[string]string{"messaging_product": "whatsapp", "details": details}
	}
	a := wire.JSON(status, map[string]any{"error": body})
	return &a
}

func (v desk) Refuse(status int) wire.Answer {
	code, words := 1, "An unknown error has occurred."
	switch status {
	case http.StatusBadRequest:
		code, words = 100, "Invalid parameter"
	case http.StatusUnauthorized:
		code, words = 190, "Invalid OAuth access token"
	case http.StatusForbidden:
		code, words = 10, "Application does not have permission for this action"
	case http.StatusTooManyRequests:
		code, words = 130429, "Rate limit hit"
	case http.StatusServiceUnavailable:
		code, words = 131016, "Service unavailable"
	case http.StatusInternalServerError:
		code, words = 131000, "Something went wrong"
	}
	return *fault(status, code, words, "")
}

func (v desk) Spoil(kind wire.FaultKind, _ *wire.Call) (string, *wire.Answer) {
	if kind == wire.Undelivered {
		return "131026", nil
	}
	return "", undeliverable()
}

func undeliverable() *wire.Answer {
	return fault(http.StatusBadRequest, 131026, "Message undeliverable", "Message Undeliverable.")
}

// magic are numbers that are refused, and those whose message fails later.
var (
	magic = map[string]*wire.Answer{
		"15005540001": undeliverable(),
		"15005540002": fault(http.StatusBadRequest, 131047, "Re-engagement message", "More than 24 hours have passed since the recipient last replied."),
		"15005540003": fault(http.StatusBadRequest, 131050, "User stopped marketing messages", "The recipient chose to stop receiving marketing messages."),
		"15005540004": fault(http.StatusBadRequest, 131056, "Pair rate limit hit", "Too many messages to the same recipient."),
	}
	fates = map[string]string{"15005540005": "131026", "15005540006": "131050", "15005540007": "unread"}
)

func (v desk) Read(r *http.Request, body []byte) wire.Call {
	var m message
	broken := json.Unmarshal(body, &m) != nil
	c := wire.Call{MessageID: m.Echo}
	number, rest := split(r.URL.Path)
	if rest != "messages" {
		return c.Refused(*fault(http.StatusNotFound, 2500, "Unknown path components: /"+rest, ""))
	}
	if refused := v.checkDoor(r, number); refused != nil {
		return c.Refused(*refused)
	}
	if broken || !wire.IsJSON(r) {
		return c.Refused(v.Refuse(http.StatusBadRequest))
	}
	to := strings.TrimPrefix(m.To, "+")
	if refused := m.check(to); refused != nil {
		return c.Refused(*refused)
	}
	return v.take(c, to, m)
}

// check answers the first thing WhatsApp would not take, or nil.
func (m message) check(to string) *wire.Answer {
	bad := func(details string) *wire.Answer {
		return fault(http.StatusBadRequest, 131008, "Required parameter is missing", details)
	}
	if refused := magic[to]; refused != nil {
		return refused
	}
	switch {
	case m.Product != "whatsapp":
		return bad("messaging_product must be whatsapp")
	case len(to) < 7 || len(to) > 15 || strings.Trim(to, "0123456789") != "":
		return fault(http.StatusBadRequest, 131009, "Parameter value is not valid", "to is not a phone number")
	case m.Type == "template" && m.Template.Name == "":
		return bad("template.name is required")
	case m.Type == "template" && m.Template.Language.Code == "":
		return bad("template.language.code is required")
	case m.Type == "template":
		return nil
	case m.Type != "text" && m.Type != "":
		return fault(http.StatusBadRequest, 131051, "Unsupported message type", m.Type)
	case m.Text.Body == "":
		return bad("text.body is required")
	case wire.UTF16Length(m.Text.Body) > 4096:
		return fault(http.StatusBadRequest, 100, "Invalid parameter", "text.body must be at most 4096 characters")
	}
	return nil
}

func (v desk) take(c wire.Call, to string, m message) wire.Call {
	id := "wamid." + wire.RandomWord()
	c.Accepted = wire.JSON(http.StatusOK, map[string]any{
		"messaging_product": "whatsapp", "contacts": []map[string]string{{"input": m.To, "wa_id": to}},
		"messages": []map[string]string{{"id": id, "message_status": "accepted"}},
	})
	shown := wire.Message{Provider: Name, Channel: notify.WhatsApp, To: "+" + to, Text: m.Text.Body, MessageID: c.MessageID}
	if m.Type == "template" {
		shown.Text, shown.Title = m.parameters(), m.Template.Name
		shown.Headers = map[string]string{"language": m.Template.Language.Code}
	}
	fate := fates[to]
	c.Parcels = []wire.Parcel{{
		Message: shown, Fate: fate, Lost: fate != "" && fate != "unread",
		Origin: &wire.Origin{Provider: Name, To: to, VendorID: id, MessageID: c.MessageID},
	}}
	return c
}

// parameters are what a template was filled with: the box does not know its text.
func (m message) parameters() string {
	var lines []string
	for _, component := range m.Template.Components {
		for i, p := range component.Parameters {
			name := p.Name
			if name == "" {
				name = component.Type + " " + strconv.Itoa(i+1)
			}
			lines = append(lines, name+": "+p.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// stages is what WhatsApp reports; a fate is an error code.
func stages(fate string) []wire.Stage {
	switch fate {
	case "":
		return []wire.Stage{{Kind: "sent"}, {Kind: "delivered"}, {Kind: "read"}}
	case "unread":
		return []wire.Stage{{Kind: "sent"}, {Kind: "delivered"}}
	}
	return []wire.Stage{{Kind: "failed", Code: fate}}
}

var titles = map[string]string{"131026": "Message undeliverable", "131050": "User stopped marketing messages"}
