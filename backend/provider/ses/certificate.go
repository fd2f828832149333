package ses

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"clarion/backend/notify"
)

// certificates fetches and keeps the certificates with which SNS signs. They
// come over verified TLS from SNS's own hosts and from nowhere else; the vendor
// in the box, and only a sender that was pointed at it, has its own address.
type certificates struct {
	client *http.Client
	// box is the base of the vendor in the box, without a host when there is none.
	box *url.URL

	mu   sync.Mutex
	kept map[string]kept
}

type kept struct {
	key   *rsa.PublicKey
	until time.Time
}

const (
	// keepFor is how long a certificate is believed without another look.
	keepFor = 24 * time.Hour
	// mostKept bounds the cache: SNS has one certificate per region at a time.
	mostKept    = 16
	largestFile = 64 << 10
)

var hostShape = regexp.MustCompile(`^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$`)

// errNotTheirs is an address that is not SNS's.
var errNotTheirs = errors.New("the address is not one of SNS")

// theirs reads an address in a letter and refuses all but SNS's own.
func (c *certificates) theirs(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Fragment != "" {
		return nil, errNotTheirs
	}
	if c.box.Host != "" {
		if u.Scheme == c.box.Scheme && u.Host == c.box.Host && strings.HasPrefix(u.Path, c.box.Path+"/") {
			return u, nil
		}
		return nil, errNotTheirs
	}
	if u.Scheme != "https" || !hostShape.MatchString(u.Host) {
		return nil, errNotTheirs
	}
	return u, nil
}

// key is the public key at an address, fetched at most once a day. Only an
// address that is not SNS's is the caller's fault; a fetch that fails is not,
// so that SNS tries again.
func (c *certificates) key(ctx context.Context, address string, now time.Time) (*rsa.PublicKey, error) {
	u, err := c.theirs(address)
	if err != nil || !strings.HasSuffix(u.Path, ".pem") {
		return nil, fmt.Errorf("ses callback: certificate: %w: %w", errNotTheirs, notify.ErrUnauthenticated)
	}
	c.mu.Lock()
	found, ok := c.kept[address]
	c.mu.Unlock()
	if ok && now.Before(found.until) {
		return found.key, nil
	}
	text, err := c.fetch(ctx, u)
	if err != nil {
		return nil, fmt.Errorf("fetch the certificate that signs SES events: %w", err)
	}
	fresh, err := c.read(text, now)
	if err != nil {
		return nil, fmt.Errorf("ses callback: certificate: %w: %w", err, notify.ErrUnauthenticated)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) >= mostKept {
		clear(c.kept)
	}
	c.kept[address] = fresh
	return fresh.key, nil
}

func (c *certificates) fetch(ctx context.Context, u *url.URL) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	answer, err := c.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %d", u.Host, answer.StatusCode)
	}
	return io.ReadAll(io.LimitReader(answer.Body, largestFile))
}

// read takes the first certificate of a file, which signs, with those that
// vouch for it behind it. SNS publishes the signing certificate alone at times:
// then the TLS connection to the pinned host is what vouches.
func (c *certificates) read(text []byte, now time.Time) (kept, error) {
	var chain []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		one, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return kept{}, errors.New("it cannot be read")
		}
		chain = append(chain, one)
	}
	if len(chain) == 0 {
		return kept{}, errors.New("there is none in the file")
	}
	leaf := chain[0]
	key, ok := leaf.PublicKey.(*rsa.PublicKey)
	switch {
	case !ok || key.N.BitLen() < 2048:
		return kept{}, errors.New("its key is not RSA of 2048 bits or more")
	case now.Before(leaf.NotBefore) || now.After(leaf.NotAfter):
		return kept{}, errors.New("it is not valid at this time")
	}
	if c.box.Host == "" {
		if err := vouched(chain, now); err != nil {
			return kept{}, err
		}
	}
	until := now.Add(keepFor)
	if leaf.NotAfter.Before(until) {
		until = leaf.NotAfter
	}
	return kept{key, until}, nil
}

// vouched holds a certificate against the name of SNS and, when the file brings
// the authorities in between, against the roots of this machine.
func vouched(chain []*x509.Certificate, now time.Time) error {
	leaf := chain[0]
	if leaf.VerifyHostname("sns.amazonaws.com") != nil && !hostShape.MatchString(leaf.Subject.CommonName) {
		return errors.New("it is not in the name of SNS")
	}
	if len(chain) == 1 {
		return nil
	}
	between := x509.NewCertPool()
	for _, one := range chain[1:] {
		between.AddCert(one)
	}
	_, err := leaf.Verify(x509.VerifyOptions{Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if err != nil {
		return errors.New("no authority vouches for it")
	}
	return nil
}
