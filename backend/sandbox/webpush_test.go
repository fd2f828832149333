package sandbox_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/sandbox"
)

// The body of RFC 8291's example, which is for the box's browser.
const melon = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"

// The proof of RFC 8292's example: it was good for one moment and one origin.
const (
	rfcToken = "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA"
	rfcKey   = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
)

func TestAPushServiceChecksTheProofAndTheBrowserDecrypts(t *testing.T) {
	t.Parallel()
	raw, err := base64.RawURLEncoding.DecodeString(melon)
	require.NoError(t, err)
	valid := time.Unix(1453523768, 0).Add(-time.Hour)
	service := func(t *testing.T, now time.Time) *box {
		return open(t, sandbox.Config{Clock: func() time.Time { return now }, Credentials: map[string]map[string]string{"webpush": {"vapid_public_key": rfcKey}}})
	}
	good := func(change ...string) map[string]string {
		h := map[string]string{"Authorization": "vapid t=" + rfcToken + ", k=" + rfcKey, "TTL": "60", "Content-Encoding": "aes128gcm", "Urgency": "high", "Topic": "0198c0ffee"}
		if len(change) == 2 {
			h[change[0]] = change[1]
		}
		return h
	}
	const path = "/webpush/https/push.example.net/send/ada"
	b := service(t, valid)
	got := b.post(path, good(), string(raw))
	require.Equal(t, 201, got.status, got.body)
	require.Contains(t, got.header.Get("Location"), "https://push.example.net/m/")
	m := b.messages()[0]
	require.Equal(t, []any{notify.Push, "https://push.example.net/send/ada", "When I grow up, I want to be a watermelon", "msg_0198c0ffee"}, []any{m.Channel, m.To, m.Text, m.MessageID})

	for name, c := range map[string]struct {
		path   string
		header map[string]string
		body   string
		now    time.Time
		status int
	}{
		"a proof that is over":      {path, good(), string(raw), valid.Add(2 * time.Hour), 403},
		"a proof for another place": {"/webpush/https/push.example.org/send/ada", good(), string(raw), valid, 403},
		"another key":               {path, good("Authorization", "vapid t="+rfcToken+", k="+rfcKey[:86]+"A"), string(raw), valid, 403},
		"a changed proof":           {path, good("Authorization", "vapid t="+rfcToken[:len(rfcToken)-4]+"AAAA, k="+rfcKey), string(raw), valid, 403},
		"no proof":                  {path, good("Authorization", ""), string(raw), valid, 403},
		"no TTL":                    {path, good("TTL", ""), string(raw), valid, 400},
		"no encoding":               {path, good("Content-Encoding", "aesgcm"), string(raw), valid, 400},
		"for another browser":       {path, good(), string(raw[:len(raw)-1]) + "x", valid, 400},
		"too long":                  {path, good(), string(make([]byte, 4097)), valid, 413},
		"a browser that is gone":    {path + "/gone", good(), string(raw), valid, 410},
		"an unknown browser":        {path + "/unknown", good(), string(raw), valid, 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := service(t, c.now)
			require.Equal(t, c.status, b.post(c.path, c.header, c.body).status)
			require.Empty(t, b.messages())
		})
	}
}
