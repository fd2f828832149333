package wechat

import (
	"bytes"
	"regexp"
	"strings"

	"clarion/backend/sandbox/wire"
)

var (
	openID   = regexp.MustCompile(`^o[A-Za-z0-9_-]{27}$`)
	template = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
)

// How an accepted message can end.
const (
	userBlock    = "failed:user block"
	systemFailed = "failed: system failed"
)

// The words an openid can begin with after its o, and what they mean.
var (
	refusals = map[string]*wire.Answer{
		"MISSING":   fault(40003, "invalid openid rid: sandbox"),
		"STRANGER":  fault(43004, "require subscribe rid: sandbox"),
		"REFUSED":   fault(43101, "user refuse to accept the msg rid: sandbox"),
		"FREQUENT":  fault(43117, "the user receives too many messages rid: sandbox"),
		"DUPLICATE": fault(40241, "duplicate message in 60 seconds rid: sandbox"),
	}
	fates = map[string]string{"BLOCKER": userBlock, "BROKEN": systemFailed}
)

// magic is the word an openid begins with, empty for an ordinary one.
func magic(openID string) string {
	for _, word := range []string{"MISSING", "STRANGER", "REFUSED", "FREQUENT", "DUPLICATE", "BLOCKER", "BROKEN"} {
		if strings.HasPrefix(openID, "o"+word) {
			return word
		}
	}
	return ""
}

// check answers the first thing WeChat would not take, or nil.
func (p post) check(body []byte) *wire.Answer {
	if no := refusals[magic(p.To)]; no != nil {
		return no
	}
	switch {
	case !openID.MatchString(p.To):
		return fault(40003, "invalid openid rid: sandbox")
	case !template.MatchString(p.Template):
		return fault(40037, "invalid template_id rid: sandbox")
	case bytes.Contains(body, []byte(`\u`)):
		return fault(40033, `invalid charset. please check your request, if include \uxxxx will create fail! rid: sandbox`)
	case p.Program != nil && p.Program.AppID == "":
		return fault(40013, "invalid appid rid: sandbox")
	case len(p.Data) == 0:
		return fault(47003, "argument invalid! data is empty rid: sandbox")
	}
	for name, w := range p.Data {
		if w.Value == "" {
			return fault(47003, "argument invalid! data."+name+".value is empty rid: sandbox")
		}
	}
	return nil
}
