package main

import (
	"context"
	"os"

	"clarion/backend/app"
	"clarion/backend/config"
)

type rotateKeyCommand struct{}

// Run seals every secret under the new master key.
func (rotateKeyCommand) Run() error {
	c, err := config.Load(os.Environ())
	if err != nil {
		return err
	}
	return app.RotateKey(context.Background(), c, os.Stdout)
}
