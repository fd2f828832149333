package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"clarion/backend/access"
	"clarion/backend/ingest"
	"clarion/backend/notify"
	"clarion/backend/report/mailing"
	"clarion/backend/template"
	"clarion/frontend"
)

// Reports travel in a category and with a template of their own. Both are made when
// the first one is sent, and are the house's to change from then on.
const (
	reportCategory = "clarion-reports"
	reportTemplate = "clarion.report"
)

// reportMailer sends reports by the line that everything else walks.
func (h *house) reportMailer() (*mailing.Mailer, error) {
	catalogues, err := fs.Sub(frontend.Words, "src/lib/i18n")
	if err != nil {
		return nil, fmt.Errorf("open the words of letters: %w", err)
	}
	words, err := mailing.ReadWords(catalogues)
	if err != nil {
		return nil, err
	}
	return &mailing.Mailer{Reports: h.reports(), Line: reportLine{h}, Namer: thingNames{h}, Words: words, URL: h.config.PublicURL}, nil
}

type reportLine struct{ *house }

// CheckTo reads who a letter is for.
func (l reportLine) CheckTo(raw json.RawMessage) error {
	_, err := ingest.DecodeTo("recipients", raw)
	return err
}

// Send accepts the letter as a direct notification. Its key makes it the same one
// when it comes again.
func (l reportLine) Send(ctx context.Context, p mailing.Parcel) (string, error) {
	if err := l.prepare(ctx); err != nil {
		return "", err
	}
	to, err := ingest.DecodeTo("recipients", p.To)
	if err != nil {
		return "", err
	}
	answer := l.acceptor.Accept(ctx, []ingest.Request{{
		Source: access.BootstrapSource, Type: ingest.DirectType, To: to, Data: p.Data, IdempotencyKey: p.Key, Fingerprint: p.Key,
		Direct: &notify.Direct{Template: reportTemplate, Channels: []notify.Channel{notify.Email}, Category: reportCategory},
	}})[0]
	var invalid *notify.Invalid
	if errors.As(answer.Err, &invalid) {
		for i, f := range invalid.Fields {
			if rest, ours := strings.CutPrefix(f.Path, "to["); ours {
				invalid.Fields[i].Path = "recipients[" + rest
			}
		}
	}
	return answer.EventID, answer.Err
}

// prepare makes the category and the template where there are none. A template that
// somebody has taken out of use is not put back.
func (l reportLine) prepare(ctx context.Context) error {
	known, err := l.workflows.Categories(ctx)
	if err != nil {
		return err
	}
	if _, ok := known[reportCategory]; !ok {
		err := l.workflows.PutCategory(ctx, notify.Category{Key: reportCategory, Name: "Reports", Names: map[string]string{"zh-CN": "报告"}})
		if err != nil {
			return fmt.Errorf("make the category of reports: %w", err)
		}
	}
	if _, _, err := l.templates.Template(ctx, reportTemplate); !errors.Is(err, notify.ErrNotFound) {
		return err
	}
	var letter struct {
		template.Version
		Name string `json:"name"`
	}
	if err := readYAML(letters, "letters/report.yaml", &letter); err != nil {
		return fmt.Errorf("read the template of reports: %w", err)
	}
	if _, _, err := l.templates.Save(ctx, template.NewVersion{Name: letter.Name, Version: letter.Version, By: "clarion"}); err != nil {
		return fmt.Errorf("store the template of reports: %w", err)
	}
	return nil
}

// thingNames are what people call integrations, categories and sources.
type thingNames struct{ *house }

// Names are those of all things that stand in a column.
func (n thingNames) Names(ctx context.Context, column string) (map[string]string, error) {
	names := map[string]string{}
	switch column {
	case "integration":
		list, err := n.integrations.List(ctx)
		if err != nil {
			return nil, err
		}
		for _, one := range list {
			names[one.ID] = one.Name
		}
	case "category":
		known, err := n.workflows.Categories(ctx)
		if err != nil {
			return nil, err
		}
		for key, one := range known {
			names[key] = one.Name
		}
	case "source":
		list, err := n.sources.List(ctx)
		if err != nil {
			return nil, err
		}
		for _, one := range list {
			names[one.Key] = one.Name
		}
	}
	return names, nil
}
