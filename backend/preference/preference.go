package preference

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// Preferences keeps what recipients want.
type Preferences struct {
	Store Store
	Clock notify.Clock
	// Categories are the known categories by key.
	Categories func(context.Context) (map[string]notify.Category, error)
}

// Get returns a recipient's choices.
func (p *Preferences) Get(ctx context.Context, recipient string) (notify.Preferences, error) {
	return p.Store.Preferences(ctx, recipient)
}

// Put checks and replaces a recipient's choices. A mandatory category cannot be
// switched off.
func (p *Preferences) Put(ctx context.Context, recipient string, choices notify.Preferences) error {
	known, err := p.Categories(ctx)
	if err != nil {
		return err
	}
	var faults notify.Invalid
	checkChannels(&faults, "channels", choices.Channels)
	for key, choice := range choices.Categories {
		path := "categories." + key
		category, ok := known[key]
		if !ok {
			faults.Add(path, "unknown_category", fmt.Sprintf("no category %q", key))
			continue
		}
		if category.Mandatory && choice.Enabled != nil && !*choice.Enabled {
			faults.Add(path+".enabled", "mandatory", category.Name+" cannot be switched off")
		}
		checkChannels(&faults, path+".channels", choice.Channels)
	}
	if err := faults.Err(); err != nil {
		return err
	}
	return p.Store.PutPreferences(ctx, recipient, choices, p.Clock.Now())
}

func checkChannels(faults *notify.Invalid, path string, channels map[notify.Channel]bool) {
	for channel := range channels {
		if !channel.Known() {
			faults.Add(path+"."+string(channel), "unknown_channel", fmt.Sprintf("no channel %q", channel))
		}
	}
}
