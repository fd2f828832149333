package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"clarion/backend/centre"
	"clarion/backend/config"
	"clarion/backend/consent"
	"clarion/backend/notify"
	"clarion/backend/seal"
	"clarion/backend/store"
	"clarion/backend/workflow"
)

// linkSecretSetting keeps the secret of links, sealed: links in messages that
// went out must open after the master key was changed.
const linkSecretSetting = "link_secret"

// linkSecret is what links are made with: made once, the same for all processes.
func linkSecret(ctx context.Context, db *store.DB, sealer *seal.Sealer) ([]byte, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return nil, fmt.Errorf("make the secret of links: %w", err)
	}
	sealed, err := sealer.Seal(raw, linkSecretSetting)
	if err != nil {
		return nil, err
	}
	if sealed, err = db.KeepSetting(ctx, linkSecretSetting, sealed); err != nil {
		return nil, fmt.Errorf("keep the secret of links: %w", err)
	}
	secret, err := sealer.Open(sealed, linkSecretSetting)
	if err != nil {
		return nil, fmt.Errorf("the secret of links: %w", err)
	}
	return secret, nil
}

// plugLinks makes the links, gives them to the line, and the place where people answer by them.
func (h *house) plugLinks(ctx context.Context) error {
	secret, err := linkSecret(ctx, h.db, h.sealer)
	if err != nil {
		return err
	}
	if h.links, err = centre.NewLinks(secret, h.config.PublicURL); err != nil {
		return err
	}
	outgoing := mailLinks{h.links, h.workflows}
	h.dispatcher.Links, h.deliverer.Links = h.links, outgoing
	h.deliverer.Renewer = renewer{content{h.templates, h.workflows}, outgoing, h.db, h.db, h.db}
	h.consents = &consent.Log{Store: h.db, Chain: h.db, Names: h.db, Kept: h.db, Clock: h.clock}
	h.centre = &centre.Centre{
		Links: h.links, Store: h.db, Books: books{h.db, h.workflows}, Choices: choices{h.preferences}, Categories: h.workflows.Categories, Clock: h.clock,
	}
	return nil
}

// mailLinks are the links of a message on its way out, whose category is as it
// is now.
type mailLinks struct {
	links     *centre.Links
	workflows *workflow.Catalog
}

// LinksOf returns the links of a message. Where its category cannot be read it
// has none, rather than one that does not hold.
func (l mailLinks) LinksOf(ctx context.Context, m notify.Message) notify.Links {
	categories, err := l.workflows.Categories(ctx)
	if err != nil {
		return notify.Links{}
	}
	return l.links.Of(m, categories[m.Category])
}

// ErrBroken is a consent log that is not as it was written.
var ErrBroken = errors.New("the consent log is broken")

// VerifyConsent proves the consent log of c's database, against a head that was
// written down before where there is one, and tells what it found.
func VerifyConsent(ctx context.Context, c config.Config, known consent.Head, say io.Writer) error {
	if err := thereIs(c.DatabaseURL); err != nil {
		return err
	}
	db, err := store.Open(ctx, store.Config{URL: c.DatabaseURL})
	if err != nil {
		return err
	}
	verdict, err := consent.Verify(ctx, db, known)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	if !verdict.Intact {
		return fmt.Errorf("%w at place %d: %s; what comes before it is as it was written", ErrBroken, verdict.BrokenAt, verdict.Why)
	}
	if verdict.Checked == 0 {
		_, _ = fmt.Fprintln(say, "The consent log is empty: nothing was said yet")
		return nil
	}
	_, _ = fmt.Fprintf(say, "Records: %d, each as it was written; without content, because their people were erased: %d\n", verdict.Checked, verdict.Erased)
	_, _ = fmt.Fprintf(say, "Write this down to prove later that nothing up to here was taken away:\n  --place %d --seal %s\n", verdict.Head.Place, verdict.Head.Seal)
	return nil
}

// thereIs refuses a file that is not there: opened, it would be an empty database
// that proves nothing.
func thereIs(databaseURL string) error {
	path, file := strings.CutPrefix(databaseURL, "sqlite://")
	if !file {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("find the database: %w", err)
	}
	return nil
}
