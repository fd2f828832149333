package wechat

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"clarion/backend/sandbox/wire"
)

// stages is what WeChat reports about a message: its end, once.
func stages(fate string) []wire.Stage {
	if fate == "" {
		fate = "success"
	}
	return []wire.Stage{{Kind: fate}}
}

// callbacks writes one event, in security mode.
type callbacks struct {
	keys  map[string]string
	clock func() time.Time
}

const account = "gh_sandbox00000"

func (c callbacks) post(_ string, events []*wire.Event) (wire.Letter, error) {
	e := events[0] // one event a post
	at := strconv.FormatInt(e.At.Unix(), 10)
	odd := ""
	if e.Odd {
		odd = "<" + wire.Novelty + "><Depth><![CDATA[你好]]></Depth></" + wire.Novelty + ">"
	}
	text := "<xml><ToUserName><![CDATA[" + account + "]]></ToUserName><FromUserName><![CDATA[" + e.Origin.To + "]]></FromUserName><CreateTime>" +
		at + "</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>" +
		e.Origin.VendorID + "</MsgID><Status><![CDATA[" + e.Kind + "]]></Status>" + odd + "</xml>"
	sealed, err := c.seal(text)
	if err != nil {
		return wire.Letter{}, err
	}
	now, nonce, token := strconv.FormatInt(c.clock().Unix(), 10), wire.RandomWord(), c.keys["callback_token"]
	query := url.Values{
		"signature": {sign(token, now, nonce)}, "timestamp": {now}, "nonce": {nonce}, "openid": {e.Origin.To},
		"encrypt_type": {"aes"}, "msg_signature": {sign(token, now, nonce, sealed)},
	}
	return wire.Letter{
		Query: query.Encode(), Header: http.Header{"Content-Type": {"text/xml"}},
		Body: []byte("<xml><ToUserName><![CDATA[" + account + "]]></ToUserName><Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>"),
	}, nil
}

// sign is SHA-1 over the words in order.
func sign(words ...string) string {
	slices.Sort(words)
	sum := sha1.Sum([]byte(strings.Join(words, "")))
	return hex.EncodeToString(sum[:])
}

// seal is AES-256-CBC over salt, length, text and account, padded to 32 bytes.
func (c callbacks) seal(text string) (string, error) {
	key, err := base64.StdEncoding.DecodeString(c.keys["encoding_aes_key"] + "=")
	if err != nil || len(key) != 32 {
		return "", fmt.Errorf("the sandbox's encoding_aes_key is not 43 letters and digits")
	}
	plain := append([]byte(wire.RandomWord()[:16]), binary.BigEndian.AppendUint32(nil, uint32(len(text)))...)
	plain = append(append(plain, text...), c.keys["app_id"]...)
	pad := 32 - len(plain)%32
	for range pad {
		plain = append(plain, byte(pad))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", fmt.Errorf("make cipher: %w", err)
	}
	cipher.NewCBCEncrypter(block, key[:aes.BlockSize]).CryptBlocks(plain, plain)
	return base64.StdEncoding.EncodeToString(plain), nil
}
