package e2e_test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // it is what Twilio signs with
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/sandbox/webpush"
)

// blocked is an entry of the suppressions.
type blocked struct {
	Channel, Address, Reason, Detail string
	MessageID                        string    `json:"message_id"`
	ExpiresAt                        time.Time `json:"expires_at"`
}

// lives stores somebody with these addresses on a channel.
func (c *caller) lives(id, channel string, addresses ...string) {
	c.Helper()
	var list []map[string]string
	for _, a := range addresses {
		list = append(list, map[string]string{"channel": channel, "address": a})
	}
	c.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/recipients/" + id, body: map[string]any{"name": id, "timezone": "UTC", "addresses": list}})
}

// tells sends somebody a line and waits until its messages have ended.
func (c *caller) tells(id, channel string, count int) []message {
	c.Helper()
	n := text(channel, "A line for "+id)
	n["to"] = []string{id}
	event, _ := c.notify(n)
	return c.settled(event, count, time.Minute, isEnded)
}

// TestADeviceThatIsGoneIsRetired has a person with a telephone that lost the app
// and a browser that took its permission back.
func TestADeviceThatIsGoneIsRetired(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		gone := []string{"unregistered-1", webpush.Subscription("mia/gone")}
		house.lives("mia", "push", append(gone, "device-mia")...)
		for _, m := range house.tells("mia", "push", 3) {
			if m.Address == "device-mia" {
				require.True(t, arrived(m), "the device that works is reached")
				continue
			}
			require.Equal(t, []string{"failed", "invalid_recipient"}, []string{m.Status, m.Outcome})
		}
		retired := map[string]bool{}
		for _, a := range get[struct {
			Addresses []struct {
				Address string
				Invalid bool
			}
		}](house, "/v1/recipients/mia").Addresses {
			retired[a.Address] = a.Invalid
		}
		require.Equal(t, map[string]bool{gone[0]: true, gone[1]: true, "device-mia": false}, retired)
		called := len(house.calls())
		require.True(t, arrived(house.tells("mia", "push", 1)[0]))
		require.Len(t, house.calls(), called+1, "nobody calls the others again")
		house.balanced()
	})
}

// TestAMailboxThatIsNotThereIsSuppressedUntilSomebodyLiftsIt has a mail server
// refuse the recipient, and somebody who knows better.
func TestAMailboxThatIsNotThereIsSuppressedUntilSomebodyLiftsIt(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		house.without("email", "int_sandbox_smtp")
		house.lives("kim", "email", "unknown@sandbox.test")
		house.lives("kay", "email", "unknown@sandbox.test")
		m := house.tells("kim", "email", 1)[0]
		require.Equal(t, []string{"failed", "invalid_recipient"}, []string{m.Status, m.Outcome})
		entries := list[struct {
			ID string
			blocked
		}](house, "/v1/suppressions")
		require.Len(t, entries, 1)
		require.Equal(t, []string{"email", "unknown@sandbox.test", "bounce", m.ID},
			[]string{entries[0].Channel, entries[0].Address, entries[0].Reason, entries[0].MessageID})
		require.Zero(t, entries[0].ExpiresAt, "it does not end by itself")
		called := len(house.calls())
		m = house.tells("kay", "email", 1)[0]
		require.Equal(t, []string{"skipped", "suppressed"}, []string{m.Status, m.SkipReason}, "a mailbox that is not there is there for nobody")
		require.Len(t, house.calls(), called)

		house.must(http.StatusOK, ask{method: http.MethodDelete, path: "/v1/suppressions/" + entries[0].ID, body: map[string]any{"reason": "The mailbox is back"}})
		m = house.tells("kay", "email", 1)[0]
		require.Equal(t, "failed", m.Status, "it is tried again, and bounces again")
		house.balanced()
	})
}

