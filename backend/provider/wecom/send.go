package wecom

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// What WeCom shows; it cuts the rest off without a word.
const (
	textLimit  = 2048
	titleLimit = 128
	cardLimit  = 512
)

type post struct {
	To        string `json:"touser"`
	Kind      string `json:"msgtype"`
	Agent     int    `json:"agentid"`
	Text      *text  `json:"text,omitempty"`
	Card      *card  `json:"textcard,omitempty"`
	Check     int    `json:"enable_duplicate_check"`
	Repeating int    `json:"duplicate_check_interval,omitempty"`
}

type text struct {
	Content string `json:"content"`
}

type card struct {
	Title string `json:"title"`
	Text  string `json:"description"`
	URL   string `json:"url"`
	Label string `json:"btntxt,omitempty"`
}

// Send hands one message for one member to WeCom.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	message, no := s.compose(m)
	if no != nil {
		return *no
	}
	body := provider.RawJSON(message)
	return s.pass.Use(ctx, func(token string) notify.Result {
		return s.line.Ask(ctx, provider.Request{
			Method: http.MethodPost, URL: s.at("/cgi-bin/message/send?", token), Body: body, Hide: []string{token},
			Header: http.Header{provider.MessageHeader: {m.MessageID}},
		}, func(a provider.Answer) notify.Result { return judge(a, m.To) })
	})
}

// compose makes a card of what has a URL, and plain text of everything else.
func (s *sender) compose(m notify.Outbound) (post, *notify.Result) {
	p := post{To: m.To, Agent: s.agent}
	if m.To == "" || strings.Contains(m.To, "|") || strings.EqualFold(m.To, "@all") {
		return p, &notify.Result{Outcome: notify.InvalidRecipient, Code: "not_one_member",
			Detail: "The address must be the user id of one member."}
	}
	if s.repeating > 0 {
		p.Check, p.Repeating = 1, s.repeating
	}
	c := m.Content
	if c.URL == "" {
		p.Kind, p.Text = "text", &text{provider.Together(c.Title, c.Text)}
		return p, provider.TooLong("text", p.Text.Content, textLimit)
	}
	p.Kind = "textcard"
	p.Card = &card{Title: provider.Headline(c.Title, c.Text), Text: c.Text, URL: c.URL, Label: s.label}
	no := provider.TooLong("title", p.Card.Title, titleLimit)
	if no == nil {
		no = provider.TooLong("text of a card", p.Card.Text, cardLimit)
	}
	return p, no
}

// Probe asks for the app itself, which proves company, secret and number.
func (s *sender) Probe(ctx context.Context) notify.Result {
	return s.pass.Use(ctx, func(token string) notify.Result {
		return s.line.Ask(ctx, provider.Request{
			Method: http.MethodGet, URL: s.at("/cgi-bin/agent/get?agentid="+strconv.Itoa(s.agent)+"&", token), Hide: []string{token},
		}, func(a provider.Answer) notify.Result {
			var app struct {
				Agent int    `json:"agentid"`
				Name  string `json:"name"`
			}
			if a.Yes(&app) && app.Agent == s.agent {
				return notify.Result{Outcome: notify.OK, Detail: "WeCom knows the app " + app.Name + "."}
			}
			return a.ByErrcode(classes)
		})
	})
}

// judge reads the answer to a message. A yes that names the member among those
// it could not reach is none.
func judge(a provider.Answer, to string) notify.Result {
	var taken struct {
		ID         string `json:"msgid"`
		Invalid    string `json:"invaliduser"`
		Unlicensed string `json:"unlicenseduser"`
	}
	if !a.Yes(&taken) {
		return a.ByErrcode(classes)
	}
	among := func(list string) bool {
		return slices.ContainsFunc(strings.Split(list, "|"), func(user string) bool { return strings.EqualFold(user, to) })
	}
	switch {
	case among(taken.Invalid):
		return notify.Result{Outcome: notify.InvalidRecipient, Code: "invaliduser", Detail: "WeCom knows no such member, or the app is not visible to them."}
	case among(taken.Unlicensed):
		return notify.Result{Outcome: notify.RecipientBlocked, Code: "unlicenseduser", Detail: "The member has no licence for messages of apps."}
	case taken.ID == "":
		return a.ByStatus()
	}
	return notify.Result{Outcome: notify.OK, ProviderMessageID: taken.ID}
}

var classes = provider.Classes(map[notify.Outcome][]int{
	notify.InvalidRecipient: {81013, 60111, 40003, 40031},
	notify.ContentRejected:  {40008, 40035, 44004, 45002, 40058},
	notify.AuthConfig:       {40001, 40013, 40056, 60011, 60020, 301002, 40014, 42001, 41001},
	notify.RateLimited:      {45009, 45033},
	notify.Temporary:        {-1},
})

func tokenRefused(r notify.Result) bool {
	return r.Outcome == notify.AuthConfig && (r.Code == "40014" || r.Code == "42001" || r.Code == "41001")
}

func readToken(a provider.Answer) (provider.Grant, notify.Result) {
	var given struct {
		Token   string `json:"access_token"`
		Seconds int    `json:"expires_in"`
	}
	if a.Yes(&given) && given.Token != "" && given.Seconds > 0 {
		return provider.Grant{Token: given.Token, Seconds: given.Seconds}, notify.Result{Outcome: notify.OK}
	}
	return provider.Grant{}, a.ByErrcode(classes)
}
