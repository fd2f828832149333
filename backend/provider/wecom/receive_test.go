package wecom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// The envelopes Tencent has published, WC-1 and WC-2.
const (
	echo       = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
	echoSigned = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
	sealed     = "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)

func receive(t *testing.T, change func(v provider.Values, r *notify.CallbackRequest)) ([]notify.Receipt, notify.CallbackAnswer, error) {
	c := suite()
	c.Settings["callback_token"], c.Settings["encoding_aes_key"] = "QDG6eK", aesKey
	q := url.Values{"msg_signature": {echoSigned}, "timestamp": {"1409659589"}, "nonce": {"263014780"}, "echostr": {echo}}
	r := notify.CallbackRequest{Method: http.MethodGet, Query: q.Encode(), Now: time.Unix(1409659600, 0)}
	change(c.Settings, &r)
	return c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).(notify.Receiver).Receive(t.Context(), r)
}

func posted(r *notify.CallbackRequest) {
	q := url.Values{"msg_signature": {"477715d11cdb4164915debcba66cb864d751f3e6"}, "timestamp": {"1409659813"}, "nonce": {"1372623149"}}
	r.Method, r.Query, r.Now = http.MethodPost, q.Encode(), time.Unix(1409659900, 0)
	r.Body = []byte("<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName><Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>")
}

func TestTheAddressIsProvenByWhatWasSealed(t *testing.T) {
	t.Parallel()
	_, answer, err := receive(t, func(provider.Values, *notify.CallbackRequest) {})
	require.NoError(t, err)
	require.Equal(t, "1616140317555161061", answer.Body)
	_, answer, err = receive(t, func(_ provider.Values, r *notify.CallbackRequest) { r.Query = strings.ReplaceAll(r.Query, "%2B", "+") })
	require.NoError(t, err)
	require.Equal(t, "1616140317555161061", answer.Body, "a plus that came bare is one")
}

func TestAnEventIsTakenAndSaysNothingOfMessages(t *testing.T) {
	t.Parallel()
	receipts, answer, err := receive(t, func(_ provider.Values, r *notify.CallbackRequest) { posted(r) })
	require.NoError(t, err)
	require.Empty(t, receipts)
	require.Equal(t, "success", answer.Body)
}

func TestWhatIsNotWeComsIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(v provider.Values, r *notify.CallbackRequest){
		"a letter of the signature": func(_ provider.Values, r *notify.CallbackRequest) {
			r.Query = strings.Replace(r.Query, "5c45", "4c45", 1)
		},
		"a letter of the echo": func(_ provider.Values, r *notify.CallbackRequest) {
			r.Query = strings.Replace(r.Query, "P9nA", "Q9nA", 1)
		},
		"another nonce": func(_ provider.Values, r *notify.CallbackRequest) {
			r.Query = strings.Replace(r.Query, "263014780", "263014781", 1)
		},
		"an old one":      func(_ provider.Values, r *notify.CallbackRequest) { r.Now = r.Now.Add(11 * time.Minute) },
		"another token":   func(v provider.Values, _ *notify.CallbackRequest) { v["callback_token"] = "QDG6eL" },
		"another company": func(v provider.Values, _ *notify.CallbackRequest) { v["corp_id"] = "wx5823bf96d3bd56c8" },
		"no key": func(v provider.Values, _ *notify.CallbackRequest) {
			v["callback_token"], v["encoding_aes_key"] = "", ""
		},
		"an event in plain text": func(_ provider.Values, r *notify.CallbackRequest) {
			posted(r)
			r.Body = []byte("<xml><MsgType>event</MsgType></xml>")
		},
		"an event that is no XML": func(_ provider.Values, r *notify.CallbackRequest) { posted(r); r.Body = []byte("{}") },
		"a letter of the event": func(_ provider.Values, r *notify.CallbackRequest) {
			posted(r)
			r.Body = []byte(strings.Replace(string(r.Body), "RypE", "SypE", 1))
		},
	} {
		_, _, err := receive(t, change)
		require.ErrorIs(t, err, notify.ErrUnauthenticated, name)
	}
}
