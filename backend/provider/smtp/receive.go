package smtp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

// hearing is a sender that hears of its emails again: from readers' own programs,
// which open them and follow their links, and from the mail server that gets what
// bounced. Either part may be missing.
type hearing struct {
	*sender
	tracker *tracker
	bounces *bouncer
}

// trackerOf is nil when nothing is to be tracked, or nobody could reach us.
func trackerOf(v provider.Values, base string) (*tracker, error) {
	keys := strings.Fields(v["tracking_key"])
	for _, key := range keys {
		if len(key) < leastKey {
			return nil, notify.InvalidField("settings.tracking_key", "too_short", "A tracking key needs at least 16 characters")
		}
	}
	if len(keys) == 0 || base == "" {
		return nil, nil
	}
	return &tracker{keys, base}, nil
}

// Send hands over the email with links of our own in it.
func (s *hearing) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if s.tracker != nil && m.Content.HTML != "" {
		m.Content.HTML = s.tracker.rewrite(m.Content.HTML, m.MessageID)
	}
	return s.sender.Send(ctx, m)
}

// dot is a transparent picture of one pixel.
const dot = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// Receive answers a reader's program, or takes mail that came back.
func (s *hearing) Receive(_ context.Context, r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	if r.Method == http.MethodPost && s.bounces != nil {
		return s.returned(r)
	}
	return s.read(r)
}

// returned takes a mail that was sent to a way back of ours: whoever has the
// address had the email. A mail without a report, as a person's automatic answer,
// changes nothing.
func (s *hearing) returned(r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	header, kind, encoding, body := readMail(r.Header.Get("Content-Type"), r.Body)
	id := s.bounces.find(r.Query, header)
	if id == "" {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("returned mail: it was not sent to a way back of ours: %w", notify.ErrUnauthenticated)
	}
	taken := notify.CallbackAnswer{Status: http.StatusOK, Body: "taken"}
	reports, err := readReports(kind, encoding, body)
	if err != nil {
		return nil, taken, nil //nolint:nilerr // mail without a report is taken and changes nothing
	}
	receipts := make([]notify.Receipt, len(reports))
	for i, each := range reports {
		receipts[i] = each.receipt(id)
		receipts[i].At, receipts[i].Detail = r.Now, s.line.Clean(receipts[i].Detail)
	}
	return receipts, taken, nil
}

// read answers a reader's program: with the picture, or with where the link
// leads. It tells each opening and each followed link once.
func (s *hearing) read(r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	if s.tracker == nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("smtp link: none are made here: %w", notify.ErrUnauthenticated)
	}
	m, ok := s.tracker.read(r.Query)
	if !ok {
		return nil, notify.CallbackAnswer{}, fmt.Errorf("smtp link: it is not one of ours: %w", notify.ErrUnauthenticated)
	}
	answer := notify.CallbackAnswer{Status: http.StatusOK, ContentType: "image/gif", Body: dot}
	receipt := notify.Receipt{DedupKey: "open:" + m.messageID, MessageID: m.messageID, Engagement: notify.EngagedOpened, Code: "open", At: r.Now}
	if m.to != "" {
		answer = notify.CallbackAnswer{Status: http.StatusFound, Location: m.to}
		sum := sha256.Sum256([]byte(m.to))
		receipt.DedupKey = "click:" + m.messageID + ":" + hex.EncodeToString(sum[:8])
		receipt.Engagement, receipt.Code, receipt.Detail = notify.EngagedClicked, "click", s.line.Clean(m.to)
	}
	if r.Method == http.MethodHead {
		return nil, answer, nil // somebody only looks whether there is something
	}
	return []notify.Receipt{receipt}, answer, nil
}
