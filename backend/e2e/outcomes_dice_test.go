package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// dice throw what people, categories and workflows are like. The same seed
// throws the same again.
type dice struct{ *rand.Rand }

var thrownChannels = []string{"email", "sms", "push", "slack", "in_app"}

func (d dice) of(list ...string) string { return list[d.IntN(len(list))] }

// once is true one time in n.
func (d dice) once(n int) bool { return d.IntN(n) == 0 }

func (d dice) cap() map[string]any {
	return map[string]any{"max": 1 + d.IntN(4), "per": d.of("hour", "day", "week")}
}

func (d dice) switches() map[string]bool {
	some := map[string]bool{}
	for _, channel := range thrownChannels {
		if d.once(4) {
			some[channel] = d.once(2)
		}
	}
	return some
}

// category is the nth: all that can become of messages in quiet hours occurs.
func (d dice) category(n int) map[string]any {
	defaults := map[string]any{"enabled": d.of("on", "on", "on", "off", "required")}
	channels := map[string]string{}
	for _, channel := range thrownChannels {
		if d.once(6) {
			channels[channel] = d.of("on", "off", "required")
		}
	}
	if len(channels) > 0 {
		defaults["channels"] = channels
	}
	c := map[string]any{
		"name": "Thrown", "mandatory": d.once(8), "defaults": defaults,
		"quiet_hours": []string{"hold", "drop", "digest", "pass"}[n%4], "cadence": d.of("instant", "instant", "instant", "hourly", "daily"),
	}
	if d.once(3) {
		c["frequency_cap"] = d.cap()
	}
	return c
}

// steps are those of a workflow, one for each of some channels.
func (d dice) steps() (channels []string, steps []map[string]any) {
	for _, channel := range thrownChannels {
		if d.once(4) && len(channels) > 0 {
			continue
		}
		step := map[string]any{"key": channel, "kind": "channel", "channel": channel, "template": "thrown"}
		if d.once(6) {
			step["if"] = []any{map[string]any{"field": "data.total", "op": "gt", "value": 50}}
		}
		channels, steps = append(channels, channel), append(steps, step)
	}
	return channels, steps
}

// person is somebody who can be reached on most channels.
func (d dice) person(id string) map[string]any {
	addresses, known := []map[string]string{}, map[string]string{
		"email": id + "@example.com", "sms": fmt.Sprintf("+4477009%05d", d.IntN(100_000)), "push": "device-" + id, "slack": "U0000" + strings.ToUpper(id), "in_app": id,
	}
	for _, channel := range thrownChannels { // a map has another order each time
		if !d.once(8) {
			addresses = append(addresses, map[string]string{"channel": channel, "address": known[channel]})
		}
	}
	return map[string]any{
		"id": id, "name": "Person " + id, "addresses": addresses, "locale": d.of("en", "zh-CN"),
		"timezone": d.of("UTC", "Europe/London", "America/New_York", "Asia/Shanghai", "Pacific/Kiritimati", "Etc/GMT+12", "Australia/Lord_Howe"),
	}
}

// wishes are what somebody says of what they want.
func (d dice) wishes(now time.Time, categories, workflows []string) map[string]any {
	said := map[string]any{"channels": d.switches()}
	if d.once(12) {
		said["paused_until"] = now.Add(time.Duration(d.IntN(72)-24) * time.Hour).Format(time.RFC3339)
	}
	if d.once(2) {
		hour := d.IntN(24)
		night := map[string]any{
			"enabled": !d.once(5), "start": fmt.Sprintf("%02d:%02d", hour, 15*d.IntN(4)), "end": fmt.Sprintf("%02d:%02d", (hour+1+d.IntN(13))%24, 15*d.IntN(4)),
		}
		if d.once(3) {
			night["days"] = []string{d.of("mon", "tue", "wed"), d.of("thu", "fri"), d.of("sat", "sun")}
		}
		said["quiet_hours"] = night
	}
	if d.once(4) {
		said["frequency_cap"] = d.cap()
	}
	some := map[string]any{}
	for _, category := range categories {
		if d.once(4) {
			choice := map[string]any{"channels": d.switches(), "cadence": d.of("instant", "hourly", "daily", "weekly", "off")}
			if d.once(3) {
				choice["enabled"] = d.once(2)
			}
			some[category] = choice
		}
	}
	said["categories"] = some
	near := map[string]any{}
	for _, workflow := range workflows {
		if d.once(6) {
			near[workflow] = map[string]any{"enabled": d.once(2), "channels": d.switches()}
		}
	}
	said["workflows"] = near
	return said
}
