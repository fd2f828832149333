package e2e

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// monthMessages make more than 200,000 rows of what happened to them.
	monthMessages = 68_000
	monthRows     = 200_000
)

// The month has the night on which Europe's clocks go back.
var (
	monthFrom = time.Date(2026, 10, 10, 0, 0, 0, 0, time.UTC)
	monthTo   = time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC)
)

// monthOf are the messages of the month in terms of their number i, in SQL that
// both databases understand: all is whole numbers, so that all get the same.
const monthOf = `WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {count}),
a AS (
	SELECT i, substr(CAST(100000000 + i AS TEXT), 2) AS no, {from} + i * {step} + i * 7919 % 1000003 AS created,
		CASE i % 5 WHEN 0 THEN 'email' WHEN 1 THEN 'sms' WHEN 2 THEN 'push' WHEN 3 THEN 'in_app' ELSE 'slack' END AS channel,
		CASE WHEN i % 20 = 0 THEN 'skipped' WHEN i % 17 = 1 THEN 'failed' WHEN i % 23 = 2 THEN 'sent' WHEN i % 97 = 3 THEN 'unknown'
			WHEN i % 101 = 4 THEN 'expired' ELSE 'delivered' END AS fate,
		50 + i * 7919 % 997 * (1 + i % 13) * 41 AS wait, 1000 + i * 104729 % 9973 * 17 AS spent,
		20000 + i * 15485863 % 99991 * (1 + i % 7) * 13 AS travel
	FROM n
),
b AS (
	SELECT a.*, CASE WHEN channel = 'in_app' THEN 'in_app' ELSE 'int_' || channel || '_' || (i % 2) END AS integration,
		channel <> 'in_app' AND fate = 'delivered' AND i % 29 = 5 AS again, created + wait + spent AS tried FROM a
),
m AS (SELECT b.*, tried + CASE WHEN again THEN 2000000 + spent ELSE 0 END AS taken FROM b),
d AS (SELECT m.*, taken + CASE WHEN channel = 'in_app' THEN 0 ELSE travel END AS arrived FROM m) `

