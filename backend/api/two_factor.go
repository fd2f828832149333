package api

import (
	"github.com/gofiber/fiber/v2"

	"clarion/backend/access"
)

// maxCode bounds what is compared; a longer one is no code.
const maxCode = 64

func cutCode(code string) string {
	if len(code) > maxCode {
		return code[:maxCode]
	}
	return code
}

type twoFactorView struct {
	Enabled   bool `json:"enabled"`
	CodesLeft int  `json:"codes_left"`
}

func (s *Server) showTwoFactor(c *fiber.Ctx) error {
	ctx, cancel := s.deadline(c)
	defer cancel()
	t, err := s.Account.TwoFactorOf(ctx, callOf(c).member)
	if err != nil {
		return err
	}
	return replyOK(c, twoFactorView{!t.ConfirmedAt.IsZero(), t.CodesLeft})
}

// proof is the password of whoever sits at the browser.
func proof(c *fiber.Ctx) (string, access.SignedIn, error) {
	in, err := decode[struct {
		Password string `json:"current"`
	}](c)
	if len(in.Password) > maxPassword {
		in.Password = ""
	}
	return in.Password, callOf(c).member, err
}

func (s *Server) enrolTwoFactor(c *fiber.Ctx) error {
	password, who, err := proof(c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	enrolment, err := s.Account.EnrolTwoFactor(ctx, who, password, c.IP())
	if err != nil {
		return err
	}
	return replyOK(c, enrolment)
}

type recoveryView struct {
	Codes []string `json:"recovery_codes"`
}

func (s *Server) confirmTwoFactor(c *fiber.Ctx) error {
	in, err := decode[struct {
		Code string `json:"code"`
	}](c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	who := callOf(c).member
	codes, err := s.Account.ConfirmTwoFactor(ctx, who, cutCode(in.Code))
	if err != nil {
		return err
	}
	noted(c, who.Member.ID, nil, nil)
	return replyOK(c, recoveryView{codes})
}

func (s *Server) dropTwoFactor(c *fiber.Ctx) error {
	password, who, err := proof(c)
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.Account.DropTwoFactor(ctx, who, password, c.IP()); err != nil {
		return err
	}
	noted(c, who.Member.ID, nil, nil)
	return replyOK(c, nil)
}
