package api

import (
	"context"

	"clarion/backend/desk"
)

type deskFake struct{ *fakes }

func (f *deskFake) List(_ context.Context, member string) ([]desk.View, error) {
	return []desk.View{{ID: "viw_1", Member: member, List: "messages", Name: "Failed", Search: "status=failed", CreatedAt: f.at}}, f.failing()
}

func (f *deskFake) Save(_ context.Context, v desk.View) (desk.View, error) {
	v.ID, v.CreatedAt = "viw_1", f.at
	return v, f.failing()
}

func (f *deskFake) Delete(context.Context, string, string) error { return f.failing() }

func (f *deskFake) Find(_ context.Context, _ string, may desk.Sight) ([]desk.Hit, error) {
	hits := []desk.Hit{{Kind: desk.KindTemplate, ID: "order", Name: "Order"}}
	if may.Members {
		hits = append(hits, desk.Hit{Kind: desk.KindMember, ID: "mem_1", Name: "Owner"})
	}
	return hits, f.failing()
}

// houseFake has settings and lets nobody change them.
type houseFake struct{ *fakes }

func (f *houseFake) Settings(context.Context) (desk.Settings, error) {
	return desk.Settings{Name: "Juniper", Locale: "en", Timezone: "Europe/London"}, f.failing()
}

func (f *houseFake) Save(ctx context.Context, _ desk.Change) (desk.Settings, error) {
	return f.Settings(ctx)
}