// monthFillings are the statements that write the month.
var monthFillings = []string{
	`INSERT INTO integrations (id, provider, name, channel, settings, unit_cost_micros, created_at, updated_at)
		SELECT DISTINCT integration, 'vendor-' || (i % 2), integration, channel, '', CASE WHEN channel = 'sms' THEN 7500 + i % 2 * 500 ELSE 0 END, 0, 0
		FROM d WHERE integration <> 'in_app' AND i < 1000`,
	`INSERT INTO events (id, source, type, targets, data, trace_id, status, created_at)
		SELECT 'evt_' || no, 'source-' || (i / 3 % 4), 'flow-' || (i / 7 % 9), '[]', '{}', no, 'dispatched', created - 3000 - i % 5 * 1000 FROM d`,
	`INSERT INTO messages (id, notification_id, event_id, trace_id, source, tenant, recipient_id, channel, workflow, category, priority, status,
			skip_reason, template, template_version, locale, size_bytes, parts, integration, created_at)
		SELECT 'msg_' || no, 'ntf_' || no, 'evt_' || no, no, 'source-' || (i / 3 % 4), CASE WHEN i % 4 = 1 THEN 'acme' ELSE '' END,
			'person-' || CASE WHEN i % 50 = 7 THEN 7 ELSE i * 7919 % 9001 END, channel, 'flow-' || (i / 7 % 9), 'category-' || (i / 7 % 3),
			CASE WHEN i % 10 = 0 THEN 'high' WHEN i % 3 = 0 THEN 'low' ELSE 'medium' END, fate,
			CASE WHEN fate <> 'skipped' THEN '' WHEN i % 3 = 0 THEN 'opted_out' WHEN i % 3 = 1 THEN 'frequency_capped' ELSE 'suppressed' END,
			'template-' || (i / 5 % 12), 1, 'en', 300 + i % 700, CASE WHEN channel = 'sms' THEN 1 + i % 3 ELSE 0 END, integration, created FROM d`,
	`INSERT INTO attempts (id, message_id, number, integration, outcome, error_code, started_at, ended_at)
		SELECT 'att_' || no, 'msg_' || no, 1, integration, CASE WHEN fate = 'failed' THEN 'invalid_recipient' WHEN fate = 'unknown' THEN 'ambiguous' WHEN again THEN 'temporary' ELSE 'ok' END,
			CASE WHEN fate = 'failed' THEN 'e' || (i % 7) WHEN fate = 'unknown' THEN 'timeout' WHEN again THEN '503' ELSE '' END, created + wait, tried
		FROM d WHERE fate NOT IN ('skipped', 'expired')`,
	`INSERT INTO attempts (id, message_id, number, integration, outcome, started_at, ended_at)
		SELECT 'att_2' || no, 'msg_' || no, 2, integration, 'ok', tried + 2000000, taken FROM d WHERE again`,
	`INSERT INTO message_events (message_id, at, kind, channel, source, detail, first)
		SELECT 'msg_' || no, at, kind, channel, 'source-' || (i / 3 % 4), detail, is_first FROM (
			SELECT no, i, channel, created AS at, CASE WHEN fate = 'skipped' THEN 'skipped' ELSE 'queued' END AS kind, TRUE AS is_first,
				CASE WHEN fate <> 'skipped' THEN '' WHEN i % 3 = 0 THEN '{"reason":"opted_out"}'
					WHEN i % 3 = 1 THEN '{"reason":"frequency_capped"}' ELSE '{"reason":"suppressed"}' END AS detail FROM d
			UNION ALL SELECT no, i, channel, tried, 'retry', FALSE, '{"integration":"' || integration || '","attempt":1,"code":"503"}' FROM d WHERE again
			UNION ALL SELECT no, i, channel, taken, 'sent', FALSE, '{"integration":"' || integration || '"}' FROM d
				WHERE fate IN ('sent', 'delivered') AND channel <> 'in_app'
			UNION ALL SELECT no, i, channel, arrived, 'delivered', FALSE, CASE WHEN channel = 'in_app' THEN '{"integration":"in_app"}' ELSE '' END
				FROM d WHERE fate = 'delivered'
			UNION ALL SELECT no, i, channel, tried, 'failed', FALSE,
				'{"integration":"' || integration || '","outcome":"invalid_recipient","code":"e' || (i % 7) || '"}' FROM d WHERE fate = 'failed'
			UNION ALL SELECT no, i, channel, tried, 'unknown', FALSE, '{"integration":"' || integration || '","code":"timeout"}' FROM d WHERE fate = 'unknown'
			UNION ALL SELECT no, i, channel, created + 3600000000, 'expired', FALSE, '' FROM d WHERE fate = 'expired'
			UNION ALL SELECT no, i, channel, arrived + 60000000 * (1 + i % 100), 'opened', FALSE, '' FROM d WHERE fate = 'delivered' AND channel = 'email' AND i % 3 = 0
			UNION ALL SELECT no, i, channel, arrived + 9000000000, 'opened', FALSE, '' FROM d WHERE fate = 'delivered' AND channel = 'email' AND i % 9 = 0
			UNION ALL SELECT no, i, channel, arrived + 61000000 * (1 + i % 100), 'clicked', FALSE, '' FROM d WHERE fate = 'delivered' AND channel = 'email' AND i % 12 = 0
			UNION ALL SELECT no, i, channel, arrived + 1000000, 'seen', FALSE, '' FROM d WHERE fate = 'delivered' AND channel = 'in_app'
			UNION ALL SELECT no, i, channel, arrived + 5000000 * (1 + i % 9), 'read', FALSE, '' FROM d WHERE fate = 'delivered' AND channel = 'in_app' AND i % 2 = 0
			UNION ALL SELECT no, i, channel, arrived + 70000000, 'unsubscribed', FALSE, '' FROM d WHERE fate = 'delivered' AND channel = 'email' AND i % 31 = 0
			UNION ALL SELECT no, i, channel, arrived + 80000000, 'complained', FALSE, '' FROM d WHERE fate = 'delivered' AND channel = 'email' AND i % 47 = 0
		) AS e ORDER BY at, no, kind`,
	`INSERT INTO suppressions (id, channel, address, reason, created_at)
		SELECT 'sup_' || no, channel, 'person-' || no, CASE WHEN i % 3 = 0 THEN 'complaint' WHEN i % 3 = 1 THEN 'bounce' ELSE 'unsubscribe' END, created
		FROM d WHERE i % 150 = 11`,
}

// fillMonth writes the month and returns how many rows of events it has.
func fillMonth(t *testing.T, driver, place string) int {
	t.Helper()
	db, err := sql.Open(driver, place)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	step := monthTo.Sub(monthFrom).Microseconds() / (monthMessages + 1)
	words := strings.NewReplacer("{count}", fmt.Sprint(monthMessages), "{from}", fmt.Sprint(monthFrom.UnixMicro()), "{step}", fmt.Sprint(step))
	for _, text := range monthFillings {
		_, err := db.ExecContext(context.WithoutCancel(t.Context()), words.Replace(monthOf+text))
		require.NoError(t, err, text)
	}
	var rows int
	require.NoError(t, db.QueryRow("SELECT count(*) FROM message_events").Scan(&rows))
	require.Greater(t, rows, monthRows)
	if driver == "pgx" {
		_, err := db.Exec("ANALYZE")
		require.NoError(t, err)
	}
	return rows
}
