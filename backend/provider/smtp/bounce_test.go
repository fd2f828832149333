package smtp_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/smtp"
)

const bounceKey = "a-long-and-random-word"

// hears is a sender whose bounces come back, and the way back of one email.
func hears(t *testing.T, key string) (notify.Receiver, string, string) {
	t.Helper()
	s := newServer(t, nil)
	made, err := smtp.Manifest().New(s.settings(provider.Values{"bounce_key": key, "bounce_address": "bounces@Mail.example.com"}), provider.Deps{
		HTTP: provider.NewHTTPClient(provider.ClientOptions{}), CallbackURL: providertest.CallbackURL,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.(io.Closer).Close()) })
	m := message()
	m.MessageID = notify.NewID(notify.MessageID)
	for range 2 {
		require.Equal(t, notify.OK, made.Send(t.Context(), m).Outcome)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Equal(t, s.ways[0], s.ways[1], "the same at every try")
	local, domain, _ := strings.Cut(s.ways[0], "@")
	require.LessOrEqual(t, len(local), 64)
	require.Equal(t, "Mail.example.com", domain)
	return made.(notify.Receiver), m.MessageID, s.ways[0]
}

// comesBack is a report as Postfix writes it.
func comesBack(headers, action, status, said string) string {
	return strings.ReplaceAll(headers+`From: MAILER-DAEMON@mail.example.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

I'm sorry to have to inform you.
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.test
Arrival-Date: Sat, 21 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; forwarded@elsewhere.example
Original-Recipient: rfc822;ada@example.org
Action: `+action+`
Status: `+status+`
Diagnostic-Code: `+said+`

--b1
Content-Type: message/rfc822

To: somebody@example.com
Subject: Shipped

Hello
--b1--
`, "\n", "\r\n")
}

func post(kind, query, body string) notify.CallbackRequest {
	return notify.CallbackRequest{
		Method: http.MethodPost, Query: query, Header: http.Header{"Content-Type": {kind}}, Body: []byte(body), Now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC),
	}
}

func TestABounceSettlesItsMessageAndSuppressesOnlyWhatCanNeverWork(t *testing.T) {
	t.Parallel()
	receiver, id, way := hears(t, bounceKey)
	for name, c := range map[string]struct {
		action, status, said string
		want                 notify.Status
		suppress             notify.SuppressionReason
	}{
		"no such mailbox":            {"failed", "5.1.1", "smtp; 550 5.1.1 User unknown", notify.Failed, notify.Bounce},
		"no such domain":             {"failed", "5.1.2 (bad host)", "X-Postfix; Host not found", notify.Failed, notify.Bounce},
		"disabled":                   {"Failed", "5.2.1", "smtp; 550 disabled", notify.Failed, notify.Bounce},
		"full":                       {"failed", "5.2.2", "smtp; 552 mailbox full", notify.Failed, ""},
		"given up":                   {"failed", "4.4.7", "smtp; 421 busy", notify.Failed, ""},
		"policy":                     {"failed", "5.7.1", "smtp; 550 blocked", notify.Failed, ""},
		"no status, known words":     {"failed", "5.0.0", "smtp; 550 No such user here", notify.Failed, notify.Bounce},
		"no status, nothing certain": {"failed", "5.0.0", "smtp; 554 rejected", notify.Failed, ""},
		"delayed":                    {"delayed", "4.4.1", "smtp; connection timed out", "", ""},
		"arrived":                    {"delivered", "2.0.0", "smtp; 250 ok", notify.Delivered, ""},
		"passed on":                  {"relayed", "2.0.0", "smtp; 250 ok", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := comesBack("Return-Path: <>\nX-Original-To: x@example.com\nDelivered-To: "+way+"\n", c.action, c.status, c.said)
			receipts, answer, err := receiver.Receive(t.Context(), post("message/rfc822", "", raw))
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, answer.Status)
			require.Len(t, receipts, 1)
			r := receipts[0]
			require.Equal(t, []any{id, c.want, c.suppress, ""}, []any{r.MessageID, r.Status, r.Suppress, r.Address}, "it is the message's own address that is suppressed, wherever it was forwarded to")
			require.NotEmpty(t, r.DedupKey)
			require.NotContains(t, r.Detail, ";")
		})
	}
}

