package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestAReportArrivesByEmail goes the whole way: what the line did is asked, put
// into words and walks the line itself.
func TestAReportArrivesByEmail(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		house := g.open(t)
		house.ship("8001")
		house.emailOf("8001")
		send := ask{method: http.MethodPost, path: "/v1/reports/rates/send", header: map[string]string{"Idempotency-Key": "once"}, body: map[string]any{
			"params": map[string]string{"span": "24h", "zone": "Europe/London", "group": "channel"}, "recipients": []any{map[string]string{"id": "mei", "email": "mei@example.com", "locale": "zh-CN"}, "ada"},
		}}
		type accepted struct {
			ID string `json:"event_id"`
		}
		first := read[accepted](t, house.must(http.StatusAccepted, send))
		require.Equal(t, first, read[accepted](t, house.must(http.StatusAccepted, send)), "twice is once")
		var ada, mei delivered
		await(t, 60*time.Second, "both letters", func() bool {
			for _, m := range list[delivered](house, "/v1/sandbox/messages?channel=email&limit=50") {
				switch {
				case strings.HasPrefix(m.Subject, "Delivered, failed, skipped: "):
					ada = m
				case strings.HasPrefix(m.Subject, "送达、失败与跳过："):
					mei = m
				}
			}
			return ada.Text != "" && mei.Text != ""
		})
		require.Contains(t, ada.Text, "Email | ")
		require.Contains(t, ada.Text, "/reports?")
		require.Contains(t, ada.Text, "by.rates=channel")
		require.Contains(t, mei.Text, "邮件 | ")
		require.NotEmpty(t, ada.Headers["List-Unsubscribe"], "nobody has to get reports")
		messages := house.settled(first.ID, 2, 60*time.Second, arrived)
		for _, m := range messages {
			require.Equal(t, "email", m.Channel)
		}
		require.Equal(t, "Report by email", get[struct {
			Name string `json:"name"`
		}](house, "/v1/templates/clarion.report").Name, "an admin may change what it looks like")
		refused := house.do(ask{method: http.MethodPost, path: "/v1/reports/rates/send", body: map[string]any{"recipients": []string{"nobody-there"}}})
		require.Equal(t, http.StatusUnprocessableEntity, refused.status)
		require.Equal(t, "recipients[0]", refused.Error.Fields[0].Path)
	})
}

// TestAReportIsSentAtItsTimes lets a schedule send one letter, and refuses what
// could never be sent.
func TestAReportIsSentAtItsTimes(t *testing.T) {
	t.Parallel()
	house := grounds[0].open(t)
	plan := func(report string) ask {
		return ask{method: http.MethodPost, path: "/v1/schedules", body: map[string]any{
			"name": "Every second", "rule": map[string]any{"kind": "every", "every": map[string]any{"n": 1, "unit": "second"}}, "zone": "Europe/London", "max_fires": 1,
			"target": map[string]any{"kind": "report", "report": report, "params": map[string]string{"span": "7d"}, "recipients": []string{"ada"}},
		}}
	}
	refused := house.do(plan("weather"))
	require.Equal(t, http.StatusUnprocessableEntity, refused.status, "%s", refused.raw)
	require.Equal(t, "target.report", refused.Error.Fields[0].Path)
	id := read[struct {
		ID string `json:"id"`
	}](t, house.must(http.StatusCreated, plan("usage"))).ID
	var letters []delivered
	await(t, 60*time.Second, "the letter", func() bool {
		letters = nil
		for _, m := range list[delivered](house, "/v1/sandbox/messages?channel=email&limit=50") {
			if strings.Contains(m.Text, "Every second. Change or stop these letters") {
				letters = append(letters, m)
			}
		}
		return len(letters) > 0
	})
	require.Len(t, letters, 1, "one fire is one letter")
	require.Contains(t, letters[0].Text, "/schedules/"+id)
}
