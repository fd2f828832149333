package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
	"clarion/backend/provider/registry"
	"clarion/backend/sandbox"
)

// TestEveryEmailOffersOneClick looks into the box of every vendor of emails for
// the headers of RFC 8058.
func TestEveryEmailOffersOneClick(t *testing.T) {
	t.Parallel()
	const link = "https://hub.example.test/u/a-token"
	for _, manifest := range registry.All() {
		if manifest.Channel != notify.Email {
			continue
		}
		t.Run(manifest.Name, func(t *testing.T) {
			t.Parallel()
			s := stationOf(t, manifest.Name)
			for name, tt := range map[string]struct{ link, header, post string }{
				"what may be refused":      {link, "<" + link + ">", "List-Unsubscribe=One-Click"},
				"what must reach somebody": {"", "", ""},
			} {
				require.NoError(t, s.box.Clear())
				r := s.sender.Send(t.Context(), notify.Outbound{
					MessageID: notify.NewID(notify.MessageID), Channel: notify.Email, To: "ada@example.com", Unsubscribe: tt.link,
					Content: notify.Content{Subject: "Hi", Text: "Hello", HTML: "<p>Hello</p>"},
				})
				require.Equal(t, notify.OK, r.Outcome, "%s: %+v", name, r)
				got, _ := s.box.Messages(sandbox.MessageFilter{})
				require.Len(t, got, 1)
				require.Equal(t, tt.header, got[0].Headers["List-Unsubscribe"], name)
				require.Equal(t, tt.post, got[0].Headers["List-Unsubscribe-Post"], name)
			}
		})
	}
}
