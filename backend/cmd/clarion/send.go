package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

type sendCommand struct {
	remote
	Type string   `arg:"" help:"Event type, such as order.shipped."`
	To   []string `arg:"" help:"Recipient ids; group:KEY for a group."`
	Data string   `help:"The event's data, a JSON object." default:"{}"`
}

// Run sends one event and prints the answer.
func (s sendCommand) Run() error {
	if !json.Valid([]byte(s.Data)) {
		return fmt.Errorf("--data is not JSON: %s", s.Data)
	}
	to := make([]any, len(s.To))
	for i, name := range s.To {
		to[i] = name
		if group, ok := cutGroup(name); ok {
			to[i] = map[string]string{"group": group}
		}
	}
	return s.call(http.MethodPost, "/v1/events", map[string]any{"type": s.Type, "to": to, "data": json.RawMessage(s.Data)})
}

func cutGroup(name string) (string, bool) {
	const mark = "group:"
	if len(name) > len(mark) && name[:len(mark)] == mark {
		return name[len(mark):], true
	}
	return "", false
}

type deadLettersCommand struct {
	List    listLetters    `cmd:"" help:"List dead letters, newest first."`
	Causes  causesCommand  `cmd:"" help:"Group dead letters by what went wrong."`
	Replay  replayLetters  `cmd:"" help:"Put dead letters back on the line; --preview only counts."`
	Discard discardLetters `cmd:"" help:"End dead letters for good."`
}

type listLetters struct {
	remote
	Limit int `default:"50" help:"How many."`
}

// Run lists.
func (l listLetters) Run() error {
	return l.call(http.MethodGet, fmt.Sprintf("/v1/dead-letters?limit=%d", l.Limit), nil)
}

type causesCommand struct{ remote }

// Run groups.
func (c causesCommand) Run() error { return c.call(http.MethodGet, "/v1/dead-letters/causes", nil) }

// picked is a selection of dead letters by id, or of all of a channel.
type picked struct {
	IDs     []string `name:"id" help:"Message id; may be repeated."`
	Channel string   `help:"All dead letters of a channel."`
	All     bool     `help:"All dead letters."`
}

func (p picked) body() (map[string]any, error) {
	switch {
	case len(p.IDs) > 0:
		return map[string]any{"ids": p.IDs}, nil
	case p.Channel != "":
		return map[string]any{"filter": map[string]any{"channel": p.Channel}}, nil
	case p.All:
		return map[string]any{"filter": map[string]any{}}, nil
	default:
		return nil, errors.New("name --id, --channel or --all")
	}
}

type replayLetters struct {
	remote
	picked
	Preview bool `help:"Only say what would happen."`
}

// Run replays.
func (r replayLetters) Run() error {
	body, err := r.body()
	if err != nil {
		return err
	}
	body["preview"] = r.Preview
	return r.call(http.MethodPost, "/v1/dead-letters/replay", body)
}

type discardLetters struct {
	remote
	picked
	Reason string `required:"" help:"Why; it is kept with the messages."`
}

// Run discards.
func (d discardLetters) Run() error {
	body, err := d.body()
	if err != nil {
		return err
	}
	body["reason"] = d.Reason
	return d.call(http.MethodPost, "/v1/dead-letters/discard", body)
}

type readyCommand struct{ remote }

// Run asks /readyz.
func (r readyCommand) Run() error { return r.call(http.MethodGet, "/readyz", nil) }
