package api

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/centre"
	"clarion/backend/notify"
)

// What the page of a link says.
const (
	asked    = "asked"
	already  = "already"
	done     = "done"
	stayed   = "stayed"
	required = "required"
	unknown  = "unknown"
)

// unsubscribeWords are the page's words by locale: title, text and button. %[1]s
// is what the message was of, %[2]s how it comes.
var unsubscribeWords = map[string]map[string][3]string{
	"en": {
		asked:    {"Unsubscribe?", "You will get no more %[1]s %[2]s.", "Unsubscribe"},
		already:  {"You are unsubscribed", "You get no %[1]s %[2]s.", "Get them again"},
		done:     {"You are unsubscribed", "From now on you get no %[1]s %[2]s.", "Undo"},
		stayed:   {"You stay subscribed", "You go on getting %[1]s %[2]s.", "Unsubscribe"},
		required: {"This cannot be switched off", "These messages have to reach you, for example because they are about your account or your contract.", ""},
		unknown:  {"This link does not work", "It may be incomplete, or what it was about has been deleted. Please open it again from your message.", ""},
	},
	"zh-CN": {
		asked:    {"确定退订吗？", "您将不再%[2]s收到%[1]s。", "退订"},
		already:  {"您已退订", "您不会%[2]s收到%[1]s。", "重新接收"},
		done:     {"您已退订", "从现在起，您不会再%[2]s收到%[1]s。", "撤销"},
		stayed:   {"您仍在接收", "您将继续%[2]s收到%[1]s。", "退订"},
		required: {"此类消息无法关闭", "这些消息必须送达，例如与您的账户或合同有关。", ""},
		unknown:  {"链接无效", "链接可能不完整，或相关内容已被删除。请从您收到的消息中重新打开。", ""},
	},
}

// unsubscribeMore are the words beside those, by locale.
var unsubscribeMore = map[string]struct{ all, other, otherLocale, more string }{
	"en":    {"messages", "中文", "zh-CN", "All your message settings"},
	"zh-CN": {"消息", "English", "en", "全部消息设置"},
}

// channelWords say how a message comes.
var channelWords = map[string]map[notify.Channel]string{
	"en":    {notify.Email: "by email", notify.SMS: "by text message", notify.Push: "as push notifications", notify.WhatsApp: "by WhatsApp"},
	"zh-CN": {notify.Email: "通过邮件", notify.SMS: "通过短信", notify.Push: "通过推送", notify.WhatsApp: "通过 WhatsApp "},
}

// unsubscribed is one state of the page.
type unsubscribed struct {
	Locale, Other, OtherLocale          string
	House, Title, Text, Address         string
	Button, Action, Page, More, Wording string
	Style                               template.CSS
}

func unsubscribeView(v centre.Visit, ask, locale string) unsubscribed {
	words, more := unsubscribeWords[locale][ask], unsubscribeMore[locale]
	view := unsubscribed{
		Locale: locale, Other: more.other, OtherLocale: more.otherLocale, Title: words[0], Text: words[1], Button: words[2],
		More: more.more, Action: "unsubscribe",
	}
	if strings.Contains(words[1], "%[1]s") {
		view.Text = fmt.Sprintf(words[1], nameOf(v.Category, locale), cameBy(v.Channel, locale))
		view.Address = v.Address
	}
	if ask == done || ask == already {
		view.Action = "stay"
	}
	return view
}

// nameOf is what a person calls the messages of a category.
func nameOf(c notify.Category, locale string) string {
	language, _, _ := strings.Cut(locale, "-")
	for _, key := range []string{locale, language} {
		if name := c.Names[key]; name != "" {
			return quoted(name, locale)
		}
	}
	if c.Name == "" {
		return unsubscribeMore[locale].all
	}
	return quoted(c.Name, locale)
}

func quoted(name, locale string) string {
	if locale == "zh-CN" {
		return "“" + name + "”消息"
	}
	return "“" + name + "” messages"
}

func cameBy(c notify.Channel, locale string) string {
	if words := channelWords[locale][c]; words != "" {
		return words
	}
	if locale == "zh-CN" {
		return "通过 " + string(c) + " "
	}
	return "by " + strings.ReplaceAll(string(c), "_", " ")
}

// wordingOf is what a person read before they answered: the proof of it.
func wordingOf(v centre.Visit, a centre.Answer) string {
	ask := asked
	if a.Stay {
		ask = already
	}
	view := unsubscribeView(v, ask, a.Locale)
	return view.Title + " " + view.Text + " [" + view.Button + "]"
}

// pageLocale is the language a person's page is in: the one they switched to,
// theirs, their browser's.
func pageLocale(c *fiber.Ctx, own string) string {
	for _, wanted := range []string{c.Query("lang"), c.FormValue("lang"), own, c.AcceptsLanguages("en", "zh-CN", "zh")} {
		switch {
		case strings.HasPrefix(wanted, "zh"):
			return "zh-CN"
		case strings.HasPrefix(wanted, "en"):
			return "en"
		}
	}
	return "en"
}
