package hook

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	slackgo "github.com/slack-go/slack"
	"github.com/stretchr/testify/require"
)

func TestSlacksOwnVerifierAgreesAboutEveryBit(t *testing.T) {
	t.Parallel()
	const body = `{"type":"event_callback","event_id":"Ev1","text":"你好"}`
	now := time.Now()
	stamp := strconv.FormatInt(now.Unix(), 10)
	good := sum([]byte(slackSecret), "v0:", stamp, ":", body)
	agree := func(body string, signature []byte, want bool, what string) {
		t.Helper()
		header := http.Header{}
		header.Set("X-Slack-Request-Timestamp", stamp)
		header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(signature))
		theirs, err := slackgo.NewSecretsVerifier(header, slackSecret)
		require.NoError(t, err)
		_, err = theirs.Write([]byte(body))
		require.NoError(t, err)
		require.Equal(t, want, theirs.Ensure() == nil, what)
		_, err = prove(Slack, "", []string{slackSecret}, Incoming{Header: header, Body: []byte(body), Now: now})
		require.Equal(t, want, err == nil, what)
	}
	agree(body, good, true, "as signed")
	for bit := range len(body) * 8 {
		raw := []byte(body)
		raw[bit/8] ^= 1 << (bit % 8)
		agree(string(raw), good, false, fmt.Sprintf("bit %d of the body", bit))
	}
	for bit := range len(good) * 8 {
		raw := append([]byte(nil), good...)
		raw[bit/8] ^= 1 << (bit % 8)
		agree(body, raw, false, fmt.Sprintf("bit %d of the signature", bit))
	}
}