// TestAnAddressThatBouncesSoftlyRestsForAWhile lets the process look after
// bounces by starting it anew.
func TestAnAddressThatBouncesSoftlyRestsForAWhile(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		lasting := g.lasting(t).with(settings{"CLARION_SOFT_BOUNCES": "2", "CLARION_SOFT_BOUNCE_REST": "48h"})
		clock := clockAt("2026-03-02T09:00:00Z")
		stop := opened(t, lasting, clock)
		house := &caller{TB: t, url: "http://" + lasting["CLARION_LISTEN"], bearer: bootstrap}
		house.without("email", "int_sandbox_mailchimp")
		house.fault(map[string]any{"provider": "mailchimp", "fault": "undelivered"})
		for range 2 {
			event, _ := house.notify(text("email", "This one bounces softly"))
			house.settled(event, 1, time.Minute, func(m message) bool { return m.Status == "failed" })
		}
		require.Empty(t, list[blocked](house, "/v1/suppressions"), "a bounce that may pass blocks nothing")
		stop()
		clock.set("2026-03-02T09:05:00Z")
		stop = opened(t, lasting, clock)
		await(t, time.Minute, "the address to rest", func() bool { return len(list[blocked](house, "/v1/suppressions")) == 1 })
		entry := list[blocked](house, "/v1/suppressions")[0]
		require.Equal(t, []string{"ada@example.com", "soft_bounce", "2 messages bounced softly within 168h0m0s."}, []string{entry.Address, entry.Reason, entry.Detail})
		require.WithinRange(t, entry.ExpiresAt, clock.Now().Add(48*time.Hour-10*time.Minute), clock.Now().Add(48*time.Hour))
		m := house.tells("ada", "email", 1)[0]
		require.Equal(t, []string{"skipped", "suppressed"}, []string{m.Status, m.SkipReason})

		stop()
		clock.set("2026-03-04T10:00:00Z")
		opened(t, lasting, clock) // where the vendors behave again
		await(t, time.Minute, "its rest to end", func() bool { return len(list[blocked](house, "/v1/suppressions")) == 0 })
		require.True(t, arrived(house.tells("ada", "email", 1)[0]), "it is written to again")
		house.balanced()
	})
}

// says brings a text message in as Twilio does, signed.
func (c *caller) says(number, words, sid string) int {
	c.Helper()
	const token = "00000000000000000000000000000000"
	at := c.url + "/callbacks/int_sandbox_twilio"
	form := url.Values{"From": {number}, "Body": {words}, "MessageSid": {sid}, "SmsStatus": {"received"}}
	signed := at
	for _, name := range slices.Sorted(maps.Keys(form)) {
		signed += name + form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(signed))
	r, err := http.NewRequestWithContext(c.Context(), http.MethodPost, at, strings.NewReader(form.Encode()))
	require.NoError(c, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	response, err := client.Do(r)
	require.NoError(c, err)
	require.NoError(c, response.Body.Close())
	return response.StatusCode
}

// TestSTOPEndsTextsAndSTARTBringsThemBack has a person answer what they got.
func TestSTOPEndsTextsAndSTARTBringsThemBack(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		const ada = "+447700900123"
		require.True(t, arrived(house.tells("ada", "sms", 1)[0]))
		require.Equal(t, http.StatusOK, house.says(ada, "HELP", "SM1"))
		require.Empty(t, list[blocked](house, "/v1/suppressions"), "who asks for help has refused nothing")
		require.Equal(t, http.StatusOK, house.says(ada, " stop ", "SM2"))
		entries := list[blocked](house, "/v1/suppressions")
		require.Len(t, entries, 1)
		require.Equal(t, []string{"sms", ada, "unsubscribe"}, []string{entries[0].Channel, entries[0].Address, entries[0].Reason})
		require.Equal(t, "skipped suppressed", end(house.tells("ada", "sms", 1)[0]))
		require.True(t, arrived(house.tells("ada", "email", 1)[0]), "it is the number that is not written to")
		require.Equal(t, http.StatusOK, house.says(ada, "HELP", "SM3"))
		require.Equal(t, "skipped suppressed", end(house.tells("ada", "sms", 1)[0]))
		require.Equal(t, http.StatusOK, house.says(ada, "START", "SM4"))
		require.Equal(t, http.StatusOK, house.says(ada, "STOP", "SM2"), "what was heard before is heard once")
		require.True(t, arrived(house.tells("ada", "sms", 1)[0]))
		var said []string
		for _, one := range list[struct{ Source, Wording, Recipient string }](house, "/v1/consents?recipient=ada") {
			require.Equal(t, "ada", one.Recipient)
			said = append(said, one.Source+" "+one.Wording)
		}
		require.Equal(t, []string{"vendor START", "vendor STOP"}, said, "the consent log has the person's own words")
		house.balanced()
	})
}

func end(m message) string { return m.Status + " " + m.SkipReason }
