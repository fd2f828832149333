package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// remote is how the commands reach a running Clarion.
type remote struct {
	URL string `default:"http://127.0.0.1:8080" env:"CLARION_URL" help:"Where Clarion answers."`
	Key string `env:"CLARION_API_KEY" help:"API key; see Settings, or CLARION_BOOTSTRAP_KEY."`
}

// envelope is every JSON answer.
type envelope struct {
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Data    json.RawMessage `json:"data"`
	Error   json.RawMessage `json:"error"`
	TraceID string          `json:"trace_id"`
}

const answerLimit = 16 << 20

// call makes one request and prints the data of the answer.
func (r remote) call(method, path string, body any) error {
	var payload io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("write the request: %w", err)
		}
		payload = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(context.Background(), method, strings.TrimRight(r.URL, "/")+path, payload)
	if err != nil {
		return fmt.Errorf("make the request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	if r.Key != "" {
		request.Header.Set("Authorization", "Bearer "+r.Key)
	}
	response, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		return fmt.Errorf("call %s: %w", r.URL, err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer envelope
	if err := json.NewDecoder(io.LimitReader(response.Body, answerLimit)).Decode(&answer); err != nil {
		return fmt.Errorf("%s %s answered %d and no JSON: %w", method, path, response.StatusCode, err)
	}
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %d %s %s (trace %s)", method, path, answer.Code, answer.Message, answer.Error, answer.TraceID)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, answer.Data, "", "  "); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	_, err = fmt.Fprintln(os.Stdout, pretty.String())
	return err
}
