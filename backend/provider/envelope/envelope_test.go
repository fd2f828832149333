package envelope_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider/envelope"
)

// vector is an envelope a vendor has published.
type vector struct {
	token, key, receiver string
	proof                envelope.Proof
	sealed               string
	holds                []string
}

const tencentKey = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"

var vectors = map[string]vector{
	"WC-1, WeCom's check of the address": {
		"QDG6eK", tencentKey, "wx5823bf96d3bd56c7",
		envelope.Proof{Signature: "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", Timestamp: "1409659589", Nonce: "263014780"},
		"P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
		[]string{"1616140317555161061"},
	},
	"WC-2, a message of WeCom": {
		"QDG6eK", tencentKey, "wx5823bf96d3bd56c7",
		envelope.Proof{Signature: "477715d11cdb4164915debcba66cb864d751f3e6", Timestamp: "1409659813", Nonce: "1372623149"},
		"RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==",
		[]string{"<MsgType><![CDATA[text]]>", "<Content><![CDATA[hello]]>", "4561255354251345929", "<AgentID>218</AgentID>", "mycreate"},
	},
	"DT-1, an event of DingTalk": {
		"123456", "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij", "suite4xxxxxxxxxxxxxxx",
		envelope.Proof{Signature: "5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0", Timestamp: "1445827045067", Nonce: "nEXhMP4r"},
		"1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUBmfxjZ8Ej23JVYa9VrYeJ5as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSBdHlegK+AGGanfwjXuQ9+0pZcy0w9lQ==",
		[]string{`{"EventType":"check_create_suite_url","Random":"LPIdSnlF","TestSuiteKey":"suite4xxxxxxxxxxxxxxx"}`},
	},
}

func (v vector) open() ([]byte, error) {
	o, err := envelope.New(v.token, v.key, v.receiver)
	if err != nil {
		return nil, err
	}
	return o.Open(v.proof, v.sealed)
}

func TestPublishedEnvelopesOpen(t *testing.T) {
	t.Parallel()
	for name, v := range vectors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := v.open()
			require.NoError(t, err)
			for _, part := range v.holds {
				require.Contains(t, string(got), part)
			}
			if len(v.holds) == 1 {
				require.Equal(t, v.holds[0], string(got))
			}
		})
	}
}

// TestOneBitMoreOrLessOpensNothing flips every bit of everything that proves,
// and of the sealed bytes both under the old signature and under a new one, so
// that what the signature does not catch meets the later checks.
func TestOneBitMoreOrLessOpensNothing(t *testing.T) {
	t.Parallel()
	for name, v := range vectors {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for part, text := range map[string]*string{
				"token": &v.token, "receiver": &v.receiver, "signature": &v.proof.Signature,
				"timestamp": &v.proof.Timestamp, "nonce": &v.proof.Nonce, "envelope": &v.sealed,
			} {
				good := *text
				for i := range len(good) {
					for bit := range 8 {
						*text = good[:i] + string([]byte{good[i] ^ 1<<bit}) + good[i+1:]
						got, err := v.open()
						require.ErrorIs(t, err, notify.ErrUnauthenticated, "%s %d.%d", part, i, bit)
						require.Equal(t, envelope.Refused().Error(), err.Error(), "one answer for all")
						require.Nil(t, got)
					}
				}
				*text = good
			}
			v.signedAnew(t)
		})
	}
}

// signedAnew plays somebody who knows the token and not the key.
func (v vector) signedAnew(t *testing.T) {
	raw, err := base64.StdEncoding.DecodeString(v.sealed)
	require.NoError(t, err)
	opened := 0
	for i := range raw {
		changed := append([]byte(nil), raw...)
		changed[i] ^= 1
		v.sealed = base64.StdEncoding.EncodeToString(changed)
		v.proof.Signature = envelope.Sign(v.token, v.proof.Timestamp, v.proof.Nonce, v.sealed)
		got, err := v.open()
		if err == nil {
			opened++
			continue // the salt and the message carry no check of their own: the token's signature is it
		}
		require.Equal(t, envelope.Refused().Error(), err.Error())
		require.Nil(t, got)
	}
	require.Less(t, opened, len(raw), "receiver, length and padding are checked")
}

func TestEnvelopesThatAreNoneAreRefusedAlike(t *testing.T) {
	t.Parallel()
	o, err := envelope.New("token", tencentKey, "wx1")
	require.NoError(t, err)
	for name, sealed := range map[string]string{
		"nothing":             "",
		"not base64":          "@@@@",
		"half a block":        base64.StdEncoding.EncodeToString(make([]byte, 8)),
		"one block":           base64.StdEncoding.EncodeToString(make([]byte, 16)),
		"blocks of nothing":   base64.StdEncoding.EncodeToString(make([]byte, 64)),
		"a megabyte of zeros": base64.StdEncoding.EncodeToString(make([]byte, 1<<20)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := envelope.Proof{Signature: envelope.Sign("token", "1", "n", sealed), Timestamp: "1", Nonce: "n"}
			_, err := o.Open(p, sealed)
			require.ErrorIs(t, err, notify.ErrUnauthenticated)
		})
	}
	require.False(t, envelope.Signed(envelope.Sign("", "1"), "", "1"), "without a token nothing is signed")
}

func TestKeysThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"", tencentKey, "wx1"}, {"t", tencentKey, ""}, {"t", "", "wx1"}, {"t", tencentKey[1:], "wx1"}, {"t", tencentKey + "A", "wx1"},
		{"t", strings.Repeat("@", 43), "wx1"},
	} {
		_, err := envelope.New(c[0], c[1], c[2])
		require.Error(t, err, fmt.Sprint(c))
	}
}

func TestTimestampsHaveAWindow(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	for stamp, fresh := range map[string]bool{
		"1700000000": true, "1699999400": true, "1700000600": true, "1699999399": false, "1700000601": false, "": false, "soon": false,
		"-1": false, "9223372036854775807": false,
	} {
		require.Equal(t, fresh, envelope.Fresh(stamp, now), stamp)
	}
}

func TestXMLTakesNoDocumentType(t *testing.T) {
	t.Parallel()
	var p envelope.Parcel
	require.NoError(t, envelope.XML([]byte(`<?xml version="1.0"?><xml><ToUserName><![CDATA[a]]></ToUserName><Encrypt><![CDATA[b]]></Encrypt></xml>`), &p))
	require.Equal(t, envelope.Parcel{To: "a", Encrypt: "b"}, p)
	for name, body := range map[string]string{
		"a document type": `<!DOCTYPE xml [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>`,
		"an entity":       `<xml><Encrypt>&a;</Encrypt></xml>`,
		"half a document": `<xml><Encrypt>`,
		"nothing":         ``,
		"too much":        `<xml><Encrypt>` + strings.Repeat("a", 65<<10) + `</Encrypt></xml>`,
	} {
		require.ErrorIs(t, envelope.XML([]byte(body), &p), notify.ErrMalformed, name)
	}
}

func TestABarePlusInTheEchoIsKept(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"echostr=a+b%2Fc", "echostr=a%2Bb%2Fc"} {
		values, err := envelope.Query(query)
		require.NoError(t, err)
		require.Equal(t, "a+b/c", values.Get("echostr"))
	}
	_, err := envelope.Query("a=%zz")
	require.ErrorIs(t, err, notify.ErrMalformed)
}
