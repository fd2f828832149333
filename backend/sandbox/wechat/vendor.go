// Package wechat is a WeChat Official Account in the box: the access token,
// template messages and the events about them, signed and sealed. It knows the
// vendor's protocol and nothing of our provider.
package wechat

import (
	"net/http"
	"strings"
	"sync/atomic"

	"clarion/backend/sandbox/wire"
)

// Name is the vendor's name in paths, books and faults.
const Name = "wechat"

// Keys are what the box accepts unless told otherwise. They open nothing else.
var Keys = map[string]string{
	"app_id": "wx0000000000000000", "app_secret": "00000000000000000000000000000000", "callback_token": "sandbox-token",
	"encoding_aes_key": "0000000000000000000000000000000000000000000",
}

// Open sets the vendor up in its box.
func Open(b wire.Box) (wire.Vendor, error) {
	keys := b.Credentials
	if keys == nil {
		keys = Keys
	}
	serial := new(atomic.Int64)
	serial.Store(b.Clock().UnixNano()) // ids are far above what a float can hold
	return wire.Vendor{
		Name: Name, Doors: []wire.Door{{Prefix: "/wechat/cgi-bin/", Desk: desk{b, wire.NewLender(b.Clock), serial}}},
		Callbacks: &wire.Callbacks{Hook: true, Size: 1, Workers: 8, Stages: stages, Post: callbacks{keys, b.Clock}.post},
		Account: map[string]string{
			"app_id": keys["app_id"], "app_secret": keys["app_secret"], "callback_token": keys["callback_token"],
			"encoding_aes_key": keys["encoding_aes_key"],
		},
	}, nil
}

// desk is the account's part of api.weixin.qq.com.
type desk struct {
	box    wire.Box
	lender *wire.Lender
	serial *atomic.Int64
}

// Ask is GET /cgi-bin/get_api_domain_ip.
func (v desk) Ask(r *http.Request) *wire.Answer {
	if !strings.HasSuffix(r.URL.Path, "/get_api_domain_ip") {
		return nil
	}
	a := wire.JSON(http.StatusOK, map[string]any{"ip_list": []string{"127.0.0.1"}})
	if no := v.checkToken(r); no != nil {
		a = *no
	}
	return &a
}

func (v desk) checkToken(r *http.Request) *wire.Answer {
	token := r.URL.Query().Get("access_token")
	switch {
	case v.box.Credentials == nil || v.lender.Takes(token):
		return nil
	case token == "":
		return fault(41001, "access_token missing rid: sandbox")
	}
	return fault(40001, "invalid credential, access_token is invalid or not latest rid: sandbox")
}

func fault(code int, text string) *wire.Answer {
	a := wire.Errcode(code, text)
	return &a
}