func TestAReportIsTakenInEachFormAMailServerCanPassIt(t *testing.T) {
	t.Parallel()
	receiver, id, way := hears(t, "a-newer-and-random-word "+bounceKey)
	raw := comesBack("Delivered-To: "+way+"\n", "failed", "5.1.1", "smtp; 550")
	_, inner, _ := strings.Cut(raw, "\r\n\r\n")
	plain := comesBack("", "failed", "5.1.1", "smtp; 550")
	to := "to=" + url.QueryEscape(way)
	for name, r := range map[string]notify.CallbackRequest{
		"a whole mail":                    post("message/rfc822", "", raw),
		"a form's type, as curl says":     post("application/x-www-form-urlencoded", "", raw),
		"as a mailbox keeps it":           post("message/rfc822", "", "From MAILER-DAEMON Sat Nov 21 10:00:00 2026\r\n"+raw),
		"with lines of Unix":              post("message/rfc822", "", strings.ReplaceAll(raw, "\r\n", "\n")),
		"its recipient in the query":      post("message/rfc822", to, plain),
		"in another case":                 post("message/rfc822", "to="+url.QueryEscape(strings.ToUpper(way)), plain),
		"the report alone":                post(`multipart/report; report-type=delivery-status; boundary="b1"`, to, inner),
		"the way back among others in To": post("message/rfc822", "", "To: x@example.com, <"+way+">\r\n"+plain),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			receipts, _, err := receiver.Receive(t.Context(), r)
			require.NoError(t, err)
			require.Len(t, receipts, 1)
			require.Equal(t, []any{id, notify.Failed}, []any{receipts[0].MessageID, receipts[0].Status})
		})
	}
}

func TestMailThatIsNoReportChangesNothing(t *testing.T) {
	t.Parallel()
	receiver, _, way := hears(t, bounceKey)
	for name, raw := range map[string]string{
		"an automatic answer":     "Delivered-To: " + way + "\r\nAuto-Submitted: auto-replied\r\nContent-Type: text/plain\r\n\r\nI am away.",
		"no content type":         "Delivered-To: " + way + "\r\n\r\nUser unknown",
		"a report without an end": "Delivered-To: " + way + "\r\nContent-Type: multipart/report; boundary=x\r\n\r\n--x\r\n",
		"a report of nobody":      "Delivered-To: " + way + "\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n",
	} {
		receipts, answer, err := receiver.Receive(t.Context(), post("message/rfc822", "", raw))
		require.NoError(t, err, name)
		require.Empty(t, receipts, name)
		require.Equal(t, http.StatusOK, answer.Status, name)
	}
}

func TestOnlyMailToAWayBackOfOursIsBelieved(t *testing.T) {
	t.Parallel()
	receiver, _, way := hears(t, bounceKey)
	stranger, _, theirs := hears(t, "another-long-and-random-word")
	refused := func(r notify.Receiver, to, why string) {
		t.Helper()
		_, _, err := r.Receive(t.Context(), post("message/rfc822", "to="+url.QueryEscape(to), comesBack("", "failed", "5.1.1", "x")))
		require.ErrorIs(t, err, notify.ErrUnauthenticated, why)
	}
	refused(receiver, theirs, "another account's")
	refused(stranger, way, "another account's")
	refused(receiver, "bounces@mail.example.com", "the plain address")
	refused(receiver, "", "none")
	refused(receiver, strings.Replace(way, "bounces", "bounce", 1), "another address")
	refused(receiver, strings.Replace(way, "Mail.", "evil.", 1), "another domain")
	local, domain, _ := strings.Cut(way, "@")
	// Every one-bit change that is not only one of case.
	for i := range len(local) * 8 {
		flipped := []byte(local)
		flipped[i/8] ^= 1 << (i % 8)
		if !strings.EqualFold(string(flipped), local) {
			refused(receiver, string(flipped)+"@"+domain, string(flipped))
		}
	}
	_, _, err := receiver.Receive(t.Context(), notify.CallbackRequest{Method: http.MethodGet, Query: "to=" + url.QueryEscape(way)})
	require.ErrorIs(t, err, notify.ErrUnauthenticated, "nobody is tracked here")
}

func TestSettingsOfBouncesThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	for path, v := range map[string]provider.Values{
		"settings.bounce_key":     {"bounce_key": "short", "bounce_address": "b@example.com"},
		"settings.bounce_address": {"bounce_key": bounceKey, "bounce_address": strings.Repeat("b", 21) + "@example.com"},
	} {
		_, err := smtp.Manifest().New(s.settings(v), provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{})})
		require.ErrorContains(t, err, path)
	}
	_, err := smtp.Manifest().New(s.settings(provider.Values{"bounce_key": bounceKey}), provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{})})
	require.ErrorContains(t, err, "settings.bounce_address")
}
