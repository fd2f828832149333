package wechat_test

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/envelope"
	"clarion/backend/provider/providertest"
)

// documented is the event of WeChat's documentation.
const documented = `<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName><FromUserName><![CDATA[oia2TjuEGTNoeX76QEjQNrcURxG8]]></FromUserName><CreateTime>1395658920</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>200163836</MsgID><Status><![CDATA[success]]></Status></xml>`

const (
	token = "QDG6eK-callback"
	stamp = "1772366400" // providertest.Now
	nonce = "263014780"
)

func receiver(t *testing.T, changes provider.Values) notify.Receiver {
	t.Helper()
	c := suite()
	for key, value := range changes {
		c.Settings[key] = value
	}
	r, ok := c.Open(t, "http://127.0.0.1:1", provider.ClientOptions{}).(notify.Receiver)
	require.True(t, ok)
	return r
}

func query(pairs ...string) url.Values {
	q := url.Values{"timestamp": {stamp}, "nonce": {nonce}, "signature": {envelope.Sign(token, stamp, nonce)}}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q
}

func request(method string, q url.Values, body string) notify.CallbackRequest {
	return notify.CallbackRequest{Method: method, URL: providertest.CallbackURL, Query: q.Encode(), Body: []byte(body), Now: providertest.Now}
}

// sealed is a body in security mode, as WeChat makes it.
func sealed(t *testing.T, text, receiver string) (string, string) {
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	require.NoError(t, err)
	plain := binary.BigEndian.AppendUint32([]byte("0123456789abcdef"), uint32(len(text)))
	plain = append(append(plain, text...), receiver...)
	pad := 32 - len(plain)%32
	plain = append(plain, strings.Repeat(string(rune(pad)), pad)...)
	block, err := aes.NewCipher(key)
	require.NoError(t, err)
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(plain, plain)
	text = base64.StdEncoding.EncodeToString(plain)
	return "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[" + text + "]]></Encrypt></xml>", envelope.Sign(token, stamp, nonce, text)
}

func secure(t *testing.T, text string) notify.CallbackRequest {
	body, signature := sealed(t, text, "wx5823bf96d3bd56c7")
	return request(http.MethodPost, query("encrypt_type", "aes", "msg_signature", signature), body)
}

func TestTheAddressIsProvenByAnEcho(t *testing.T) {
	t.Parallel()
	r := receiver(t, nil)
	_, answer, err := r.Receive(t.Context(), request(http.MethodGet, query("echostr", "<b>5927782489442352469"), ""))
	require.NoError(t, err)
	require.Equal(t, notify.CallbackAnswer{Status: 200, ContentType: "text/plain; charset=utf-8", Body: "<b>5927782489442352469"}, answer)
	for name, q := range map[string]url.Values{
		"a bit of the signature": query("signature", "0"+envelope.Sign(token, stamp, nonce)[1:]+"x"),
		"another token":          query("signature", envelope.Sign("other", stamp, nonce)),
		"no token":               query("signature", envelope.Sign("", stamp, nonce)),
		"an old timestamp":       query("timestamp", "1772365700", "signature", envelope.Sign(token, "1772365700", nonce)),
		"another nonce":          query("nonce", "1"),
		"no signature":           query("signature", ""),
	} {
		_, _, err := r.Receive(t.Context(), request(http.MethodGet, q, ""))
		require.ErrorIs(t, err, notify.ErrUnauthenticated, name)
	}
	_, _, err = receiver(t, provider.Values{"callback_token": "", "encoding_aes_key": ""}).
		Receive(t.Context(), request(http.MethodGet, query("signature", envelope.Sign("", stamp, nonce)), ""))
	require.ErrorIs(t, err, notify.ErrUnauthenticated, "an account without a token proves nothing")
}

