package centre

import (
	"maps"

	"clarion/backend/notify"
)

// answered is what a person's choices become when they unsubscribe at a message,
// or stay. What has no category is the channel's as a whole. A choice for the
// workflow is nearer than one for its category, so it follows. The maps are made
// anew: the choices before stay as they were.
func answered(p notify.Preferences, v Visit, stay bool) notify.Preferences {
	if on, chosen := p.Channels[v.Channel]; v.Category.Key == "" || stay && chosen && !on {
		p.Channels = with(p.Channels, v.Channel, stay)
	}
	if v.Category.Key == "" {
		return p
	}
	choice := p.Categories[v.Category.Key]
	choice.Channels = with(choice.Channels, v.Channel, stay)
	if stay && choice.Cadence == notify.Never {
		choice.Cadence = ""
	}
	p.Categories = with(p.Categories, v.Category.Key, choice)
	if flow, chosen := p.Workflows[v.workflow]; chosen {
		flow.Channels = with(flow.Channels, v.Channel, stay)
		p.Workflows = with(p.Workflows, v.workflow, flow)
	}
	return p
}

func with[K comparable, V any](m map[K]V, key K, value V) map[K]V {
	m = maps.Clone(m)
	if m == nil {
		m = map[K]V{}
	}
	m[key] = value
	return m
}
