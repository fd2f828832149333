package wechat

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// The keys of a content's data that are not words of the template.
const (
	templateKey = "template_id"
	programKey  = "miniprogram_appid"
	pageKey     = "miniprogram_path"
	// colorMark ends the key that holds the colour of another.
	colorMark = ".color"
)

type post struct {
	To       string          `json:"touser"`
	Template string          `json:"template_id"`
	URL      string          `json:"url,omitempty"`
	Program  *program        `json:"miniprogram,omitempty"`
	OurID    string          `json:"client_msg_id"`
	Data     map[string]word `json:"data"`
}

type program struct {
	AppID string `json:"appid"`
	Path  string `json:"pagepath,omitempty"`
}

type word struct {
	Value string `json:"value"`
	Color string `json:"color,omitempty"`
}

// Send hands one template message for one follower to WeChat.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	message := compose(m)
	if message.Template == "" {
		return notify.Result{Outcome: notify.ContentRejected, Code: "template_id_missing",
			Detail: "The content names no template of WeChat: data.template_id is empty."}
	}
	body := provider.RawJSON(message)
	return s.pass.Use(ctx, func(token string) notify.Result {
		return s.line.Ask(ctx, provider.Request{
			Method: http.MethodPost, URL: s.at("/cgi-bin/message/template/send", token), Body: body, Hide: []string{token},
		}, s.judge)
	})
}

func compose(m notify.Outbound) post {
	p := post{To: m.To, URL: m.Content.URL, OurID: m.MessageID, Data: map[string]word{}}
	colors := map[string]string{}
	for key, value := range m.Content.Data {
		name, isColor := strings.CutSuffix(key, colorMark)
		switch {
		case key == templateKey:
			p.Template = value
		case key == programKey && value != "":
			p.Program = &program{AppID: value, Path: m.Content.Data[pageKey]}
		case key == programKey, key == pageKey:
		case isColor:
			colors[name] = value
		default:
			p.Data[key] = word{Value: value}
		}
	}
	for name, color := range colors {
		if w, ok := p.Data[name]; ok {
			w.Color = color
			p.Data[name] = w
		}
	}
	return p
}

// Probe asks for WeChat's own addresses, which needs a token and writes to
// nobody.
func (s *sender) Probe(ctx context.Context) notify.Result {
	return s.pass.Use(ctx, func(token string) notify.Result {
		return s.line.Ask(ctx, provider.Request{
			Method: http.MethodGet, URL: s.at("/cgi-bin/get_api_domain_ip", token), Hide: []string{token},
		}, func(a provider.Answer) notify.Result {
			var known struct {
				List []string `json:"ip_list"`
			}
			if a.Status == http.StatusOK && a.JSON(&known) && len(known.List) > 0 {
				return notify.Result{Outcome: notify.OK, Detail: "WeChat knows the account and its secret."}
			}
			return s.refusal(a)
		})
	})
}

// judge reads the answer to a message.
func (s *sender) judge(a provider.Answer) notify.Result {
	var taken struct {
		ID int64 `json:"msgid"`
	}
	if a.Yes(&taken) && taken.ID != 0 {
		return notify.Result{Outcome: notify.OK, ProviderMessageID: strconv.FormatInt(taken.ID, 10)}
	}
	return s.refusal(a)
}
