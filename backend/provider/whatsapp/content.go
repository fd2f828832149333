package whatsapp

import (
	"maps"
	"slices"
	"strconv"

	"clarion/backend/notify"
)

// message is the body of a call. Which of Text and Template is set says Type.
type message struct {
	Product   string    `json:"messaging_product"`
	Recipient string    `json:"recipient_type"`
	To        string    `json:"to"`
	Type      string    `json:"type"`
	Text      *text     `json:"text,omitempty"`
	Template  *template `json:"template,omitempty"`
	// Echo comes back in every callback about this message.
	Echo string `json:"biz_opaque_callback_data"`
}

type text struct {
	Body    string `json:"body"`
	Preview bool   `json:"preview_url"`
}

type template struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []component `json:"components,omitempty"`
}

type component struct {
	Type       string      `json:"type"`
	SubType    string      `json:"sub_type,omitempty"`
	Index      string      `json:"index,omitempty"`
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Type string `json:"type"`
	Name string `json:"parameter_name,omitempty"`
	Text string `json:"text"`
}

// What the keys of a message's data mean here; all others are parameters of the
// template's body, in order when they are numbers, by name when they are not.
const (
	keyTemplate = "template"
	keyLanguage = "language"
	keyHeader   = "header"
	keyButton   = "button"
	// keyContentSID is for other accounts of the channel.
	keyContentSID = "content_sid"

	defaultLanguage = "en_US"
)

func compose(m notify.Outbound) message {
	out := message{Product: "whatsapp", Recipient: "individual", To: m.To, Echo: m.MessageID}
	name := m.Content.Data[keyTemplate]
	if name == "" {
		out.Type, out.Text = "text", &text{Body: m.Content.Text}
		return out
	}
	out.Type, out.Template = "template", &template{Name: name, Components: components(m.Content.Data)}
	out.Template.Language.Code = m.Content.Data[keyLanguage]
	if out.Template.Language.Code == "" {
		out.Template.Language.Code = defaultLanguage
	}
	return out
}

func components(data map[string]string) []component {
	var list []component
	if header := data[keyHeader]; header != "" {
		list = append(list, component{Type: "header", Parameters: []parameter{{Type: "text", Text: header}}})
	}
	if body := parameters(data); len(body) > 0 {
		list = append(list, component{Type: "body", Parameters: body})
	}
	if button := data[keyButton]; button != "" {
		list = append(list, component{Type: "button", SubType: "url", Index: "0", Parameters: []parameter{{Type: "text", Text: button}}})
	}
	return list
}

func parameters(data map[string]string) []parameter {
	var list []parameter
	for n := 1; ; n++ {
		value, ok := data[strconv.Itoa(n)]
		if !ok {
			break
		}
		list = append(list, parameter{Type: "text", Text: value})
	}
	if len(list) > 0 {
		return list
	}
	for _, key := range slices.Sorted(maps.Keys(data)) {
		switch key {
		case keyTemplate, keyLanguage, keyHeader, keyButton, keyContentSID:
		default:
			list = append(list, parameter{Type: "text", Name: key, Text: data[key]})
		}
	}
	return list
}
