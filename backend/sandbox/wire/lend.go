package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"time"
)

// Lender gives access tokens the way vendors with one token for all do: whoever
// asks gets the same one until shortly before its end, when the next one is
// given and both are taken for a while. It remembers nothing: a token follows
// from the time and a word that is new in every process.
type Lender struct {
	word  []byte
	clock func() time.Time
}

const (
	lent    = 2 * time.Hour
	overlap = 5 * time.Minute
)

// NewLender makes a Lender; tokens of an earlier one are not taken.
func NewLender(clock func() time.Time) *Lender { return &Lender{[]byte(RandomWord()), clock} }

// Lend returns the token of now and for how many seconds it is taken.
func (l *Lender) Lend() (string, int) {
	period, rest := l.now()
	if rest <= overlap {
		period, rest = period+1, rest+lent
	}
	return l.token(period), int(rest / time.Second)
}

// Takes reports whether token is the one of now, or the one before or after it
// while both are taken.
func (l *Lender) Takes(token string) bool {
	period, rest := l.now()
	return SameSecret(token, l.token(period)) || rest <= overlap && SameSecret(token, l.token(period+1)) ||
		rest >= lent-overlap && SameSecret(token, l.token(period-1))
}

// now is the period of the clock and what is left of it.
func (l *Lender) now() (int64, time.Duration) {
	at := l.clock().UnixNano()
	return at / int64(lent), lent - time.Duration(at%int64(lent))
}

func (l *Lender) token(period int64) string {
	mac := hmac.New(sha256.New, l.word)
	_, _ = mac.Write(binary.BigEndian.AppendUint64(nil, uint64(period))) // a hash never fails
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Errcode is how the vendors of WeChat's kind say no, and yes with zero: status
// 200 and a code.
func Errcode(code int, text string) Answer {
	return JSON(http.StatusOK, map[string]any{"errcode": code, "errmsg": text})
}
