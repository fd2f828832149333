package analytics

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"clarion/backend/notify"
)

// disguise replaces people by a hash that nobody can turn back without the key.
func (e *Exporter) disguise(rows []notify.DeliveryEvent) {
	for i := range rows {
		rows[i].Recipient = e.disguised(rows[i].Recipient)
	}
}

func (e *Exporter) disguised(recipient string) string {
	if len(e.HashKey) == 0 || recipient == "" {
		return recipient
	}
	mac := hmac.New(sha256.New, e.HashKey)
	mac.Write([]byte(recipient))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// correct changes people in what was copied. What was read ahead is dropped: it
// may know them still.
func (e *Exporter) correct(ctx context.Context) error {
	list, err := e.Books.Corrections(ctx, 100, e.Clock.Now())
	if err != nil {
		return err
	}
	for _, c := range list {
		e.drain()
		if err := e.Sink.Correct(ctx, e.disguised(c.Recipient), e.disguised(c.Becomes)); err != nil {
			return fmt.Errorf("correct a recipient in ClickHouse: %w", err)
		}
		if err := e.Books.Corrected(ctx, c.ID); err != nil {
			return err
		}
	}
	return nil
}
