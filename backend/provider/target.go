package provider

import (
	"errors"
	"net/url"
	"strings"
)

const maxTarget = 2048

// Target reads a URL that people can set and says in a sentence what is wrong
// with it. Where it leads is judged when it is dialled, by the Guard.
func Target(text string) (*url.URL, error) {
	if len(text) > maxTarget {
		return nil, errors.New("the URL is longer than 2048 characters")
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, errors.New("the URL cannot be read; write what is not ASCII percent-encoded and names in punycode")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("the URL must begin with https:// or http://")
	case u.Hostname() == "" || u.Opaque != "":
		return nil, errors.New("the URL names no host")
	case u.User != nil:
		return nil, errors.New("the URL must hold no user name and no password")
	case u.Fragment != "":
		return nil, errors.New("the URL must have no fragment")
	}
	return u, nil
}

// Via is where a target is really called: itself, or its place in the sandbox,
// where its scheme and host are the beginning of the path.
func (d Deps) Via(u *url.URL) string {
	if d.BaseURL == "" {
		return u.String()
	}
	there := d.BaseURL + "/" + u.Scheme + "/" + u.Host + u.EscapedPath()
	if u.RawQuery != "" {
		there += "?" + u.RawQuery
	}
	return there
}
