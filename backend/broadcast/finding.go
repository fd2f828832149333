package broadcast

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"clarion/backend/notify"
)

// Level is how grave a finding is.
type Level string

// The levels: what bars must be mended before a broadcast is submitted, what
// warns is shown to its author and to who approves it.
const (
	Bars  Level = "bars"
	Warns Level = "warns"
)

// Finding is something that a look at a broadcast has found.
type Finding struct {
	Code  string `json:"code"`
	Level Level  `json:"level"`
	Path  string `json:"path"`
	// Detail explains it in a sentence.
	Detail string `json:"detail"`
	// People is for how many it holds, where it is not for all.
	People int `json:"people,omitempty"`
}

func bars(list []Finding) bool {
	return slices.ContainsFunc(list, func(f Finding) bool { return f.Level == Bars })
}

// What mail programs and push services cut off.
const (
	emailMost = 102 << 10
	pushMost  = 4 << 10
	partsMost = 3
)

// spamWords are those that filters hold against a subject or a text message.
var spamWords = []string{
	"100% free", "act now", "buy now", "click here", "double your", "earn money", "free money", "guaranteed winner", "no risk",
	"risk-free", "urgent response", "winner!", "you have won", "恭喜中奖", "免费领取", "稳赚", "日赚", "点击领取",
}

var anyLink = regexp.MustCompile(`https?://[^\s"'<>)]*`)

// nowhere are names that never lead anywhere on the internet.
var nowhere = []string{".invalid", ".test", ".example", ".localhost"}

// deadLink finds a link that cannot lead anywhere, by its words alone: nothing is
// asked of anybody. A host of this machine is a link for trying things out.
func deadLink(text string) string {
	for _, link := range anyLink.FindAllString(text, -1) {
		u, err := url.Parse(strings.TrimRight(link, ".,;:!?"))
		if err != nil || u.Hostname() == "" {
			return link
		}
		host := strings.ToLower(u.Hostname())
		alone := !strings.Contains(host, ".") && !strings.Contains(host, ":") && host != "localhost"
		if alone || slices.ContainsFunc(nowhere, func(end string) bool { return strings.HasSuffix(host, end) }) {
			return link
		}
	}
	return ""
}

var insecureLink = regexp.MustCompile(`http://[^\s"'<>)]+`)

// judge finds what speaks against sending to this audience, from the words and
// the fate of a sample.
func judge(b Broadcast, e Estimate, sample []Rehearsed, now time.Time) []Finding {
	if e.People == 0 {
		return []Finding{{Code: "empty_audience", Level: Bars, Path: "audience", Detail: "Nobody is in the audience now."}}
	}
	var list []Finding
	if !b.SendAt.IsZero() && b.SendAt.Before(now) {
		list = append(list, Finding{Code: "time_past", Level: Warns, Path: "send_at", Detail: "Its time has passed: it begins as soon as it is approved."})
	}
	if len(sample) > 0 && e.Reached == 0 {
		list = append(list, Finding{Code: "reaches_nobody", Level: Bars, Path: "channels", Detail: "Of the sample nobody would get a message; the reasons stand below."})
	}
	list = append(list, judgeFates(e)...)
	return append(list, judgeWords(sample, e)...)
}

// fates are the reasons that are worth a word of their own.
var fates = []struct {
	reason notify.SkipReason
	code   string
	path   string
	level  Level
	detail string
}{
	{notify.TemplateFailed, "variables_missing", "data", Bars, "The template cannot be rendered for some: a variable it needs is missing or has another form."},
	{notify.NoTemplate, "no_content", "channels", Bars, "The template says nothing for this channel."},
	{notify.NoIntegration, "no_integration", "channels", Warns, "No integration that is switched on serves this channel for some."},
	{notify.FrequencyCapped, "capped", "category", Warns, "Frequency caps keep it from some: they have had enough messages lately."},
	{notify.QuietHours, "quiet_drop", "category", Warns, "It is quiet hours for some, and the category says that such messages are dropped."},
}

