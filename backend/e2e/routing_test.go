package e2e_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// account is an integration as the API takes it.
type account map[string]any

// save adds an integration or changes one; the answer is what it became.
func (c *caller) save(id string, a account) account {
	c.Helper()
	if id == "" {
		return read[account](c, c.must(http.StatusCreated, ask{method: http.MethodPost, path: "/v1/integrations", body: a}))
	}
	return read[account](c, c.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/integrations/" + id, body: a}))
}

func (c *caller) integration(id string) account {
	c.Helper()
	return get[account](c, "/v1/integrations/"+id)
}

// without takes the accounts of a channel away, all but one; "" keeps none.
func (c *caller) without(channel, but string) {
	c.Helper()
	for _, a := range get[[]account](c, "/v1/integrations") {
		if id, _ := a["id"].(string); a["channel"] == channel && id != but {
			c.must(http.StatusOK, ask{method: http.MethodDelete, path: "/v1/integrations/" + id})
		}
	}
}

// pulse is how an account fares, as the page tells it.
type pulse struct {
	Integration string
	Form        float64
	Breakers    []any
}

func (c *caller) pulse(integration string) pulse {
	c.Helper()
	for _, p := range get[struct{ Pulses []pulse }](c, "/v1/integrations/health").Pulses {
		if p.Integration == integration {
			return p
		}
	}
	c.Fatalf("nobody tells how %s fares", integration)
	return pulse{}
}

func mailAccount(key string) account {
	return account{
		"provider": "sendgrid", "name": "Mail", "weight": 1, "sandbox": true,
		"settings": map[string]string{"api_key": key, "from": "hello@example.com"},
	}
}

func textAccount(name string) account {
	return account{
		"provider": "twilio", "name": name, "weight": 1, "sandbox": true,
		"settings": map[string]string{
			"account_sid": "AC00000000000000000000000000000000", "auth_token": "00000000000000000000000000000000", "from": "+15005550006",
		},
	}
}

func TestARefusedCredentialPausesTheAccountAndHoldsItsMessages(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		house.without("email", "")
		id := house.save("", mailAccount("SG.wrong"))["id"].(string)

		first, _ := house.notify(text("email", "Held until the key is right"))
		await(t, time.Minute, "the account is paused", func() bool { return house.integration(id)["paused_reason"] != nil })
		require.Contains(t, house.integration(id)["paused_reason"], "refuses the account")
		second, _ := house.notify(text("email", "Accepted while it is paused"))
		for _, event := range []string{first, second} {
			house.settled(event, 1, time.Minute, func(m message) bool { return m.Status == "queued" })
		}
		require.Len(t, house.calls(), 1, "a paused account is not called")

		house.save(id, mailAccount("SG.sandbox"))
		require.Nil(t, house.integration(id)["paused_reason"], "settings that are given anew end the pause")
		for _, event := range []string{first, second} {
			house.settled(event, 1, 90*time.Second, arrived)
		}
		house.balanced()
	})
}

func TestATextWithoutAReceiptGoesOutByTheNextAccount(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		house.without("sms", "int_sandbox_twilio")
		house.fault(map[string]any{"provider": "twilio", "fault": "none", "callback": map[string]any{"drop": true}})
		impatient := textAccount("First")
		impatient["receipt_within_seconds"] = 1
		house.save("int_sandbox_twilio", impatient)
		spare := textAccount("Second")
		spare["order"] = 1
		next := house.save("", spare)["id"].(string)

		event, _ := house.notify(text("sms", "Nobody says whether it arrived"))
		var m message
		await(t, time.Minute, "a second attempt", func() bool {
			m = house.message(house.settled(event, 1, time.Minute, func(message) bool { return true })[0].ID)
			return len(m.Attempts) == 2 && m.Status == "sent"
		})
		require.Equal(t, []string{"int_sandbox_twilio", next}, []string{m.Attempts[0].Integration, m.Attempts[1].Integration})
		require.Contains(t, m.kinds(), "failover")
		for _, e := range m.Timeline {
			if e.Kind == "failover" {
				require.Equal(t, "no_receipt", e.Detail["code"], "what is sent twice says why")
			}
		}
		require.Len(t, house.calls(), 2)
		house.balanced()
	})
}

func TestACountryNoAccountReachesIsSkippedWithItsReason(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		house.without("sms", "int_sandbox_twilio")
		american := textAccount("America")
		american["countries"] = []string{"+1"}
		house.save("int_sandbox_twilio", american)
		event, _ := house.notify(text("sms", "To London"))
		m := house.settled(event, 1, time.Minute, func(m message) bool { return m.Status == "skipped" })[0]
		require.Equal(t, "no_integration", m.SkipReason)
		require.Empty(t, house.calls())
		house.balanced()
	})
}

// TestWhileOneSMSVendorHangsTextsFlowByTheNext takes a little longer than a
// vendor may be silent.
func TestWhileOneSMSVendorHangsTextsFlowByTheNext(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		house.fault(map[string]any{"provider": "twilio", "fault": "hang"})
		const crowd = 48
		var stuck []string
		for i := range crowd {
			id, _ := house.notify(text("sms", fmt.Sprintf("Stuck %d", i)))
			stuck = append(stuck, id)
		}
		mail, _ := house.notify(text("email", "Other channels go on"))
		other := house.message(house.settled(mail, 1, time.Minute, arrived)[0].ID)
		for i, id := range stuck {
			m := house.settled(id, 1, time.Minute, func(m message) bool { return m.Status == "unknown" || arrived(m) })[0]
			if i == 0 {
				hung := house.message(m.ID).Attempts[0]
				require.True(t, other.Attempts[0].StartedAt.Before(*hung.EndedAt), "an email does not wait until the vendor of texts is given up")
			}
		}
		// The breaker is open now, or opens again after its few tries: who comes
		// next goes another way.
		flowing := 0
		for i := range 12 {
			id, _ := house.notify(text("sms", fmt.Sprintf("Flows %d", i)))
			m := house.settled(id, 1, time.Minute, func(m message) bool { return m.Status == "unknown" || arrived(m) })[0]
			if arrived(m) {
				require.Equal(t, "int_sandbox_sns", m.Integration)
				flowing++
			}
		}
		require.GreaterOrEqual(t, flowing, 6, "all but the few by which the breaker asks whether the vendor is back")
		var low pulse
		await(t, time.Minute, "a beat that tells that what it failed took weight from it", func() bool {
			low = house.pulse("int_sandbox_twilio")
			return low.Form < 1
		})
		house.balanced()

		house.fault(map[string]any{"provider": "twilio", "fault": "none"})
		await(t, 60*time.Second, "texts go by the first account again", func() bool {
			id, _ := house.notify(text("sms", "Is it back?"))
			m := house.settled(id, 1, time.Minute, func(m message) bool { return m.Status == "unknown" || arrived(m) })[0]
			return arrived(m) && m.Integration == "int_sandbox_twilio"
		})
		await(t, 90*time.Second, "its weight drifts back", func() bool {
			id, _ := house.notify(text("sms", "Each call that goes well helps"))
			house.settled(id, 1, time.Minute, arrived)
			now := house.pulse("int_sandbox_twilio")
			return now.Form >= min(low.Form+0.2, 1) && len(now.Breakers) == 0
		})
		house.balanced()
	})
}
