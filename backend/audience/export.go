package audience

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// Record is one stored row as a person may read it: names and values.
type Record map[string]any

// HoldingStore reads all that is held about a person, part by part.
type HoldingStore interface {
	// Held calls each with every record of one part, in the order of its age.
	Held(ctx context.Context, recipient, part string, each func(Record) error) error
}

// parts are what is held about a person, in the order of an export.
var parts = []string{
	"addresses", "former_addresses", "preferences", "groups", "recipient_history", "suppressions", "ended_suppressions", "consents", "runs", "broadcast_people", "import_rows", "inbox_items", "notifications", "messages",
}

// Parts are what is held about a person, in the order of an export.
func Parts() []string { return slices.Clone(parts) }

// Export writes all that is held about a person as one JSON object. It streams:
// nobody's history has to fit into memory. The recipient must exist.
func (a *Audience) Export(ctx context.Context, id string, w io.Writer) error {
	person, err := a.Recipient(ctx, id)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	head, err := json.Marshal(map[string]any{"exported_at": a.Clock.Now(), "recipient": person})
	if err != nil {
		return fmt.Errorf("export recipient %s: %w", id, err)
	}
	_, _ = out.Write(head[:len(head)-1])
	for _, part := range parts {
		_, _ = fmt.Fprintf(out, ",%q:[", part)
		comma := ""
		err := a.Held(ctx, id, part, func(r Record) error {
			row, err := json.Marshal(r)
			if err != nil {
				return err
			}
			_, _ = out.WriteString(comma)
			comma = ",\n"
			_, err = out.Write(row)
			return err
		})
		if err != nil {
			return fmt.Errorf("export %s of recipient %s: %w", part, id, err)
		}
		_, _ = out.WriteString("]")
	}
	_, _ = out.WriteString("}")
	return out.Flush()
}
