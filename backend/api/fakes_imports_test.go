package api

import (
	"context"
	"maps"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

const knownImport = "imp_1"

func init() {
	maps.Copy(bodies, map[string]string{
		"POST /v1/recipients/:id/merge":               `{"from":"bo"}`,
		"POST /v1/recipient-imports":                  `{"name":"people.csv"}`,
		"PUT /v1/recipient-imports/:id/parts/:number": "id\na\n",
		"POST /v1/recipient-imports/:id/check":        `{"columns":[{"to":"id"}],"group":"ops"}`,
	})
}

type importFake struct{ *fakes }

func (f *importFake) one() roster.Import {
	return roster.Import{
		ID: knownImport, Name: "people.csv", State: roster.Checked, Columns: []roster.Column{{To: "id"}}, Size: 10, Rows: 2, Faulty: 1,
		CreatedBy: "bo", CreatedAt: f.at, UpdatedAt: f.at,
	}
}

func (f *importFake) Create(context.Context, string, string) (roster.Import, error) {
	return f.one(), f.failing()
}

func (f *importFake) Get(_ context.Context, id string) (roster.Import, error) {
	return f.one(), f.missing(id, knownImport)
}

func (f *importFake) List(context.Context, struct{}, notify.Page) ([]roster.Import, string, error) {
	return []roster.Import{f.one()}, "", f.failing()
}

func (f *importFake) Upload(_ context.Context, id string, number int, _ []byte) error {
	if number < 1 {
		return notify.InvalidField("number", "out_of_range", "must be 1 or more")
	}
	return f.missing(id, knownImport)
}

func (f *importFake) Headings(_ context.Context, id string) ([]roster.Heading, error) {
	return []roster.Heading{{Name: "Id", Samples: []string{"a"}, Guess: roster.Column{To: "id"}}}, f.missing(id, knownImport)
}

func (f *importFake) Check(_ context.Context, id string, columns []roster.Column, _ string) error {
	if err := roster.CheckMapping(columns); err != nil {
		return err
	}
	return f.missing(id, knownImport)
}

func (f *importFake) Faulty(_ context.Context, id string, _ notify.Page) ([]roster.FaultyRow, string, error) {
	return []roster.FaultyRow{{Line: 2, Row: `b,"x, y"`, Faults: []roster.Fault{{Column: "Id", Code: "required", Detail: "is empty"}}}}, "", f.missing(id, knownImport)
}

func (f *importFake) Start(_ context.Context, id string) error { return f.missing(id, knownImport) }

func (f *importFake) Cancel(_ context.Context, id string) error { return f.missing(id, knownImport) }
