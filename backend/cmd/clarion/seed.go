package main

import (
	"context"
	"os"

	"clarion/backend/app"
	"clarion/backend/config"
	"clarion/backend/demo"
)

type seedCommand struct {
	Size   int    `help:"About how many delivery events; some three for each message." default:"20000"`
	Days   int    `help:"How many days up to now they spread over." default:"30"`
	Seed   uint64 `help:"The same number makes up the same traffic." default:"1"`
	Remove bool   `help:"Take out again what was made up before."`
	Force  bool   `help:"Do it in production as well."`
}

// Run makes up traffic, or takes it out.
func (s seedCommand) Run() error {
	c, err := config.Load(os.Environ())
	if err != nil {
		return err
	}
	plan := demo.Plan{Size: s.Size, Days: s.Days, Seed: s.Seed}
	return app.Seed(context.Background(), c, app.Seeding{Plan: plan, Remove: s.Remove, Force: s.Force}, os.Stdout)
}
