// Command clarion is the whole hub in one binary: it serves, migrates, sends an
// event from the shell and works on dead letters. It is the only place that may
// exit the process.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
	_ "time/tzdata" // recipients' time zones must not depend on the machine

	"github.com/alecthomas/kong"

	"clarion/backend/config"
)

// version is set by the linker; a plain go build leaves it.
var version = "dev"

type cli struct {
	Serve       serveCommand         `cmd:"" help:"Run the roles named in CLARION_ROLES until interrupted."`
	Migrate     migrateCommand       `cmd:"" help:"Bring the database to this release's schema and exit."`
	RotateKey   rotateKeyCommand     `cmd:"" name:"rotate-key" help:"Seal every secret under CLARION_SECRET_KEY that is still under CLARION_SECRET_KEY_OLD."`
	Consent     verifyConsentCommand `cmd:"" name:"verify-consent" help:"Prove that the consent log is as it was written; exits with 1 when not."`
	Seed        seedCommand          `cmd:"" help:"Fill the database with a month of made-up traffic, to try out the reports; --remove takes it out again."`
	Analytics   analyticsCommand     `cmd:"" help:"Work on the copy of the events in ClickHouse."`
	Send        sendCommand          `cmd:"" help:"Send one event to a running Clarion."`
	DeadLetters deadLettersCommand   `cmd:"" name:"dead-letters" help:"List, replay or discard what could not be sent."`
	Ready       readyCommand         `cmd:"" help:"Ask a running Clarion whether it is ready; exits with 1 when not."`
	Env         envCommand           `cmd:"" help:"Print every setting with its default, as .env.example."`
	Version     versionCommand       `cmd:"" help:"Print version and commit."`
}

func main() {
	var c cli
	k := kong.Parse(&c, kong.Name("clarion"), kong.UsageOnError(),
		kong.Description("The notification hub: one event in, every channel out, every message tracked to its end."))
	if err := k.Run(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "clarion:", err)
		os.Exit(1)
	}
}

type envCommand struct{}

// Run prints .env.example.
func (envCommand) Run() error {
	_, err := fmt.Print(config.Example())
	return err
}

type versionCommand struct{}

// Run prints version and commit.
func (versionCommand) Run() error {
	_, err := fmt.Println("clarion", version, commit())
	return err
}

// commit is the revision the binary was built from, as the Go tool recorded it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return "unknown"
}
