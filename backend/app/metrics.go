package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"clarion/analytics"
	"clarion/backend/notify"
	"clarion/backend/queue"
	"clarion/backend/schedule"
	"clarion/backend/store"
)

// metrics are the numbers that are not the HTTP door's own.
type metrics struct {
	attempts *prometheus.CounterVec
	calls    *prometheus.HistogramVec

	fires     *prometheus.CounterVec
	fireDelay *prometheus.HistogramVec

	copied      prometheus.Counter
	copySeconds prometheus.Histogram
	copyFailed  prometheus.Counter

	removed *prometheus.CounterVec
}

func newMetrics() *metrics {
	return &metrics{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_attempts_total", Help: "Attempts to hand a message to an integration, by outcome class.",
		}, []string{"channel", "integration", "outcome"}),
		calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "clarion_vendor_call_seconds", Help: "How long a vendor took to answer.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"channel", "integration"}),
		fires: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_schedule_fires_total", Help: "Planned times of schedules, by the kind of target and by what became of them.",
		}, []string{"target", "status"}),
		fireDelay: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "clarion_schedule_delay_seconds", Help: "How long after its planned time something was caused.",
			Buckets: []float64{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 3600},
		}, []string{"target"}),
		copied: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "clarion_stream_copied_total", Help: "Delivery events that this process copied to ClickHouse.",
		}),
		copySeconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "clarion_stream_insert_seconds", Help: "How long an insert into ClickHouse took.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}),
		removed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_retention_removed_total", Help: "What this process removed because it was older than is kept.",
		}, []string{"kind"}),
		copyFailed: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "clarion_stream_failures_total", Help: "Times that copying to ClickHouse failed and was begun again.",
		}),
	}
}

// fired counts what became of a planned time; a skipped one stands for several.
func (m *metrics) fired(target string, p schedule.Planned) {
	m.fires.WithLabelValues(target, string(p.Status)).Add(float64(max(1, p.Missed)))
	if p.Status == schedule.Fired {
		m.fireDelay.WithLabelValues(target).Observe(p.FiredAt.Sub(p.PlannedAt).Seconds())
	}
}

// Copied counts what an insert into ClickHouse brought there.
func (m *metrics) Copied(rows int, took time.Duration) {
	m.copied.Add(float64(rows))
	m.copySeconds.Observe(took.Seconds())
}

// CopyFailed counts a failure.
func (m *metrics) CopyFailed() { m.copyFailed.Inc() }

func (m *metrics) attempted(channel notify.Channel, integration string, outcome notify.Outcome, took time.Duration) {
	m.attempts.WithLabelValues(string(channel), integration, string(outcome)).Inc()
	m.calls.WithLabelValues(string(channel), integration).Observe(took.Seconds())
}

// queueCollector reads the queue's depths when it is scraped.
type queueCollector struct {
	queue *queue.Queue
}

var (
	depthDesc  = prometheus.NewDesc("clarion_queue_tasks", "Tasks in the queue.", []string{"priority", "state"}, nil)
	oldestDesc = prometheus.NewDesc("clarion_queue_oldest_seconds", "How long the first pending task has waited.", []string{"priority"}, nil)
)

// Describe names the metrics.
func (q queueCollector) Describe(out chan<- *prometheus.Desc) {
	out <- depthDesc
	out <- oldestDesc
}

// Collect reads the depths; a queue that does not answer yields none.
func (q queueCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	depths, err := q.queue.Depths(ctx)
	if err != nil {
		return
	}
	for _, d := range depths {
		p := string(d.Priority)
		out <- prometheus.MustNewConstMetric(depthDesc, prometheus.GaugeValue, float64(d.Pending), p, "pending")
		out <- prometheus.MustNewConstMetric(depthDesc, prometheus.GaugeValue, float64(d.Active), p, "active")
		out <- prometheus.MustNewConstMetric(depthDesc, prometheus.GaugeValue, float64(d.Retrying), p, "retrying")
		out <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, d.Oldest.Seconds(), p)
	}
}

// lagCollector sees how far the copy is behind when it is scraped.
type lagCollector struct {
	db *store.DB
	h  *house
}

var (
	lagRowsDesc    = prometheus.NewDesc("clarion_stream_lag_events", "Delivery events that ClickHouse has not got yet, at most.", nil, nil)
	lagSecondsDesc = prometheus.NewDesc("clarion_stream_lag_seconds", "How long the first event that ClickHouse has not got waits.", nil, nil)
	copyingDesc    = prometheus.NewDesc("clarion_stream_copying", "1 in the process that copies events to ClickHouse.", nil, nil)
)

// Describe names the metrics.
func (l lagCollector) Describe(out chan<- *prometheus.Desc) {
	out <- lagRowsDesc
	out <- lagSecondsDesc
	out <- copyingDesc
}

// Collect asks the database; one that does not answer yields none.
func (l lagCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	copying := 0.0
	if l.h.exporter.Holds() {
		copying = 1
	}
	out <- prometheus.MustNewConstMetric(copyingDesc, prometheus.GaugeValue, copying)
	rows, since, err := l.db.CopyLag(ctx, analytics.CopyName)
	if err != nil {
		return
	}
	seconds := 0.0
	if !since.IsZero() {
		seconds = max(0, l.h.clock.Now().Sub(since).Seconds())
	}
	out <- prometheus.MustNewConstMetric(lagRowsDesc, prometheus.GaugeValue, float64(rows))
	out <- prometheus.MustNewConstMetric(lagSecondsDesc, prometheus.GaugeValue, seconds)
}