func TestTheEndOfAMessageIsAReceipt(t *testing.T) {
	t.Parallel()
	end := func(id, created, status string) string {
		return strings.NewReplacer("200163836", id, "1395658920", created, "success", status).Replace(documented)
	}
	want := notify.Receipt{
		DedupKey: openID + ":1395658920:TEMPLATESENDJOBFINISH:200163836", ProviderMessageID: "200163836", Address: openID,
		At: time.Unix(1395658920, 0).UTC(),
	}
	with := func(change func(r *notify.Receipt)) []notify.Receipt {
		r := want
		change(&r)
		return []notify.Receipt{r}
	}
	for name, test := range map[string]struct {
		text string
		want []notify.Receipt
	}{
		"delivered": {documented, with(func(r *notify.Receipt) { r.Status = notify.Delivered })},
		"the follower blocked us": {end("200163840", "1395658984", "failed:user block"), with(func(r *notify.Receipt) {
			r.ProviderMessageID, r.DedupKey, r.At = "200163840", openID+":1395658984:TEMPLATESENDJOBFINISH:200163840", time.Unix(1395658984, 0).UTC()
			r.Status, r.Code, r.Suppress, r.Detail = notify.Failed, "user_block", notify.Unsubscribe, "WeChat reported: failed:user block"
		})},
		"WeChat failed": {end("200163836", "1395658920", "failed: system failed"), with(func(r *notify.Receipt) {
			r.Status, r.Code, r.Detail = notify.Failed, "system_failed", "WeChat reported: failed: system failed"
		})},
		"a status of tomorrow changes no state": {end("200163836", "1395658920", "pending review"), with(func(r *notify.Receipt) {
			r.Code, r.Detail = "pending_review", "WeChat reported: pending review"
		})},
		"another event":                    {strings.Replace(documented, "TEMPLATESENDJOBFINISH", "subscribe", 1), nil},
		"an event with fields of tomorrow": {strings.Replace(documented, "<Status>", "<New><a>1</a></New><Status>", 1), with(func(r *notify.Receipt) { r.Status = notify.Delivered })},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, answer, err := receiver(t, nil).Receive(t.Context(), secure(t, test.text))
			require.NoError(t, err)
			require.Equal(t, "success", answer.Body)
			require.Equal(t, test.want, got)
		})
	}
}

func TestOnlyWhatIsProvenIsRead(t *testing.T) {
	t.Parallel()
	body, signature := sealed(t, documented, "wx5823bf96d3bd56c7")
	foreign, foreignSignature := sealed(t, documented, "wx_somebody_else")
	for name, test := range map[string]struct {
		settings provider.Values
		request  notify.CallbackRequest
	}{
		"a plain body, though the token was known": {nil, request(http.MethodPost, query(), documented)},
		"a plain body that calls itself sealed":    {nil, request(http.MethodPost, query("encrypt_type", "aes", "msg_signature", signature), documented)},
		"no signature over the sealed part":        {nil, request(http.MethodPost, query("encrypt_type", "aes"), body)},
		"the plain signature in its place":         {nil, request(http.MethodPost, query("encrypt_type", "aes", "msg_signature", envelope.Sign(token, stamp, nonce)), body)},
		"a letter of the sealed part": {nil, request(http.MethodPost, query("encrypt_type", "aes", "msg_signature", signature),
			strings.Replace(body, "<Encrypt><![CDATA[", "<Encrypt><![CDATA[A", 1))},
		"sealed for another account":     {nil, request(http.MethodPost, query("encrypt_type", "aes", "msg_signature", foreignSignature), foreign)},
		"no key":                         {provider.Values{"encoding_aes_key": ""}, request(http.MethodPost, query("encrypt_type", "aes", "msg_signature", signature), body)},
		"a plain body without the token": {provider.Values{"plain_callbacks": "yes"}, request(http.MethodPost, query("signature", ""), documented)},
		"an old plain body is not replayed": {provider.Values{"plain_callbacks": "yes"},
			request(http.MethodPost, query("timestamp", "1395658920", "signature", envelope.Sign(token, "1395658920", nonce)), documented)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			receipts, _, err := receiver(t, test.settings).Receive(t.Context(), test.request)
			require.ErrorIs(t, err, notify.ErrUnauthenticated)
			require.Empty(t, receipts)
		})
	}
}

func TestPlainCallbacksAreTakenWhereTheyWereAllowed(t *testing.T) {
	t.Parallel()
	got, _, err := receiver(t, provider.Values{"plain_callbacks": "yes"}).Receive(t.Context(), request(http.MethodPost, query(), documented))
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, notify.Delivered, got[0].Status)
}

func TestAProvenBodyThatCannotBeReadIsMalformed(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"not XML":         "hello",
		"a document type": "<!DOCTYPE xml>" + documented,
		"no MsgID":        strings.Replace(documented, "200163836", "", 1),
		"no Status":       strings.Replace(documented, "success", "", 1),
	} {
		_, _, err := receiver(t, nil).Receive(t.Context(), secure(t, text))
		require.ErrorIs(t, err, notify.ErrMalformed, name)
	}
}
