package centre_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/centre"
	"clarion/backend/notify"
)

var at = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func links(t *testing.T, secret byte) *centre.Links {
	t.Helper()
	l, err := centre.NewLinks(bytes.Repeat([]byte{secret}, 32), "https://hub.example.com")
	require.NoError(t, err)
	return l
}

func token(t *testing.T, link string) string {
	t.Helper()
	return link[strings.LastIndexByte(link, '/')+1:]
}

func TestALinkNamesItsMessage(t *testing.T) {
	t.Parallel()
	l, m := links(t, 1), notify.Message{ID: notify.NewID(notify.MessageID)}
	made := l.Of(m, notify.Category{})
	require.True(t, strings.HasPrefix(made.Unsubscribe, "https://hub.example.com/u/"))
	require.True(t, strings.HasPrefix(made.Preferences, "https://hub.example.com/p/"))
	require.Equal(t, made, l.Of(m, notify.Category{}), "however often it is asked, header and text agree")
	ref, err := l.Open(token(t, made.Unsubscribe))
	require.NoError(t, err)
	require.Equal(t, m.ID, ref.Message)
	require.WithinDuration(t, time.Now(), ref.At, time.Minute)
	require.NotContains(t, made.Unsubscribe, strings.TrimPrefix(m.ID, notify.MessageID))
}

func TestALinkNamesItsPerson(t *testing.T) {
	t.Parallel()
	l := links(t, 1)
	ref, err := l.Open(token(t, l.For("ada", at)))
	require.NoError(t, err)
	require.Equal(t, centre.Ref{Recipient: "ada", At: at}, ref)
}

func TestWhichMessagesHaveLinks(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		message                  notify.Message
		category                 notify.Category
		unsubscribe, preferences bool
	}{
		"what may be refused":         {notify.Message{}, notify.Category{}, true, true},
		"a mandatory category":        {notify.Message{}, notify.Category{Mandatory: true}, false, true},
		"a critical workflow":         {notify.Message{Critical: true}, notify.Category{}, false, true},
		"a one-time code":             {notify.Message{Workflow: notify.OTPType}, notify.Category{}, false, false},
		"what is confidential":        {notify.Message{Source: notify.ConfidentialSource}, notify.Category{}, false, false},
		"a message without an own id": {notify.Message{ID: "msg_draft"}, notify.Category{}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.message.ID == "" {
				tt.message.ID = notify.NewID(notify.MessageID)
			}
			got := links(t, 1).Of(tt.message, tt.category)
			require.Equal(t, []bool{tt.unsubscribe, tt.preferences}, []bool{got.Unsubscribe != "", got.Preferences != ""})
		})
	}
}

func TestALinkThatIsChangedInAnyBitIsNone(t *testing.T) {
	t.Parallel()
	l := links(t, 1)
	for name, link := range map[string]string{
		"of a message": l.Of(notify.Message{ID: notify.NewID(notify.MessageID)}, notify.Category{}).Unsubscribe,
		"of a person":  l.For("ada", at),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := token(t, link)
			_, err := l.Open(good)
			require.NoError(t, err)
			raw, err := base64.RawURLEncoding.DecodeString(good)
			require.NoError(t, err)
			for bit := range 8 * len(raw) {
				forged := bytes.Clone(raw)
				forged[bit/8] ^= 1 << (bit % 8)
				_, err := l.Open(base64.RawURLEncoding.EncodeToString(forged))
				require.ErrorIs(t, err, notify.ErrNotFound, "bit %d of what it says", bit)
			}
			for bit := range 8 * len(good) {
				forged := []byte(good)
				forged[bit/8] ^= 1 << (bit % 8)
				_, err := l.Open(string(forged))
				require.ErrorIs(t, err, notify.ErrNotFound, "bit %d of how it is written", bit)
			}
			for cut := range len(good) {
				_, err := l.Open(good[:cut])
				require.ErrorIs(t, err, notify.ErrNotFound, "cut off after %d", cut)
			}
			for _, more := range []string{good + "A", good + "=", good + "==", " " + good, good + "\n", good[:9] + "\n" + good[9:]} {
				_, err := l.Open(more)
				require.ErrorIs(t, err, notify.ErrNotFound, "%q", more)
			}
			_, err = links(t, 2).Open(good)
			require.ErrorIs(t, err, notify.ErrNotFound, "another Clarion's")
		})
	}
}
