package api

import (
	"context"
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/ingest"
	"clarion/backend/notify"
)

// checkTemplate says what is wrong with what is being written, and where.
func (s *Server) checkTemplate(c *fiber.Ctx) error {
	in, err := decode[struct {
		Draft templateInput `json:"draft"`
	}](c)
	if err != nil {
		return err
	}
	return shown(s, c, "key", func(ctx context.Context, key string) (map[string][]notify.FieldError, error) {
		faults, err := s.Templates.Faults(ctx, in.Draft.version(key))
		if err != nil {
			return nil, err
		}
		return map[string][]notify.FieldError{"faults": faults.Fields}, nil
	})
}

// testTemplate sends what is being written to the member who writes it, over
// the line that every message walks.
func (s *Server) testTemplate(c *fiber.Ctx) error {
	in, err := decode[previewInput](c)
	if err != nil {
		return err
	}
	current := callOf(c)
	return shown(s, c, "key", func(ctx context.Context, key string) (map[string]any, error) {
		view, err := s.rendered(ctx, key, in)
		if err != nil {
			return nil, err
		}
		requests := make([]ingest.Request, 0, len(view.Channels))
		for _, channel := range channelNames {
			if content, ok := view.Channels[channel]; ok {
				requests = append(requests, current.testOf(channel, content))
			}
		}
		ids := []string{}
		var faults []error
		for _, answer := range s.Acceptor.Accept(ctx, requests) {
			faults = append(faults, answer.Err)
			ids = append(ids, answer.NotificationIDs...)
		}
		if err := errors.Join(faults...); err != nil {
			return nil, fmt.Errorf("send a test of template %s: %w", key, err)
		}
		return map[string]any{"notification_ids": ids, "recipient": current.member.Member.RecipientID}, nil
	})
}

// rendered is the preview of a draft, a version or what is live.
func (s *Server) rendered(ctx context.Context, key string, in previewInput) (previewView, error) {
	v, err := s.previewed(ctx, key, in)
	if err != nil {
		return previewView{}, err
	}
	return s.render(ctx, v, in)
}

func (k *call) testOf(channel notify.Channel, content notify.Content) ingest.Request {
	content = content.AsTest()
	return ingest.Request{
		Source: access.BootstrapSource, Type: ingest.DirectType, To: []ingest.To{{ID: k.member.Member.RecipientID}},
		TraceID: k.trace, Direct: &notify.Direct{Content: &content, Channels: []notify.Channel{channel}},
	}
}
