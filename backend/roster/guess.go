package roster

import (
	"regexp"
	"strings"

	"clarion/backend/notify"
)

// Heading is one column as its file has it, with what it probably means.
type Heading struct {
	Name    string   `json:"name"`
	Samples []string `json:"samples"`
	Guess   Column   `json:"guess"`
}

// names are what people call the fields of a recipient.
var names = map[string]string{
	"id": "id", "externalid": "id", "userid": "id", "recipientid": "id", "subscriberid": "id", "distinctid": "id", "employeeid": "id",
	"工号": "id", "标识": "id", "uid": "id",
	"name": "name", "fullname": "name", "displayname": "name", "姓名": "name", "名称": "name", "cn": "name",
	"email": "email", "mail": "email", "emailaddress": "email", "邮箱": "email", "电子邮件": "email",
	"phone": "phone", "mobile": "phone", "phonenumber": "phone", "mobilephone": "phone", "sms": "phone", "手机": "phone", "手机号": "phone", "电话": "phone",
	"locale": "locale", "language": "locale", "lang": "locale", "语言": "locale", "preferredlanguage": "locale",
	"timezone": "timezone", "tz": "timezone", "时区": "timezone",
}

var plain = regexp.MustCompile(`[\s_\-.]+`)

// Guess says what the columns of a file probably mean, by their heads and by
// what stands below them.
func Guess(heads []string, rows [][]string) []Heading {
	out := make([]Heading, len(heads))
	taken := map[string]bool{}
	for i, head := range heads {
		h := Heading{Name: head, Samples: []string{}}
		for _, row := range rows {
			if i < len(row) && row[i] != "" && len(h.Samples) < 3 {
				h.Samples = append(h.Samples, cutText(row[i]))
			}
		}
		word := strings.ToLower(plain.ReplaceAllString(strings.TrimSpace(head), ""))
		h.Guess = Column{To: names[word]}
		if channel := notify.Channel(word); h.Guess.To == "" && channel.Known() && channel != notify.InApp {
			h.Guess.To = addressPrefix + word
		}
		if h.Guess.To == "" || taken[h.Guess.To] {
			h.Guess = Column{To: attributeOf(head), Type: typeOf(h.Samples)}
		}
		if h.Guess.To != "" && taken[h.Guess.To] {
			h.Guess = Column{}
		}
		taken[h.Guess.To] = true
		out[i] = h
	}
	return out
}

func attributeOf(head string) string {
	name := strings.TrimPrefix(strings.TrimSpace(head), dataPrefix)
	if name = strings.ReplaceAll(name, " ", "_"); name == "" || len(name) > 100 {
		return ""
	}
	return dataPrefix + name
}

func typeOf(samples []string) string {
	for _, kind := range []string{"boolean", "number", "date"} {
		fits := len(samples) > 0
		for _, sample := range samples {
			_, fault := typedValue(kind, sample)
			// 0 and 1 are rather numbers, and so is +44…: a text that is kept whole.
			fits = fits && fault == nil && !(kind == "boolean" && (sample == "0" || sample == "1"))
		}
		if fits {
			return kind
		}
	}
	return "string"
}
