// Package telegram sends messages of a Telegram bot and reads who started and
// stopped it. The bot's token is part of every URL, so nothing a URL is in is
// ever repeated. It gets no receipts, and it never retries, stores or logs.
package telegram

import (
	"regexp"
	"sync"

	"clarion/backend/notify"
	"clarion/backend/provider"
)

const plainText = "none"

// Manifest describes Telegram.
func Manifest() provider.Manifest {
	return provider.Manifest{
		Name: "telegram", Label: "Telegram", Channel: notify.Telegram, Receipts: true,
		Docs:    "https://core.telegram.org/bots/api#sendmessage",
		Recalls: true,
		Settings: []provider.Setting{
			{Key: "bot_token", Label: "Bot token", Secret: true, Required: true, Help: "From @BotFather: a number, a colon and a word."},
			{Key: "parse_mode", Label: "Text format", Default: plainText, Options: []string{plainText, "HTML", "MarkdownV2"},
				Help: "How Telegram reads the text. With HTML or MarkdownV2 the template must escape what it inserts."},
			{Key: "link_preview", Label: "Link previews", Default: "on", Options: []string{"on", "off"}},
			{Key: "webhook_secret", Label: "Webhook secret", Secret: true,
				Help: "The secret_token given to setWebhook: 1 to 256 letters, digits, _ and -. Without it no update is believed."},
		},
		New: open,
	}
}

var (
	tokenShape  = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]{6,}$`)
	secretShape = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
)

func open(v provider.Values, d provider.Deps) (notify.Sender, error) {
	m := Manifest()
	v = m.With(v)
	if err := m.Check(v); err != nil {
		return nil, err
	}
	var faults notify.Invalid
	if !tokenShape.MatchString(v["bot_token"]) {
		faults.Add("settings.bot_token", "not_a_token", "Must be a number, a colon and a word, as @BotFather gave it")
	}
	if v["webhook_secret"] != "" && !secretShape.MatchString(v["webhook_secret"]) {
		faults.Add("settings.webhook_secret", "not_a_secret", "Must be 1 to 256 letters, digits, _ and -")
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	base := d.BaseURL
	if base == "" {
		base = "https://api.telegram.org"
	}
	mode := v["parse_mode"]
	if mode == plainText {
		mode = ""
	}
	return &sender{
		line: provider.NewLine(d, m.SecretsOf(v)...), base: base + "/bot" + v["bot_token"] + "/", mode: mode,
		quietLinks: v["link_preview"] == "off", secret: v["webhook_secret"], moved: &moves{to: map[string]string{}},
	}, nil
}

// maxMoves bounds what is remembered of groups that moved.
const maxMoves = 10_000

// moves remembers which groups became supergroups, as Telegram told: their old
// ids take no more messages. After a restart it is told again.
type moves struct {
	mu sync.Mutex
	to map[string]string
}

func (m *moves) now(chat string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if to := m.to[chat]; to != "" {
		return to
	}
	return chat
}

func (m *moves) note(from, to string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.to) >= maxMoves {
		clear(m.to)
	}
	m.to[from] = to
}
