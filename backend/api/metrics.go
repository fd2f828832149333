package api

import (
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the door's own figures, next to those of the other packages.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	sockets  *prometheus.GaugeVec
	serve    fiber.Handler
	// known are the series met before: to find one by its labels costs more
	// than to count.
	known sync.Map // of labels to *series
}

type labels struct {
	method, route string
	status        int
}

type series struct {
	requests prometheus.Counter
	seconds  prometheus.Observer
}

func newMetrics(others []prometheus.Collector) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "clarion_http_requests_total", Help: "Requests answered, by route pattern.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "clarion_http_request_duration_seconds", Help: "Time from the first handler to the answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method", "route"}),
		sockets: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "clarion_websocket_connections", Help: "Open sockets.",
		}, []string{"socket"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.sockets, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(others...)
	m.serve = adaptor.HTTPHandler(promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return m
}

// observe counts a request under its route's pattern: a raw path would make a
// label of every id.
func (m *metrics) observe(c *fiber.Ctx, took time.Duration) {
	route, method := c.Route().Path, c.Method()
	if route == "/" && c.Path() != "/" {
		route = "other"
	}
	found := m.of(labels{method, route, c.Response().StatusCode()})
	found.requests.Inc()
	found.seconds.Observe(took.Seconds())
}

func (m *metrics) of(l labels) *series {
	if found, ok := m.known.Load(l); ok {
		return found.(*series)
	}
	made := &series{
		m.requests.WithLabelValues(l.method, l.route, strconv.Itoa(l.status)), m.seconds.WithLabelValues(l.method, l.route),
	}
	m.known.Store(l, made)
	return made
}
