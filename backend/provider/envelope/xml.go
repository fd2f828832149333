package envelope

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"clarion/backend/notify"
)

// bodyLimit is far above any event the vendors send.
const bodyLimit = 64 << 10

// XML reads a body into v. A document type is refused: no vendor sends one.
func XML(body []byte, v any) error {
	if len(body) > bodyLimit {
		return fmt.Errorf("a callback of %d bytes: %w", len(body), notify.ErrMalformed)
	}
	for tokens := xml.NewDecoder(bytes.NewReader(body)); ; {
		token, err := tokens.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if _, directive := token.(xml.Directive); directive || err != nil {
			return fmt.Errorf("a callback that is not plain XML: %w", notify.ErrMalformed)
		}
	}
	if err := xml.Unmarshal(body, v); err != nil {
		return fmt.Errorf("a callback that is not the XML expected: %w", notify.ErrMalformed)
	}
	return nil
}

// Parcel is the body around an envelope.
type Parcel struct {
	To      string `xml:"ToUserName"`
	Encrypt string `xml:"Encrypt"`
}

// Query reads the parameters of a callback's address, each once decoded. Base64
// has no spaces, so a plus that came bare is put back.
func Query(query string) (url.Values, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, fmt.Errorf("the address of a callback: %w", notify.ErrMalformed)
	}
	if echo := values.Get("echostr"); echo != "" {
		values.Set("echostr", strings.ReplaceAll(echo, " ", "+"))
	}
	return values, nil
}
