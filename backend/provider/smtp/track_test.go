package smtp_test

import (
	"io"
	"mime/quotedprintable"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider"
	"clarion/backend/provider/providertest"
	"clarion/backend/provider/smtp"
)

func trackedSender(t *testing.T, s *server, key, callback string) notify.Sender {
	t.Helper()
	made, err := smtp.Manifest().New(s.settings(provider.Values{"tracking_key": key}), provider.Deps{
		HTTP: provider.NewHTTPClient(provider.ClientOptions{}), CallbackURL: callback,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.(io.Closer).Close()) })
	return made
}

// sentHTML is the HTML of the one email that was sent with it.
func sentHTML(t *testing.T, s *server, sender notify.Sender, text string) string {
	t.Helper()
	m := message()
	m.Content.Text, m.Content.HTML = "", text
	require.Equal(t, notify.OK, sender.Send(t.Context(), m).Outcome)
	_, messages, _ := s.seen()
	_, body, _ := strings.Cut(messages[len(messages)-1], "\r\n\r\n")
	raw, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
	require.NoError(t, err)
	return strings.TrimSuffix(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n")
}

var ours = regexp.MustCompile(regexp.QuoteMeta(providertest.CallbackURL) + `\?t=[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`)

func TestNothingIsTrackedUnlessThereIsAKeyAndAWayBack(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	const text = `<p>See <a href="https://example.com/o">your order</a></p>`
	for _, sender := range []notify.Sender{trackedSender(t, s, "", providertest.CallbackURL), trackedSender(t, s, "a-long-and-random-word", "")} {
		_, receives := sender.(notify.Receiver)
		require.False(t, receives)
		require.Equal(t, text, sentHTML(t, s, sender, text))
	}
	_, err := smtp.Manifest().New(s.settings(provider.Values{"tracking_key": "short"}), provider.Deps{HTTP: provider.NewHTTPClient(provider.ClientOptions{})})
	require.ErrorContains(t, err, "settings.tracking_key")
}

func TestOnlyLinksOfTheWebAreLedThroughUsAndTheRestStaysAsItIs(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	sender := trackedSender(t, s, "a-long-and-random-word", providertest.CallbackURL)
	text := `<!DOCTYPE html><HTML><body CLASS=x><!-- <a href="https://no.example/"> --><a class="b" href="https://example.com/o?a=1&amp;b=2">go</a>` +
		`<a href="mailto:a@example.com">m</a><a href="javascript:alert(1)">j</a><a href="/relative">r</a><a name="x">n</a><img src="https://example.com/i.png"></body></HTML>`
	got := sentHTML(t, s, sender, text)
	links := ours.FindAllString(got, -1)
	require.Len(t, links, 2, "one link, one picture: %s", got)
	got = strings.Replace(got, links[0], "https://example.com/o?a=1&amp;b=2", 1)
	got = strings.Replace(got, `<img src="`+links[1]+`" width="1" height="1" alt="" style="display:none">`, "", 1)
	require.Equal(t, text, got)
}

func TestALinkLeadsWhereTheEmailPointedAndNowhereElse(t *testing.T) {
	t.Parallel()
	s := newServer(t, nil)
	sender := trackedSender(t, s, "a-long-and-random-word", providertest.CallbackURL)
	const target = "https://example.com/o?a=1&b=2#c"
	got := sentHTML(t, s, sender, `<a href="https://example.com/o?a=1&amp;b=2#c">go</a>`)
	links := ours.FindAllString(got, -1)
	require.Len(t, links, 2)
	follow := func(sender notify.Sender, method, link string) ([]notify.Receipt, notify.CallbackAnswer, error) {
		u, err := url.Parse(link)
		require.NoError(t, err)
		return sender.(notify.Receiver).Receive(t.Context(), notify.CallbackRequest{Method: method, URL: link, Query: u.RawQuery, Now: providertest.Now})
	}
	clicked, answer, err := follow(sender, "GET", links[0])
	require.NoError(t, err)
	require.Equal(t, []any{302, target}, []any{answer.Status, answer.Location})
	require.Len(t, clicked, 1)
	require.Equal(t, []any{notify.EngagedClicked, messageID, target}, []any{clicked[0].Engagement, clicked[0].MessageID, clicked[0].Detail})
	opened, answer, err := follow(sender, "GET", links[1])
	require.NoError(t, err)
	require.Equal(t, []any{200, "image/gif", ""}, []any{answer.Status, answer.ContentType, answer.Location})
	require.Equal(t, []any{notify.EngagedOpened, messageID}, []any{opened[0].Engagement, opened[0].MessageID})
	again, _, err := follow(sender, "GET", links[1])
	require.NoError(t, err)
	require.Equal(t, opened[0].DedupKey, again[0].DedupKey, "an opening is told once")
	looked, answer, err := follow(sender, "HEAD", links[0])
	require.NoError(t, err)
	require.Empty(t, looked)
	require.Equal(t, target, answer.Location)
	_, _, err = follow(sender, "POST", links[0])
	require.ErrorIs(t, err, notify.ErrUnauthenticated)

	_, _, err = follow(trackedSender(t, s, "a-newer-random-word a-long-and-random-word", providertest.CallbackURL), "GET", links[0])
	require.NoError(t, err, "a key that was replaced is believed while it is kept")
	_, _, err = follow(trackedSender(t, s, "a-newer-random-word", providertest.CallbackURL), "GET", links[0])
	require.ErrorIs(t, err, notify.ErrUnauthenticated)
	start := len(providertest.CallbackURL) + len("?t=")
	for i := start; i < len(links[0]); i++ {
		changed := []byte(links[0])
		changed[i] = map[bool]byte{true: 'B', false: 'A'}[changed[i] == 'A']
		receipts, answer, err := follow(sender, "GET", string(changed))
		require.ErrorIs(t, err, notify.ErrUnauthenticated, "at %d", i)
		require.Empty(t, receipts)
		require.Empty(t, answer.Location)
	}
}
