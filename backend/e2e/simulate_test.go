package e2e_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/testbed"
)

type simulation struct {
	More       int `json:"more"`
	Recipients []struct {
		Recipient struct{ ID string } `json:"recipient"`
		Steps     []simulatedStep     `json:"steps"`
	} `json:"recipients"`
}

type simulatedStep struct {
	Channel   string         `json:"channel"`
	Status    string         `json:"status"`
	Reason    *string        `json:"skip_reason"`
	SendAt    string         `json:"send_at"`
	Address   string         `json:"address"`
	Content   map[string]any `json:"content"`
	Decisions []struct {
		Step, Channel, Outcome, Reason, Detail, Rule string
	} `json:"decisions"`
	Integrations []struct {
		ID      string `json:"id"`
		Sandbox bool   `json:"sandbox"`
		Share   int    `json:"share"`
	} `json:"integrations"`
}

// ownLinks are the links a message gives its person; no two messages share them.
var ownLinks = regexp.MustCompile(`/[up]/[A-Za-z0-9_-]{20,}`)

func withoutLinks(t *testing.T, content map[string]any) string {
	t.Helper()
	text, err := json.Marshal(content)
	require.NoError(t, err)
	return ownLinks.ReplaceAllString(string(text), "/its-own-link")
}

// TestASimulationTellsWhatThenHappens asks first and sends afterwards.
func TestASimulationTellsWhatThenHappens(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		house.must(http.StatusOK, ask{
			method: http.MethodPut, path: "/v1/recipients/wei/preferences", body: map[string]any{"channels": map[string]bool{"sms": false}},
		})
		event := fact{Type: "order.shipped", To: []any{"ada", "wei"}, Data: map[string]any{"order_id": "1001"}}
		said := read[simulation](t, house.must(http.StatusOK, ask{
			method: http.MethodPost, path: "/v1/simulate", body: map[string]any{"event": event},
		}))
		require.Empty(t, list[message](house, "/v1/messages"), "nothing was made")
		require.Len(t, said.Recipients, 2)

		id := read[struct {
			EventID string `json:"event_id"`
		}](t, house.must(http.StatusAccepted, ask{method: http.MethodPost, path: "/v1/events", body: event})).EventID
		final := house.settled(id, 10, time.Minute, func(m message) bool { return arrived(m) || m.Status == "skipped" })
		made := map[string]message{}
		for _, m := range final {
			made[m.Recipient.ID+" "+m.Channel] = house.message(m.ID)
		}
		for _, r := range said.Recipients {
			for _, s := range r.Steps {
				m := made[r.Recipient.ID+" "+s.Channel]
				require.JSONEq(t, withoutLinks(t, m.Content), withoutLinks(t, s.Content), m.Channel)
				require.Len(t, s.Decisions, len(m.Decisions), m.Channel)
				if s.Status == "skipped" {
					require.Equal(t, []string{"wei", "sms", "skipped", "opted_out"}, []string{r.Recipient.ID, s.Channel, m.Status, *s.Reason})
					require.Empty(t, s.Integrations)
					continue
				}
				require.Equal(t, "queued", s.Status)
				require.Len(t, s.Integrations, 1)
				require.Equal(t, m.Attempts[0].Integration, s.Integrations[0].ID)
				require.Equal(t, 100, s.Integrations[0].Share)
			}
		}
	})
}

// TestASimulationLeavesTheStoreByteForByteTheSame runs the door alone, because a
// worker at rest writes too: its heartbeat.
func TestASimulationLeavesTheStoreByteForByteTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	house := grounds[0].openWith(t, settings{
		"CLARION_ROLES": "api", "CLARION_DATA_DIR": dir, "REDIS_URL": testbed.Redis(t), "CLARION_SANDBOX_LISTEN": "127.0.0.1:0",
	})
	body := func(event map[string]any) ask {
		return ask{method: http.MethodPost, path: "/v1/simulate", body: map[string]any{"event": event}}
	}
	house.must(http.StatusOK, body(map[string]any{"type": "order.shipped", "to": []any{"ada"}, "data": map[string]any{"order_id": "1"}}))
	before := fingerprints(t, dir)
	require.NotEmpty(t, before)
	for i := range 20 {
		house.must(http.StatusOK, body(map[string]any{
			"type": "order.shipped", "data": map[string]any{"order_id": i}, "idempotency_key": fmt.Sprint("sim-", i),
			"to": []any{"ada", map[string]any{"group": "ops"}, map[string]any{"id": fmt.Sprint("new-", i), "email": "new@example.com", "name": "New"}},
		}))
		house.must(http.StatusUnprocessableEntity, body(map[string]any{"type": "order.shipped", "to": []any{"nobody"}}))
	}
	require.Equal(t, before, fingerprints(t, dir))
	house.must(http.StatusNotFound, ask{method: http.MethodGet, path: "/v1/recipients/new-3"})
}

// fingerprints are the hashes of every file of a data directory. The shared
// memory of SQLite's log holds its readers' marks and no data.
func fingerprints(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	require.NoError(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() || filepath.Ext(path) == ".db-shm" {
			return err
		}
		raw, err := os.ReadFile(path)
		sum := sha256.Sum256(raw)
		found[path] = hex.EncodeToString(sum[:])
		return err
	}))
	return found
}