func judgeFates(e Estimate) []Finding {
	var list []Finding
	for _, fate := range fates {
		people := 0
		for _, s := range e.Skips {
			if s.Reason == fate.reason {
				people += s.People
			}
		}
		if people > 0 {
			list = append(list, Finding{Code: fate.code, Level: fate.level, Path: fate.path, Detail: fate.detail, People: people})
		}
	}
	held := 0
	for _, c := range e.Channels {
		held += c.Held
	}
	if held > 0 {
		list = append(list, Finding{Code: "quiet_hours", Level: Warns, Path: "send_at", People: held,
			Detail: "At the time it is sent it is quiet hours for some: their messages wait until those end."})
	}
	return list
}

// judgeWords reads what the sample would get. Each thing is said once, for as
// many as it holds.
func judgeWords(sample []Rehearsed, e Estimate) []Finding {
	var list []Finding
	at := map[string]int{}
	note := func(f Finding) {
		key := f.Code + " " + f.Path
		i, known := at[key]
		if !known {
			i, at[key] = len(list), len(list)
			list = append(list, f)
		}
		list[i].People++
	}
	for _, one := range sample {
		for _, m := range one.Messages {
			if m.Status == notify.Queued || m.Status == notify.Held {
				readWords(m, note)
			}
		}
	}
	for i := range list {
		list[i].People = (list[i].People*e.People + e.Sampled/2) / max(e.Sampled, 1)
	}
	return list
}

func readWords(m RehearsedMessage, note func(Finding)) {
	path := "content." + string(m.Channel)
	text := strings.Join([]string{m.Content.Subject, m.Content.Title, m.Content.Text, m.Content.Body, m.Content.HTML, m.Content.URL}, "\n")
	if link := insecureLink.FindString(text); link != "" && !strings.HasPrefix(link, "http://www.w3.org/") && !strings.HasPrefix(link, "http://localhost") && !strings.HasPrefix(link, "http://127.0.0.1") {
		note(Finding{Code: "insecure_link", Level: Warns, Path: path, Detail: fmt.Sprintf("The link %s is not https: anyone on the way can read and change what it leads to.", link)})
	}
	if link := deadLink(text); link != "" {
		note(Finding{Code: "dead_link", Level: Warns, Path: path, Detail: fmt.Sprintf("The link %s leads nowhere: no host on the internet has that name.", link)})
	}
	if strings.Contains(text, "{{") || strings.Contains(text, "{%") {
		note(Finding{Code: "literal_variables", Level: Warns, Path: path, Detail: "{{ … }} stands in the words as it is: only a template fills variables in."})
	}
	low := strings.ToLower(m.Content.Subject + "\n" + m.Content.Title + "\n" + m.Content.Text + "\n" + m.Content.Body)
	for _, word := range spamWords {
		if strings.Contains(low, word) {
			note(Finding{Code: "spam_words", Level: Warns, Path: path, Detail: fmt.Sprintf("Filters hold words such as “%s” against a message.", word)})
			break
		}
	}
	switch {
	case m.Channel == notify.Email && len(m.Content.HTML) > emailMost:
		note(Finding{Code: "too_large", Level: Warns, Path: path, Detail: "The email is larger than 102 kB: some mail programs cut it off there."})
	case m.Channel == notify.Push && m.Size > pushMost:
		note(Finding{Code: "too_large", Level: Bars, Path: path, Detail: "Push services take at most 4 kB."})
	case m.Channel == notify.SMS && m.Parts > partsMost:
		note(Finding{Code: "many_parts", Level: Warns, Path: path, Detail: fmt.Sprintf("The text goes out in %d parts, each billed by itself.", m.Parts)})
	}
	if m.Channel == notify.Email && m.MayRefuse && !m.LeavesWay {
		note(Finding{Code: "no_unsubscribe", Level: Warns, Path: path,
			Detail: "The words hold no link to unsubscribe or to the preferences. The header for it is added, but not every mail program shows it."})
	}
}
