package main

import (
	"context"
	"errors"
	"os"

	"clarion/backend/app"
	"clarion/backend/config"
	"clarion/backend/consent"
)

type verifyConsentCommand struct {
	Place int64  `help:"Place of a record that was written down before."`
	Seal  string `help:"Seal of that record."`
}

// Run proves the consent log.
func (v verifyConsentCommand) Run() error {
	if (v.Place == 0) != (v.Seal == "") {
		return errors.New("--place and --seal go together")
	}
	c, err := config.Load(os.Environ())
	if err != nil {
		return err
	}
	return app.VerifyConsent(context.Background(), c, consent.Head{Place: v.Place, Seal: v.Seal}, os.Stdout)
}
