package demo

import (
	"fmt"
	"time"

	"clarion/backend/notify"
)

// refuses says why a message is not sent at all, in the words dispatch has.
func (w *world) refuses(m *Message, person int) (notify.Decision, bool) {
	life := &w.lives[person]
	day := int(m.CreatedAt.Sub(w.start) / (24 * time.Hour))
	skip := func(step string, reason notify.SkipReason, detail string) (notify.Decision, bool) {
		return notify.Decision{Step: step, Channel: m.Channel, Outcome: "skip", Reason: reason, Detail: detail}, true
	}
	switch {
	case m.Workflow == "deploy.finished" && m.CreatedAt.Weekday() == time.Saturday:
		return skip("workflow", notify.WorkflowDisabled, "The workflow is switched off.")
	case life.out[m.Category] && !m.Critical:
		return skip("preference", notify.OptedOut, "The recipient does not want this category.")
	case m.Address == "":
		return skip("address", notify.NoAddress, "The recipient has no address on this channel.")
	case life.suppressedAt(m):
		return skip("suppression", notify.Suppressed, "The address must not be contacted.")
	case m.Category == "marketing" && life.got[day] >= 3:
		return skip("frequency cap", notify.FrequencyCapped, "The recipient already got 3 messages of the category marketing within a day; the cap is 3.")
	case m.Channel == notify.SMS && m.Workflow == "order.shipped" && w.chance(0.2):
		return skip("condition", notify.ConditionFalse, "Only orders above the limit are told by text.")
	case w.chance(0.002):
		return skip("duplicate", notify.Duplicate, "The same was sent a moment ago.")
	}
	if m.Category == "marketing" {
		life.got[day]++
	}
	return notify.Decision{}, false
}

func (l *life) suppressedAt(m *Message) bool {
	since, is := l.suppressed[m.Channel]
	return is && !m.CreatedAt.Before(since)
}

// write is what the message says, how long it is and how many texts it takes.
func (w *world) write(m *Message, locale string) {
	title := m.Workflow
	for _, f := range w.cast.Flows {
		if f.Key == m.Workflow {
			title = f.Name
		}
	}
	text := fmt.Sprintf("%s: number %d.", title, 10_000+w.random.IntN(80_000))
	m.Template = notify.TemplateRef{Key: m.Workflow, Version: 1, Locale: locale}
	switch m.Channel {
	case notify.Email:
		m.Content = notify.Content{Subject: title, Text: text}
		m.SizeBytes = 6_000 + int(w.around(9*time.Microsecond)/time.Nanosecond)
	case notify.Push, notify.InApp, notify.WeCom:
		m.Content = notify.Content{Title: title, Body: text}
		m.SizeBytes = 80 + w.random.IntN(160)
	case notify.SMS:
		m.Content = notify.Content{Text: text}
		m.SizeBytes = 60 + w.random.IntN(160)
		m.Parts = 1 + m.SizeBytes/161
		if locale == "zh-CN" {
			m.Parts = 1 + m.SizeBytes/3/71
		}
	default:
		m.Content = notify.Content{Text: text}
		m.SizeBytes = 300 + w.random.IntN(900)
	}
}
