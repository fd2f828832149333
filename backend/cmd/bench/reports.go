package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"clarion/analytics"
	"clarion/analytics/reports"
	"clarion/backend/notify"
	"clarion/backend/report"
	"clarion/backend/testbed"
)

const (
	reportTimes = 20
	// reportLimit is what every report has to keep to, reportShare how much more
	// than its bare SQL it may cost.
	reportLimit = 300 * time.Millisecond
	reportShare = 1.5
)

// reportFilling is a month of events made by ClickHouse itself: of each five
// messages one has two rows, the others three, four with an open.
const reportFilling = `INSERT INTO delivery_events
SELECT number AS seq, toDateTime64('2026-10-10 00:00:00', 6, 'UTC') + toIntervalMicrosecond(intDiv(number, 4) * intDiv(31 * 86400 * 1000000, intDiv(%[1]d, 4)) + number %% 4 * 700000) AS at,
	multiIf(number %% 4 = 0, if(m %% 20 = 0, 'skipped', 'queued'), number %% 4 = 1, 'sent', number %% 4 = 2, if(m %% 17 = 1, 'failed', 'delivered'), 'opened') AS kind,
	number %% 4 = 0 AS first, concat('msg_', toString(m)), concat('ntf_', toString(m)), concat('evt_', toString(m)), lower(hex(m)),
	if(m %% 4 = 1, 'acme', '') AS tenant, concat('source-', toString(intDiv(m, 3) %% 4)), concat('flow-', toString(intDiv(m, 7) %% 40)),
	concat('category-', toString(intDiv(m, 7) %% 6)), concat('template-', toString(intDiv(m, 5) %% 200)), 1, 'en', channel,
	if(number %% 4 = 0, '', concat('vendor-', toString(m %% 2))), if(number %% 4 = 0, '', concat('int_', channel, '_', toString(m %% 2))),
	multiIf(m %% 10 = 0, 'high', m %% 3 = 0, 'low', 'medium'), 0, '', concat('person-', toString(m * 7919 %% 90001)),
	if(kind = 'opened', '', kind), if(kind = 'skipped', 'opted_out', ''), if(kind = 'failed', 'invalid_recipient', ''),
	if(kind = 'failed', concat('e', toString(m %% 7)), ''), 1, 20000 + m * 15485863 %% 99991 * (1 + m %% 7) * 13, if(kind = 'sent', 50 + m * 7919 %% 99991, 0),
	300 + m %% 700, if(channel = 'sms', 1 + m %% 3, 0), if(kind = 'sent' AND channel = 'sms', 7500, 0)
FROM (
	SELECT number, intDiv(number, 4) AS m, arrayElement(['email', 'sms', 'push', 'in_app', 'slack'], m %% 5 + 1) AS channel
	FROM numbers(%[2]d, %[3]d)
)`

// monthStood is when the month of the filling is over.
var monthStood = time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC)

type stood struct{}

func (stood) Now() time.Time { return monthStood }

// nobody is asked when ClickHouse does not answer, which is a fault here.
type nobody struct{}

func (nobody) Ask(context.Context, string, ...any) ([][]any, error) {
	return nil, fmt.Errorf("ClickHouse did not answer: %w", notify.ErrUnavailable)
}

// listener remembers the last statement that a report asked, for asking it bare.
type listener struct {
	*analytics.Warehouse
	text string
	args []any
}

func (l *listener) Ask(ctx context.Context, text string, args ...any) ([][]any, error) {
	l.text, l.args = text, args
	return l.Warehouse.Ask(ctx, text, args...)
}

// reportsBench times every report of a month of five million events on ClickHouse,
// in turn with the same SQL sent straight.
func reportsBench(ctx context.Context, b *bench) error {
	w, err := analytics.Open(analytics.Config{URL: testbed.ClickHouse(b.stage)})
	if err != nil {
		return err
	}
	defer w.Close()
	if err := w.Migrate(ctx); err != nil {
		return err
	}
	// The counts that ClickHouse keeps itself are not asked by reports, and making
	// them would be most of the filling.
	if _, err := w.Ask(ctx, "DROP VIEW to_delivery_minutes SYNC"); err != nil {
		return fmt.Errorf("take off the counts: %w", err)
	}
	rows, began := b.size(5_000_000, 20_000), time.Now()
	for done := 0; done < rows; done += 1_000_000 {
		if _, err := w.Ask(ctx, fmt.Sprintf(reportFilling, rows, done, min(1_000_000, rows-done))); err != nil {
			return fmt.Errorf("fill ClickHouse: %w", err)
		}
	}
	b.say("%d events in ClickHouse, made in %.0f s\n\n", rows, time.Since(began).Seconds())
	heard := &listener{Warehouse: w}
	desk := reports.New(reports.Config{ClickHouse: heard, SQL: nobody{}, Clock: stood{}, Log: slog.Default()})
	b.say("| report, a month | median | 95th percentile | of the bare SQL |\n|---|---|---|---|\n")
	slow, dear, asked := 0, 0, 0
	for _, info := range desk.Menu() {
		if !slices.Contains(reports.OfClickHouse(), info.ID) {
			continue
		}
		ours, bare, err := timeReport(ctx, desk, heard, info.ID)
		if err != nil {
			return err
		}
		asked++
		share, mark := float64(quantile(ours, .5))/float64(quantile(bare, .5)), ""
		if quantile(ours, .95) > reportLimit {
			slow++
			mark = " **above 300 ms**"
		}
		if share > reportShare {
			dear++
		}
		b.say("| `%s` | %s | %s%s | %.2f |\n", info.ID, round(quantile(ours, .5)), round(quantile(ours, .95)), mark, share)
	}
	b.say("\nreports above 300 ms: %d of %d; above 1.5 of their bare SQL: %d\n", slow, asked, dear)
	return nil
}

// timeReport asks the report and its bare SQL in turn, after once for the caches.
func timeReport(ctx context.Context, desk *reports.Desk, heard *listener, id string) (ours, bare []time.Duration, err error) {
	for i := range reportTimes + 1 {
		began := time.Now()
		answer, err := desk.Ask(ctx, id, report.Asked{From: monthStood.AddDate(0, 0, -31), To: monthStood, Zone: "Europe/Berlin"})
		took := time.Since(began)
		if err != nil {
			return nil, nil, err
		}
		if answer.Store != report.ClickHouse || len(answer.Rows) == 0 {
			return nil, nil, fmt.Errorf("report %s: answered by %s with %d rows: %w", id, answer.Store, len(answer.Rows), notify.ErrUnavailable)
		}
		began = time.Now()
		if _, err := heard.Warehouse.Ask(ctx, heard.text, heard.args...); err != nil {
			return nil, nil, err
		}
		if i > 0 {
			ours, bare = append(ours, took), append(bare, time.Since(began))
		}
	}
	slices.Sort(ours)
	slices.Sort(bare)
	return ours, bare, nil
}
