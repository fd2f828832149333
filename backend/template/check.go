package template

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"golang.org/x/text/language"

	"clarion/backend/notify"
)

// required are the fields a channel cannot do without; one of each group will
// do.
var required = map[notify.Channel][][]string{
	notify.Email:    {{"subject"}, {"mjml", "html", "text"}},
	notify.SMS:      {{"text"}},
	notify.Push:     {{"title"}, {"body"}},
	notify.Slack:    {{"text"}},
	notify.InApp:    {{"title"}},
	notify.Webhook:  {{"data"}},
	notify.WhatsApp: {{"text", "data"}},
	notify.Telegram: {{"text"}},
	notify.WeChat:   {{"data"}},
	notify.WeCom:    {{"text"}},
	notify.DingTalk: {{"text"}},
	notify.Feishu:   {{"text"}},
}

// requiredData are the keys of data a channel cannot do without.
var requiredData = map[notify.Channel][]string{
	// The vendor has the words; we name its template and fill in the blanks.
	notify.WeChat: {"template_id"},
}

// Shared is what a version is checked with: the layout it names, or zero, and
// the live partials.
type Shared struct {
	Layout   Part
	Partials Partials
}

// Check reports everything that is wrong with a version before it is saved, as
// a *notify.Invalid with paths such as channels.email.en.subject.
func Check(v Version, with Shared) error {
	var out notify.Invalid
	env, err := checkSchema(v)
	if err != nil {
		var wrong *notify.Invalid
		if !errors.As(err, &wrong) {
			return err
		}
		out.Fields = append(out.Fields, wrong.Fields...)
		env, _ = newEnvironment(nil)
	}
	if v.Layout != "" && v.Layout != with.Layout.Key {
		out.Add("layout", "unknown", fmt.Sprintf("there is no layout %q", v.Layout))
	}
	checkLayout(with, env, &out)
	if !isLocale(v.DefaultLocale) {
		out.Add("default_locale", "locale", fmt.Sprintf("%q is no locale such as en or zh-Hans", v.DefaultLocale))
	}
	if len(v.Channels) == 0 {
		out.Add("channels", "required", "at least one channel is needed")
	}
	for _, ch := range sortedKeys(v.Channels) {
		checkChannel(v, with, environed{ch, env}, &out)
	}
	return out.Err()
}

func checkSchema(v Version) (*environment, error) {
	if len(v.Schema) > 0 {
		if _, err := compileSchema(v.Schema); err != nil {
			return nil, notify.InvalidField("schema", "schema", err.Error())
		}
	}
	return newEnvironment(v.Schema)
}

// checkLayout checks the frame by itself, and that it compiles with nothing in
// it.
func checkLayout(with Shared, env *environment, out *notify.Invalid) {
	l := with.Layout
	for _, part := range []struct {
		name, source string
		mode         mode
	}{{"mjml", l.MJML, htmlMode}, {"text", l.Text, plain}} {
		if part.source == "" {
			continue
		}
		if n := len(contentMark.FindAllString(part.source, -1)); n != 1 {
			out.Add("layout."+part.name, "content", fmt.Sprintf("{{ content }} must stand in it once, not %d times", n))
		}
		bare := with.Partials.expand(insert(part.source, ""), part.mode)
		faults := enclose(bare, part.mode, env).faults
		if len(faults) == 0 && part.name == "mjml" {
			if _, faults = compileMJML(bare.source, "und"); len(faults) > 0 {
				faults[0].line = bare.line(faults[0].line)
			}
		}
		for _, f := range faults {
			out.Fields = append(out.Fields, invalid("layout", []fieldFault{{part.name, f}}).Fields...)
		}
	}
}

// environed is a channel with what its sources can name.
type environed struct {
	channel notify.Channel
	env     *environment
}

func checkChannel(v Version, with Shared, in environed, out *notify.Invalid) {
	ch := in.channel
	path := fmt.Sprintf("channels.%s", ch)
	info, known := ch.Info()
	if !known {
		out.Add(path, "unknown", fmt.Sprintf("there is no channel %q", ch))
		return
	}
	sources := v.Channels[ch]
	if _, ok := pick(sources, "", v.DefaultLocale); !ok {
		out.Add(path, "default_locale", fmt.Sprintf("the default locale %s is missing", v.DefaultLocale))
	}
	seen := map[string]string{}
	for _, locale := range sortedKeys(sources) {
		if other, twice := seen[canonical(locale)]; twice {
			out.Add(path+"."+locale, "locale", fmt.Sprintf("is the same locale as %s", other))
		}
		seen[canonical(locale)] = locale
		if !isLocale(locale) {
			out.Add(path+"."+locale, "locale", fmt.Sprintf("%q is no locale such as en or zh-Hans", locale))
			continue
		}
		checkFields(sources[locale], info, path+"."+locale, out)
		_, faults := compileUnit(unit{sources[locale], ch, locale, with.Layout, with.Partials}, in.env)
		out.Fields = append(out.Fields, invalid(path+"."+locale, faults).Fields...)
	}
}

// checkFields finds what the channel needs and lacks, and what it would drop.
func checkFields(s Source, info notify.ChannelInfo, path string, out *notify.Invalid) {
	filled := s.filled()
	for _, group := range required[info.Channel] {
		if !slices.ContainsFunc(group, func(f string) bool { return filled[f] }) {
			out.Add(path+"."+group[0], "required", fmt.Sprintf("%s needs %s", info.Channel, strings.Join(group, " or ")))
		}
	}
	for _, key := range requiredData[info.Channel] {
		if filled["data"] && strings.TrimSpace(s.Data[key]) == "" {
			out.Add(path+".data."+key, "required", fmt.Sprintf("%s needs data.%s", info.Channel, key))
		}
	}
	for _, name := range sortedKeys(filled) {
		carried := slices.Contains(info.ContentFields, name) || name == "mjml" && info.Channel == notify.Email
		if filled[name] && !carried {
			out.Add(path+"."+name, "not_used", fmt.Sprintf("%s carries no %s", info.Channel, name))
		}
	}
	if s.MJML != "" && s.HTML != "" {
		out.Add(path+".html", "not_used", "an email is written in MJML or in HTML, not in both")
	}
	for i, a := range s.Actions {
		if a.ID == "" || a.Label == "" {
			out.Add(fmt.Sprintf("%s.actions[%d]", path, i), "required", "an action needs an id and a label")
		}
	}
}

// filled says which fields hold something.
func (s Source) filled() map[string]bool {
	has := func(v string) bool { return strings.TrimSpace(v) != "" }
	return map[string]bool{
		"subject": has(s.Subject), "mjml": has(s.MJML), "html": has(s.HTML), "text": has(s.Text), "title": has(s.Title), "body": has(s.Body),
		"image": has(s.Image), "url": has(s.URL), "blocks": has(s.Blocks), "actions": len(s.Actions) > 0, "data": len(s.Data) > 0,
	}
}

func isLocale(s string) bool {
	_, err := language.Parse(s)
	return err == nil && s != ""
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	return keys
}
