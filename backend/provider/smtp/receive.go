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

// tracked is a sender whose emails tell when they are opened and followed. It
// is asked by the readers' own programs, not by the mail server.
type tracked struct {
	*sender
	tracker *tracker
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
func (s *tracked) Send(ctx context.Context, m notify.Outbound) notify.Result {
	if m.Content.HTML != "" {
		m.Content.HTML = s.tracker.rewrite(m.Content.HTML, m.MessageID)
	}
	return s.sender.Send(ctx, m)
}

// dot is a transparent picture of one pixel.
const dot = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// Receive answers a reader's program: with the picture, or with where the link
// leads. It tells each opening and each followed link once.
func (s *tracked) Receive(_ context.Context, r notify.CallbackRequest) ([]notify.Receipt, notify.CallbackAnswer, error) {
	m, ok := s.tracker.read(r.Query)
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
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
