package shop

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"clarion/backend/notify"
)

const (
	// lookEvery finds letters that nobody called out: another process wrote them,
	// or their pause is over.
	lookEvery = time.Second
	// letterLease is how long a letter that was taken is left to whoever took it.
	letterLease = 30 * time.Second
	lettersTake = 20
	mostPause   = time.Minute
	mostAnswer  = 64 << 10
)

// Postman posts the services' letters to the hub's public API, each with the key
// of its service, until they are accepted.
type Postman struct {
	Store LetterStore
	// URL is where the hub answers; Keys are the services' API keys.
	URL     string
	Keys    map[Service]string
	Client  *http.Client
	Clock   notify.Clock
	Log     *slog.Logger
	Changed func(order string)
	// Called is sent to when there is something to post.
	Called chan struct{}
}

// Call says that there is something to post. It does not wait.
func (p *Postman) Call() {
	select {
	case p.Called <- struct{}{}:
	default:
	}
}

// Run posts until ctx is done.
func (p *Postman) Run(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	down := false
	for {
		err := p.Round(ctx)
		if err != nil && ctx.Err() == nil && !down {
			p.Log.Warn("the shop cannot post its letters", "error", err)
		}
		down = err != nil
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-p.Called:
		}
	}
}

// Round posts what waits.
func (p *Postman) Round(ctx context.Context) error {
	for {
		now := p.Clock.Now()
		letters, err := p.Store.TakeLetters(ctx, now, now.Add(letterLease), lettersTake)
		if err != nil {
			return fmt.Errorf("take letters: %w", err)
		}
		for _, letter := range letters {
			if err := p.deliver(ctx, letter); err != nil {
				return err
			}
		}
		if len(letters) < lettersTake {
			return nil
		}
	}
}

// deliver posts one letter and writes down what came of it.
func (p *Postman) deliver(ctx context.Context, l Letter) error {
	event, err := p.post(ctx, l)
	now := p.Clock.Now()
	if err != nil {
		pause := min(mostPause, time.Second<<min(max(l.Tries-1, 0), 10))
		err = p.Store.LetterFailed(ctx, l.ID, err.Error(), now.Add(pause))
	} else {
		err = p.Store.LetterPosted(ctx, l.ID, event, now)
	}
	if err != nil {
		return fmt.Errorf("write down letter %s: %w", l.ID, err)
	}
	if p.Changed != nil {
		p.Changed(l.OrderID)
	}
	return nil
}

func (p *Postman) post(ctx context.Context, l Letter) (event string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL+"/v1/events", bytes.NewReader(l.Body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+p.Keys[l.Source])
	r.Header.Set("Idempotency-Key", l.ID)
	r.Header.Set("X-Trace-Id", l.TraceID)
	answer, err := p.Client.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		return "", fmt.Errorf("read the hub's answer: %w", err)
	}
	var said struct {
		Message string `json:"message"`
		Data    struct {
			EventID string `json:"event_id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return "", fmt.Errorf("the hub answered %d with something that is no JSON", answer.StatusCode)
	}
	if answer.StatusCode != http.StatusAccepted {
		return "", fmt.Errorf("the hub answered %d: %s", answer.StatusCode, said.Message)
	}
	return said.Data.EventID, nil
}
