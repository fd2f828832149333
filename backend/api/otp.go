package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
	"clarion/backend/ingest"
	"clarion/backend/notify"
	"clarion/backend/otp"
)

// OTPs hands out one-time codes and checks them.
type OTPs interface {
	Issue(ctx context.Context, r otp.Request) (otp.OTP, error)
	Verify(ctx context.Context, source, id, code string) (otp.Verdict, error)
}

func (s *Server) otpRoutes() []route {
	const story = "a code tells its own story, and the log must not"
	return []route{
		post("/v1/otp", access.NotificationsWrite, s.issueOTP).unaudited(story),
		post("/v1/otp/:id/verify", access.NotificationsWrite, s.verifyOTP).unaudited(story),
	}
}

type otpInput struct {
	To       json.RawMessage  `json:"to"`
	Channels []notify.Channel `json:"channels"`
	Length   int              `json:"length"`
	TTL      int              `json:"ttl_seconds"`
	Template string           `json:"template"`
}

func (s *Server) issueOTP(c *fiber.Ctx) error {
	in, err := decode[otpInput](c)
	if err != nil {
		return err
	}
	current := callOf(c)
	r := otp.Request{
		Channels: in.Channels, Length: in.Length, TTL: time.Duration(in.TTL) * time.Second, Template: in.Template,
		Source: current.source(), TraceID: current.trace,
	}
	if r.To, r.Inline, err = onePerson(in.To); err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	issued, err := s.OTPs.Issue(ctx, r)
	if err != nil {
		return err
	}
	return reply(c, fiber.StatusAccepted, map[string]any{"otp_id": issued.ID, "expires_at": issued.ExpiresAt})
}

// onePerson reads who a code is for: one recipient, by id or inline.
func onePerson(raw json.RawMessage) (string, *notify.Recipient, error) {
	if len(raw) == 0 {
		return "", nil, notify.InvalidField("to", "required", "a code needs a recipient")
	}
	list, err := ingest.DecodeTo("to", raw)
	if err != nil {
		return "", nil, err
	}
	if len(list) != 1 || list[0].ID == "" && list[0].Inline == nil {
		return "", nil, notify.InvalidField("to", "one_recipient", "a code is for one recipient")
	}
	return list[0].ID, list[0].Inline, nil
}

func (s *Server) verifyOTP(c *fiber.Ctx) error {
	in, err := decode[struct {
		Code string `json:"code"`
	}](c)
	if err != nil {
		return err
	}
	if in.Code == "" {
		return notify.InvalidField("code", "required", "is required")
	}
	return shown(s, c, "id", func(ctx context.Context, id string) (otp.Verdict, error) {
		return s.OTPs.Verify(ctx, callOf(c).source(), id, in.Code)
	})
}
