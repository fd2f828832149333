package template

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"sync"

	"clarion/backend/notify"
)

// speaksOfDigest finds the root in the sources of a channel.
var speaksOfDigest = regexp.MustCompile(`\bdigest\s*(\.|\[)`)

// SpeaksOfDigest reports whether the live version of a template names what was
// gathered, in any language of a channel.
func (c *Catalog) SpeaksOfDigest(ctx context.Context, key string, channel notify.Channel) (bool, error) {
	v, err := c.Live(ctx, key)
	if err != nil {
		return false, err
	}
	text, err := json.Marshal(v.Channels[channel])
	if err != nil {
		return false, fmt.Errorf("read template %s: %w", key, err)
	}
	return speaksOfDigest.Match(text), nil
}

// RenderList renders the list of what was gathered that stands where no template
// speaks of a digest. Its data is the category's name.
func (c *Catalog) RenderList(ctx context.Context, r Request) (notify.Content, string, error) {
	r.Version = gatheredList()
	return c.Render(ctx, r)
}

// gatheredList is that list in the languages of Clarion, as a template that is not
// among those that people write. Long channels name all that templates are given,
// short ones the first.
var gatheredList = sync.OnceValue(func() Version {
	v := Version{Key: "\ngathered", Version: 1, DefaultLocale: "en", Channels: map[notify.Channel]map[string]Source{}}
	for _, info := range notify.Channels {
		sources := map[string]Source{}
		for locale, words := range gatheredWords {
			sources[locale] = words.source(info.Channel)
		}
		v.Channels[info.Channel] = sources
	}
	return v
})

// gatheredIn are the words of a list in one language. In more, %s stands for how
// many are shown.
type gatheredIn struct{ heading, more, unsubscribe, preferences string }

var gatheredWords = map[string]gatheredIn{
	"en": {
		`{{ data.category }}: {% if digest.total == 1 %}1 message{% else %}{{ digest.total }} messages{% endif %}`,
		`and {{ digest.total | minus: %s }} more`, "Unsubscribe", "Change what you receive",
	},
	"zh-CN": {
		`{{ data.category }}：{{ digest.total }} 条消息`,
		`另有 {{ digest.total | minus: %s }} 条`, "退订", "更改接收设置",
	},
}

// How many lines a short message has.
const shortLines = "3"

func (w gatheredIn) source(channel notify.Channel) Source {
	more := func(shown string) string {
		return "{% if digest.total > " + shown + " %}\n" + fmt.Sprintf(w.more, shown) + "{% endif %}"
	}
	const between = "{% unless forloop.first %}\n{% endunless %}"
	list := "{% for item in digest.items %}" + between + "\u2022 {{ item.title }}{% endfor %}" + more("digest.items.size")
	short := "{% for item in digest.items limit: " + shortLines + " %}" + between + "{{ item.title }}{% endfor %}" + more(shortLines)
	switch channel {
	case notify.Email:
		return Source{Subject: w.heading, MJML: w.email(more("digest.items.size"))}
	case notify.Push:
		return Source{Title: w.heading, Body: short}
	case notify.InApp:
		return Source{Title: w.heading, Body: list}
	case notify.SMS:
		return Source{Text: w.heading + "\n" + short}
	case notify.WeCom, notify.DingTalk, notify.Feishu:
		return Source{Title: w.heading, Text: list}
	default:
		return Source{Text: w.heading + "\n" + list}
	}
}

// email is a heading, a line for each message that leads where it does, and the
// way out.
func (w gatheredIn) email(more string) string {
	return `<mj-section><mj-column>
<mj-text font-size="20px" font-weight="bold" line-height="28px">` + w.heading + `</mj-text>
{% for item in digest.items %}<mj-text font-size="15px" line-height="22px" padding="6px 25px">
{% if item.url != "" %}<a href="{{ item.url }}"><strong>{{ item.title }}</strong></a>{% else %}<strong>{{ item.title }}</strong>{% endif %}
{% if item.text != "" %}<br />{{ item.text }}{% endif %}
</mj-text>{% endfor %}
<mj-text font-size="15px" color="#555555">` + more + `</mj-text>
<mj-text font-size="12px" color="#555555">
{% if unsubscribe_url %}<a href="{{ unsubscribe_url }}">` + w.unsubscribe + `</a>{% endif %}
{% if preferences_url %}<a href="{{ preferences_url }}">` + w.preferences + `</a>{% endif %}
</mj-text>
</mj-column></mj-section>`
}
