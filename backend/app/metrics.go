package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"clarion/backend/notify"
	"clarion/backend/queue"
)

// metrics are the numbers that are not the HTTP door's own.
type metrics struct {
	attempts *prometheus.CounterVec
	calls    *prometheus.HistogramVec
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
	}
}

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
