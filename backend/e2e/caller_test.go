package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// caller is somebody with a credential who knows where a house is.
type caller struct {
	testing.TB
	url    string
	bearer string
}

// ask is one request. A body that is not text is sent as JSON.
type ask struct {
	method, path string
	body         any
	header       map[string]string
}

// reply is an answer with its envelope.
type reply struct {
	status  int
	header  http.Header
	raw     []byte
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data"`
	TraceID string          `json:"trace_id"`
	Error   *struct {
		Type   string `json:"type"`
		Fields []struct {
			Path   string `json:"path"`
			Code   string `json:"code"`
			Detail string `json:"detail"`
		} `json:"fields"`
	} `json:"error"`
	Page struct {
		Next    *string `json:"next"`
		HasMore bool    `json:"has_more"`
	} `json:"page"`
}

// client is shared so that connections are; stories end long before its limit.
var client = &http.Client{
	Timeout:   patience,
	Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second},
}

// try makes a request; an error means that no answer came.
func (c *caller) try(a ask) (reply, error) {
	var body []byte
	switch given := a.body.(type) {
	case nil:
	case string:
		body = []byte(given)
	case []byte:
		body = given
	default:
		var err error
		if body, err = json.Marshal(given); err != nil {
			return reply{}, err
		}
	}
	request, err := http.NewRequestWithContext(context.Background(), a.method, c.url+a.path, bytes.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if a.method != http.MethodGet {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.bearer != "" {
		request.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	for name, value := range a.header {
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	r := reply{status: response.StatusCode, header: response.Header}
	if r.raw, err = io.ReadAll(response.Body); err != nil {
		return reply{}, err
	}
	if err := json.Unmarshal(r.raw, &r); err != nil {
		return r, fmt.Errorf("%s %s answered %d and no envelope: %w: %.200s", a.method, a.path, r.status, err, r.raw)
	}
	return r, nil
}

// do makes a request that must be answered, in the envelope.
func (c *caller) do(a ask) reply {
	c.Helper()
	r, err := c.try(a)
	require.NoError(c, err)
	require.Equal(c, r.status, r.Code, "the code of the envelope is the status")
	return r
}

// must makes a request that must succeed with the given status.
func (c *caller) must(status int, a ask) reply {
	c.Helper()
	r := c.do(a)
	require.Equal(c, status, r.status, "%s %s: %s", a.method, a.path, r.raw)
	return r
}

// read is data of an answer.
func read[T any](tb testing.TB, r reply) T {
	tb.Helper()
	var data T
	require.NoError(tb, json.Unmarshal(r.Data, &data), string(r.raw))
	return data
}

// get reads one thing.
func get[T any](c *caller, path string) T {
	c.Helper()
	return read[T](c, c.must(http.StatusOK, ask{method: http.MethodGet, path: path}))
}

// list reads all pages of a list.
func list[T any](c *caller, path string) []T {
	c.Helper()
	var all []T
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	after := ""
	for {
		r := c.must(http.StatusOK, ask{method: http.MethodGet, path: path + sign + "limit=200" + after})
		all = append(all, read[[]T](c, r)...)
		if r.Page.Next == nil {
			return all
		}
		after = "&after=" + *r.Page.Next
	}
}
