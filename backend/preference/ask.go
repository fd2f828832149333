package preference

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// Ask judges messages that were queued or held before, as things stand now.
// What a member tries out waits for nobody.
func (p *Preferences) Ask(ctx context.Context, messages []notify.Message) ([]notify.Judgement, error) {
	ids := make([]string, 0, len(messages))
	for _, m := range messages {
		ids = append(ids, m.Recipient.ID)
	}
	choices, err := p.Store.PreferencesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	categories, err := p.Categories(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", notify.ErrUnavailable, err)
	}
	list := make([]notify.Judgement, len(messages))
	for i, m := range messages {
		category := categories[m.Category]
		category.Key = m.Category
		wish, err := p.Wish(ctx, notify.WishQuestion{
			Choices: choices[m.Recipient.ID], Timezone: choices[m.Recipient.ID].Timezone, Category: category,
			Workflow: m.Workflow, Critical: m.Critical, Channel: m.Channel, At: p.Clock.Now(),
		})
		if err != nil {
			return nil, err
		}
		list[i] = judge(m, wish)
	}
	return list, nil
}

func judge(m notify.Message, wish notify.Wish) notify.Judgement {
	j := notify.Judgement{Message: m, Step: "preference", WishAnswer: wish.Wanted()}
	if j.Stops() || m.HeldFor == notify.Released {
		return j
	}
	if quiet := wish.Timely(m.ExpiresAt); quiet.Stops() && !m.IsTest() {
		j.Step, j.WishAnswer = "quiet hours", quiet
		return j
	}
	// What was queued at once was held against its caps when it was saved.
	if m.HeldFor != "" && wish.CapsPassed == "" && !m.IsTest() {
		j.Caps = wish.Caps
	}
	return j
}
