package whatsapp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// healthWait is how long Meta wants no further try after it kept a message back
// for the sake of the person.
const healthWait = 24 * time.Hour

type sender struct {
	line        *provider.Line
	base        string
	token       string
	appSecret   string
	verifyToken string
}

// Send hands one message to WhatsApp.
func (s *sender) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(compose(m)); err != nil {
		return notify.Result{Outcome: notify.ContentRejected, Code: provider.CodeRefused, Detail: "The message cannot be written: " + err.Error()}
	}
	call := s.line.Start(ctx)
	defer call.End()
	err := s.ask(call.Context(), http.MethodPost, "/messages", &body)
	return s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		var yes struct {
			Messages []struct {
				ID string `json:"id"`
			} `json:"messages"`
		}
		if a.Status == http.StatusOK && a.JSON(&yes) && len(yes.Messages) == 1 && yes.Messages[0].ID != "" {
			return notify.Result{Outcome: notify.OK, ProviderMessageID: yes.Messages[0].ID}
		}
		return judge(a)
	})
}

// Probe asks Meta about the number: free, and with the same credential.
func (s *sender) Probe(ctx context.Context) notify.Result {
	if ctx.Err() != nil {
		return provider.Cancelled()
	}
	call := s.line.Start(ctx)
	defer call.End()
	err := s.ask(call.Context(), http.MethodGet, "?fields=display_phone_number,verified_name", nil)
	return s.line.Settle(call, err, func(a provider.Answer) notify.Result {
		var known struct {
			ID     string `json:"id"`
			Number string `json:"display_phone_number"`
			Name   string `json:"verified_name"`
		}
		if a.Status != http.StatusOK || !a.JSON(&known) || known.ID == "" {
			return asked(judge(a))
		}
		return notify.Result{Outcome: notify.OK, Detail: "WhatsApp knows the number " + known.Number + " of " + known.Name + "."}
	})
}

// asked is what the answer to a probe tells: a token with the permission to send
// needs another one to read about the number.
func asked(r notify.Result) notify.Result {
	if r.Code == "10" || r.Code == "200" {
		return provider.MayNotAsk()
	}
	return r
}

func (s *sender) ask(ctx context.Context, method, path string, body io.Reader) error {
	request, err := http.NewRequestWithContext(ctx, method, s.base+path, body)
	if err != nil {
		return fmt.Errorf("make the call: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	resp, err := s.line.HTTP().Do(request)
	if err != nil {
		return err
	}
	return resp.Body.Close() // the line has read it to its end
}

// graphError is Meta's error, in answers and in callbacks.
type graphError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Title   string `json:"title"`
	Data    struct {
		Details string `json:"details"`
	} `json:"error_data"`
}

// sentence is the part of an error that says most.
func (e graphError) sentence() string {
	for _, s := range []string{e.Data.Details, e.Message, e.Title} {
		if s != "" {
			return s
		}
	}
	return ""
}

func judge(a provider.Answer) notify.Result {
	var said struct {
		Error *graphError `json:"error"`
	}
	if a.Status < 400 || !a.JSON(&said) || said.Error == nil || (said.Error.Code == 0 && said.Error.Message == "") || a.Gateway() {
		return a.ByStatus()
	}
	r := a.ByStatus()
	r.Code, r.Detail = strconv.Itoa(said.Error.Code), said.Error.sentence()
	switch known := class(said.Error.Code); {
	case known != "":
		r.Outcome = known
	case a.Status == http.StatusTooManyRequests:
	case a.Status >= 500:
		r.Outcome = notify.Ambiguous
	case r.Outcome == notify.Ambiguous:
		// A refusal in Meta's own words that we know no better class for.
		r.Outcome = notify.ContentRejected
	}
	if said.Error.Code == 131049 {
		r.RetryAfter = healthWait
	}
	return r
}
