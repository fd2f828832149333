package api

import (
	"context"
	"maps"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

const knownImport = "imp_1"

func init() {
	maps.Copy(bodies, map[string]string{
		"POST /v1/recipients/:id/merge":               `{"from":"bo"}`,
		"POST /v1/recipient-imports":                  `{"name":"people.csv"}`,
		"PUT /v1/recipient-imports/:id/parts/:number": "id\na\n",
		"POST /v1/notifications/bulk":                 `{"name":"News","template":"order","channels":["email"],"category":"orders","to":["ada",{"id":"bo","data":{"n":1}}]}`,
		"PUT /v1/operations/:id/parts/:number":        "id\na\n",
		"POST /v1/operations/:id/complete":            `{"size":10}`,
		"POST /v1/recipient-imports/:id/check":        `{"columns":[{"to":"id"}],"group":"ops"}`,
	})
}

type joiningFake struct{ *fakes }

func (f *joiningFake) Join(_ context.Context, group string, list []byte, preview bool) (roster.Joined, error) {
	out := roster.Joined{Named: 2, Known: 1, Added: 1, Faults: []roster.FaultyRow{
		{Line: 2, Row: strings.ToValidUTF8(string(list), "?"), Faults: []roster.Fault{{Column: "id", Code: "unknown_recipient", Detail: "there is no recipient eve"}}},
	}}
	if preview {
		out.Added = 0
	}
	return out, f.missing(group, "ops")
}

type importFake struct{ *fakes }

func (f *importFake) one() roster.Import {
	return roster.Import{
		ID: knownImport, Name: "people.csv", State: roster.Checked, Columns: []roster.Column{{To: "id"}}, Size: 10, Rows: 2, Faulty: 1,
		CreatedBy: "bo", CreatedAt: f.at, UpdatedAt: f.at, Terms: roster.Terms{Purpose: roster.ForRecipients, Format: roster.CSV},
	}
}

func (f *importFake) Create(_ context.Context, n roster.New) (roster.Import, error) {
	if n.Errand != nil {
		return f.operation(), f.failing()
	}
	return f.one(), f.failing()
}

const knownOperation = "imp_2"

// operation is a file that goes on by itself.
func (f *importFake) operation() roster.Import {
	i := f.one()
	i.ID, i.State, i.Terms = knownOperation, roster.Uploading, roster.Terms{Purpose: roster.ForAudience, Format: roster.NDJSON, Strangers: roster.Refuse}
	i.Errand = &roster.Errand{Broadcast: knownBroadcast, By: roster.Asker{ID: "key_1", Name: "shop", Source: "shop"}}
	return i
}

func (f *importFake) Get(_ context.Context, id string) (roster.Import, error) {
	if id == knownOperation {
		return f.operation(), f.failing()
	}
	return f.one(), f.missing(id, knownImport)
}

func (f *importFake) List(context.Context, struct{}, notify.Page) ([]roster.Import, string, error) {
	return []roster.Import{f.one()}, "", f.failing()
}

func (f *importFake) Upload(_ context.Context, id string, number int, _ []byte) error {
	if number < 1 {
		return notify.InvalidField("number", "out_of_range", "must be 1 or more")
	}
	return f.either(id)
}

// either knows an import and an operation.
func (f *importFake) either(id string) error {
	if id == knownOperation {
		return f.failing()
	}
	return f.missing(id, knownImport)
}

func (f *importFake) Complete(_ context.Context, id string, _ roster.Whole) error {
	return f.either(id)
}

func (f *importFake) Arrived(_ context.Context, id string) ([]roster.Part, error) {
	return []roster.Part{{Number: 1, Size: 10}}, f.either(id)
}

func (f *importFake) Accepted(_ context.Context, id string, _ notify.Page) ([]roster.AcceptedRow, string, error) {
	return []roster.AcceptedRow{{Line: 1, Recipient: "ada"}}, "", f.either(id)
}

func (f *importFake) Headings(_ context.Context, id string) ([]roster.Heading, error) {
	return []roster.Heading{{Name: "Id", Samples: []string{"a"}, Guess: roster.Column{To: "id"}}}, f.missing(id, knownImport)
}

func (f *importFake) Check(_ context.Context, id string, m roster.Mapping) error {
	if err := roster.CheckMapping(m.Columns); err != nil {
		return err
	}
	return f.missing(id, knownImport)
}

func (f *importFake) Faulty(_ context.Context, id string, _ notify.Page) ([]roster.FaultyRow, string, error) {
	return []roster.FaultyRow{{Line: 2, Row: `b,"x, y"`, Faults: []roster.Fault{{Column: "Id", Code: "required", Detail: "is empty"}}}}, "", f.either(id)
}

func (f *importFake) Start(_ context.Context, id string) error { return f.missing(id, knownImport) }

func (f *importFake) Cancel(_ context.Context, id string) error { return f.either(id) }
