package api

import (
	"context"
	"maps"

	"clarion/backend/notify"
	"clarion/backend/recur"
	"clarion/backend/roster"
	"clarion/backend/roster/syncs"
)

const knownSync = "corp"

func init() {
	const settings = `"name":"Corp","kind":"ldap","enabled":true,"ldap":{"host":"ldap.corp","base":"dc=corp"},"columns":[{"from":"uid","to":"id"}],"secret":"word"`
	maps.Copy(bodies, map[string]string{
		"POST /v1/syncs/preview":  `{"key":"corp",` + settings + `}`,
		"PUT /v1/syncs/:key":      `{` + settings + `}`,
		"POST /v1/syncs/:key/run": `{"accept_gone":true}`,
	})
}

type syncFake struct{ *fakes }

func (f *syncFake) run() syncs.Run {
	return syncs.Run{
		ID: "syr_1", Sync: knownSync, State: syncs.Failed, By: "bo", Read: 3, Upserted: 1, Unchanged: 1, Faulty: 1, Known: 2,
		Code: syncs.Unreachable, Error: "cannot connect", CreatedAt: f.at, StartedAt: f.at, EndedAt: f.at,
	}
}

func (f *syncFake) one() syncs.Sync {
	last := f.run()
	return syncs.Sync{Settings: syncs.Settings{
		Key: knownSync, Name: "Corp", Kind: syncs.KindLDAP, Enabled: true, Group: "ops",
		LDAP:    &syncs.LDAP{Host: "ldap.corp", Port: 636, Security: syncs.TLS, BindDN: "cn=a", Base: "dc=corp", Scope: "sub", Filter: "(uid=*)", PageSize: 500},
		Columns: []syncs.Column{{From: "uid", Column: roster.Column{To: "id"}}, {From: "age", Column: roster.Column{To: "data.age", Type: "number"}}},
		Gone:    syncs.Gone{Policy: syncs.Keep, MostPercent: 20}, Schedule: syncs.Schedule{Rule: &recur.Rule{Kind: recur.Daily, Times: []string{"03:30"}}, Zone: "Europe/Paris"},
	}, SecretSet: true, NextAt: f.at, UpdatedAt: f.at, Last: &last}
}

func (f *syncFake) Get(_ context.Context, key string) (syncs.Sync, error) {
	return f.one(), f.missing(key, knownSync)
}

func (f *syncFake) List(context.Context, struct{}, notify.Page) ([]syncs.Sync, string, error) {
	other := f.one()
	other.Key, other.Kind, other.LDAP, other.Last = "hr", syncs.KindSQL, nil, nil
	other.SQL = &syncs.SQL{Query: "SELECT 1", TimeoutSeconds: 30, Place: "postgres://bo@db.corp/hr"}
	other.Memberships = syncs.Memberships{From: "teams", Map: []syncs.Membership{{Value: "Ops", Group: "ops"}}}
	return []syncs.Sync{f.one(), other}, "", f.failing()
}

func (f *syncFake) Put(_ context.Context, in syncs.Input) (syncs.Sync, error) {
	return f.one(), f.missing(in.Key, knownSync)
}

func (f *syncFake) Delete(_ context.Context, key string) error { return f.missing(key, knownSync) }

func (f *syncFake) Preview(_ context.Context, in syncs.Input) (syncs.Preview, error) {
	return syncs.Preview{
		TookMS: 12, Headings: []roster.Heading{{Name: "uid", Samples: []string{"a"}, Guess: roster.Column{To: "id"}}},
		People: []syncs.Sample{{
			Line: 1, Row: "a", Recipient: notify.Recipient{ID: "a", Addresses: []notify.Address{{Channel: notify.Email, Address: "a@example.com"}}},
			Groups: []string{"ops"}, Gone: true, Faults: []roster.Fault{{Column: "uid", Code: "required", Detail: "is empty"}},
		}},
	}, f.missing(in.Key, knownSync)
}

func (f *syncFake) Start(_ context.Context, key, _ string, _ bool) (syncs.Sync, error) {
	return f.one(), f.missing(key, knownSync)
}

func (f *syncFake) Cancel(_ context.Context, key string) (syncs.Sync, error) {
	return f.one(), f.missing(key, knownSync)
}

func (f *syncFake) Runs(_ context.Context, key string, _ notify.Page) ([]syncs.Run, string, error) {
	return []syncs.Run{f.run()}, "", f.missing(key, knownSync)
}

func (f *syncFake) Faulty(_ context.Context, key string, _ notify.Page) ([]roster.FaultyRow, string, error) {
	return []roster.FaultyRow{{Line: 2, Row: "b,c", Faults: []roster.Fault{{Column: "uid", Code: "required", Detail: "is empty"}}}}, "", f.missing(key, knownSync)
}
