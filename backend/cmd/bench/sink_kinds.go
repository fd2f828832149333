package main

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// mailMark begins the paths of calls that are meant for SendGrid.
var mailMark = []byte("/sendgrid/")

// stuck holds the calls whose path has a part, until it is closed.
type stuck struct {
	part []byte
	free chan struct{}
}

// hang makes calls whose path has the part wait until the answer is called.
func (s *sink) hang(part string) (release func()) {
	held := &stuck{part: []byte(part), free: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = held
	return sync.OnceFunc(func() {
		s.mu.Lock()
		s.held = nil
		s.mu.Unlock()
		close(held.free)
	})
}

// wait holds a call that shall hang.
func (s *sink) wait(path []byte) {
	s.mu.Lock()
	held := s.held
	s.mu.Unlock()
	if held != nil && bytes.Contains(path, held.part) {
		<-held.free
	}
}

// answerMail is SendGrid's word that it took a message.
func answerMail(c *fasthttp.RequestCtx, id string) {
	c.Response.Header.Set("X-Message-Id", id)
	c.SetStatusCode(fasthttp.StatusAccepted)
}

// awaitMails waits until so many emails were taken.
func (s *sink) awaitMails(ctx context.Context, n int) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	if err := s.until(ctx, func() bool { return s.mails >= n }); err != nil {
		return fmt.Errorf("the vendor has %+v of %d emails: %w", s.tally(), n, err)
	}
	return nil
}

// firstText waits for the first text and says when it came.
func (s *sink) firstText(ctx context.Context) (at time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	err = s.until(ctx, func() bool {
		at = s.text
		return !at.IsZero()
	})
	if err != nil {
		return at, fmt.Errorf("no text came: %w", err)
	}
	return at, nil
}
