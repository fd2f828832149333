package store

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"clarion/backend/notify"
	"clarion/backend/segment"
)

// soul is a recipient with all that a rule can look at, as plain values.
type soul struct {
	id, name, locale, timezone string
	data                       string
	created, updated           time.Time
	erased                     bool
	groups                     []string
	places                     []notify.Address
	blocked                    []string // addresses that are suppressed
	choices                    notify.Preferences
	past                       []deed
}

// deed is one message of the past and what became of it.
type deed struct {
	channel, category, workflow string
	made                        time.Time
	kinds                       map[string]time.Time
}

var dice = func(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 42)) } //nolint:gosec // a population that can be made again

func pick[T any](d *rand.Rand, list ...T) T { return list[d.IntN(len(list))] }

// The values are few, so that rules meet people, and nasty, so that a value
// that is not a parameter shows.
var (
	someTexts = []string{`"gold"`, `"silver"`, `"G'o\"ld"`, `"x'); DROP TABLE recipients; --"`, `"%"`, `"é中文"`, `"1"`, `"true"`, `"10"`, `"$1?"`}
	someOther = []string{`1`, `2`, `1.5`, `-3`, `10`, `1e2`, `9007199254740993`, `true`, `false`, `null`, `[]`, `["gold",1]`, `["silver",true,null]`, `{"a":"gold"}`}
	paths     = []string{"data.tier", "data.score", "data.a.b", "data.tags", "data.na me", "data.0"}
	groupKeys = []string{"vip", "it's", "staff"}
)

// Categories with every kind of default; the last one is not stored.
var someCategories = func() []notify.Category {
	of := func(key string, mandatory bool, cadence notify.Cadence, d notify.CategoryDefaults) notify.Category {
		return notify.Category{Key: key, Name: key, Mandatory: mandatory, CategoryPolicy: notify.CategoryPolicy{Cadence: cadence, Defaults: d}}
	}
	email := func(s notify.Setting) map[notify.Channel]notify.Setting {
		return map[notify.Channel]notify.Setting{notify.Email: s}
	}
	return []notify.Category{
		of("news", false, "", notify.CategoryDefaults{}),
		of("or.de\"rs", false, "", notify.CategoryDefaults{Enabled: notify.Off, Channels: email(notify.On)}),
		of("by'law", true, "", notify.CategoryDefaults{Channels: email(notify.Off)}),
		of("quiet", false, notify.Never, notify.CategoryDefaults{Channels: email(notify.Required)}),
		of("must", false, "", notify.CategoryDefaults{Enabled: notify.Required, Channels: email(notify.On)}),
		of("unknown", false, "", notify.CategoryDefaults{}),
	}
}()

// someChoices are what somebody might have chosen, anywhere.
func someChoices(d *rand.Rand) notify.Preferences {
	flag := func() *bool { return pick(d, nil, new(bool), func() *bool { yes := true; return &yes }()) }
	channels := func() map[notify.Channel]bool {
		out := map[notify.Channel]bool{}
		for _, c := range []notify.Channel{notify.Email, notify.SMS} {
			if on := flag(); on != nil {
				out[c] = *on
			}
		}
		return out
	}
	p := notify.Preferences{Categories: map[string]notify.CategoryPreference{}}
	if d.IntN(3) == 0 {
		p.Channels = channels()
	}
	if d.IntN(4) == 0 {
		// A pause that ends at the very moment that is asked about holds no more.
		zone := pick(d, time.UTC, time.FixedZone("", 5*3600+1800))
		p.PausedUntil = start.Add(pick(d, -time.Hour, 0, time.Second, 48*time.Hour)).In(zone)
	}
	for _, c := range someCategories {
		if d.IntN(2) == 0 {
			p.Categories[c.Key] = notify.CategoryPreference{Enabled: flag(), Channels: channels(), Cadence: pick(d, "", notify.Daily, notify.Never)}
		}
	}
	return p
}

func aSoul(d *rand.Rand, i int) soul {
	value := func() string { return pick(d, append(slices.Clone(someTexts), someOther...)...) }
	s := soul{
		id: fmt.Sprintf("p%03d", i), name: pick(d, "", "Ada", "O'Hara", "张伟"), locale: pick(d, "", "en", "en-GB", "zh-CN"),
		timezone: pick(d, "", "UTC", "Asia/Shanghai"), erased: d.IntN(15) == 0,
		created: start.Add(-time.Duration(d.IntN(20*24)) * time.Hour),
	}
	s.updated = s.created.Add(time.Hour)
	switch d.IntN(8) {
	case 0:
	case 1:
		s.data = `{"tier":"gold\u0000"}` // what jsonb cannot hold is nobody's attribute
	default:
		s.data = fmt.Sprintf(`{"tier":%s,"score":%s,"a":{"b":%s},"tags":%s,"na me":%s}`, value(), value(), value(), value(), value())
	}
	for _, g := range groupKeys {
		if d.IntN(3) == 0 {
			s.groups = append(s.groups, g)
		}
	}
	for _, a := range []notify.Address{{Channel: notify.Email, Address: s.id + "@Example.com"}, {Channel: notify.SMS, Address: pick(d, "+4477", "+8613", "+1555") + fmt.Sprintf("%07d", i)}} {
		if d.IntN(2) == 0 {
			a.Invalid, a.Verification = d.IntN(4) == 0, pick(d, "", notify.Verified, notify.VerificationFailed)
			s.places = append(s.places, a)
			if d.IntN(4) == 0 {
				s.blocked = append(s.blocked, a.Address)
			}
		}
	}
	if d.IntN(2) == 0 {
		s.choices = someChoices(d)
	}
	for range d.IntN(4) {
		s.past = append(s.past, aDeed(d))
	}
	return s
}

func aDeed(d *rand.Rand) deed {
	one := deed{
		channel: pick(d, "email", "sms"), category: pick(d, "news", "orders"), workflow: pick(d, "w1", "w2"),
		made: start.Add(-time.Duration(1+d.IntN(30*24)) * time.Hour), kinds: map[string]time.Time{},
	}
	if d.IntN(5) == 0 {
		one.kinds["failed"] = one.made
		return one
	}
	for _, kind := range []string{"sent", "delivered", "seen", "read", "opened", "clicked"} {
		if d.IntN(3) == 0 {
			break
		}
		one.kinds[kind] = one.made
		if slices.Contains([]string{"seen", "read", "opened", "clicked"}, kind) {
			one.kinds[kind] = one.made.Add(time.Duration(d.IntN(72)) * time.Hour)
		}
	}
	return one
}

func aRule(d *rand.Rand, depth int) segment.Rule {
	if depth < 4 && d.IntN(3) == 0 {
		parts := make([]segment.Rule, 1+d.IntN(3))
		for i := range parts {
			parts[i] = aRule(d, depth+1)
		}
		return pick(d, segment.Rule{All: parts}, segment.Rule{Any: parts}, segment.Rule{Not: &parts[0]})
	}
	return aCondition(d)
}

func aCondition(d *rand.Rand) segment.Rule {
	r := segment.Rule{Field: pick(d, append(slices.Clone(segment.Fields), paths...)...)}
	r.Op = pick(d, segment.OpsOf(r.Field)...)
	scalar := func() string { return pick(d, someTexts...) }
	switch {
	case strings.HasPrefix(r.Field, segment.DataPrefix):
		scalar = func() string {
			return pick(d, append(slices.Clone(someTexts), "1", "10", "1.5", "-3", "true", "false", "9007199254740993")...)
		}
	case r.Field == segment.FieldGroup:
		scalar = func() string { return strconv.Quote(pick(d, append(slices.Clone(groupKeys), "none")...)) }
	case r.Field == segment.FieldLocale:
		scalar = func() string { return pick(d, `"en"`, `"zh-CN"`, `"e"`, `"-CN"`) }
	}
	switch r.Field {
	case segment.FieldAddress:
		r.Channel = pick(d, notify.Email, notify.SMS)
	case segment.FieldPreference:
		r.Channel, r.Category = pick(d, "", notify.Email, notify.SMS), pick(d, "", "news", "or.de\"rs")
		if r.Channel == "" && r.Category == "" {
			r.Channel = notify.SMS
		}
	case segment.FieldEffective:
		r.Channel, r.Category = pick(d, "", notify.Email, notify.SMS, notify.Push), pick(d, someCategories...).Key
	case segment.FieldActivity:
		r.Channel, r.Category, r.Workflow = pick(d, "", notify.Email), pick(d, "", "news"), pick(d, "", "w1")
		r.Days, r.Times = pick(d, 0, 3, 10, 20), pick(d, 0, 1, 2)
		return r
	}
	switch r.Op {
	case segment.OpExists, segment.OpNotExists, segment.OpReachable, segment.OpVerified, segment.OpOn, segment.OpOff, segment.OpRequired:
	case segment.OpIn, segment.OpNotIn:
		r.Value = json.RawMessage("[" + scalar() + "," + scalar() + "]")
	case segment.OpCountry:
		r.Value = json.RawMessage(pick(d, `["+44"]`, `["+86","+1"]`))
	case segment.OpBefore, segment.OpAfter:
		r.Value = json.RawMessage(strconv.Quote(start.AddDate(0, 0, -d.IntN(20)).Format(time.RFC3339)))
	case segment.OpWithin, segment.OpOlder:
		r.Value = json.RawMessage(strconv.Itoa(1 + d.IntN(20)))
	case segment.OpGt, segment.OpGte, segment.OpLt, segment.OpLte:
		r.Value = json.RawMessage(pick(d, `"gold"`, `"é"`, `"1"`, "1", "1.5", "-3", "9007199254740992"))
	case segment.OpStarts, segment.OpEnds:
		r.Value = json.RawMessage(pick(d, `"g"`, `"ld"`, `"p0"`, `"é"`, `"文"`, `"'"`, `"en"`, `"A"`))
	default:
		r.Value = json.RawMessage(scalar())
	}
	return r
}

// settle stores a population.
func settle(t *testing.T, db *DB, souls []soul) {
	t.Helper()
	ctx := t.Context()
	for _, c := range someCategories[:len(someCategories)-1] {
		require.NoError(t, db.PutCategory(ctx, c, start))
	}
	for _, g := range groupKeys {
		require.NoError(t, db.PutGroup(ctx, notify.Group{Key: g, Name: g}, start))
	}
	for _, s := range souls {
		put(t, db, true, s.created, notify.Recipient{
			ID: s.id, Name: s.name, Locale: s.locale, Timezone: s.timezone, Data: json.RawMessage(s.data), Addresses: s.places,
		})
		_, err := db.w.ExecContext(ctx, "UPDATE recipients SET updated_at = ? WHERE id = ?", micros(s.updated), s.id)
		require.NoError(t, err)
		for _, g := range s.groups {
			require.NoError(t, db.AddMembers(ctx, g, []string{s.id}, start))
		}
		for _, a := range s.places {
			if slices.Contains(s.blocked, a.Address) {
				suppress(t, db, a.Channel, strings.ToLower(a.Address))
			}
		}
		putChoices(t, db, s.id, s.choices, start)
		for _, one := range s.past {
			remember(t, db, s.id, one)
		}
		if s.erased {
			_, err := db.w.ExecContext(ctx, "UPDATE recipients SET erased_at = 1 WHERE id = ?", s.id)
			require.NoError(t, err)
		}
	}
}

func remember(t *testing.T, db *DB, recipient string, one deed) {
	t.Helper()
	m := aMessage(recipient)
	m.Channel, m.Category, m.Workflow, m.CreatedAt = one.channel, one.category, one.workflow, micros(one.made)
	m.Status = "sent"
	if _, failed := one.kinds["failed"]; failed {
		m.Status = "failed"
	}
	seed(t, db, m)
	for kind, at := range one.kinds {
		switch kind {
		case "sent", "delivered":
			_, err := db.w.NewUpdate().Table("messages").Set("? = ?", bun.Ident(kind+"_at"), micros(at)).Where("id = ?", m.ID).Exec(t.Context())
			require.NoError(t, err)
		case "failed":
		default:
			row := timelineRow{MessageID: m.ID, At: micros(at), Kind: kind, Channel: m.Channel, Source: m.Source}
			_, err := db.w.NewInsert().Model(&row).Exec(t.Context())
			require.NoError(t, err)
		}
	}
}

// TestRulesMeanTheSameOnBothDatabasesAndInPlainGo asks thousands of random
// questions of a random population.
func TestRulesMeanTheSameOnBothDatabasesAndInPlainGo(t *testing.T) {
	const people, rules = 60, 500
	each(t, func(t *testing.T, db *DB) {
		d := dice(7)
		souls := make([]soul, people)
		for i := range souls {
			souls[i] = aSoul(d, i)
		}
		settle(t, db, souls)
		met := 0
		for range rules {
			r := aRule(d, 1)
			var faults notify.Invalid
			segment.Check(&faults, "rule", r)
			require.NoError(t, faults.Err())
			want := []string{}
			for _, s := range souls {
				if !s.erased && s.fits(r) {
					want = append(want, s.id)
				}
			}
			found, next, err := db.Fitting(t.Context(), r, start, notify.Page{Limit: people})
			require.NoError(t, err)
			require.Empty(t, next)
			require.Equal(t, want, refIDs(found), written(r))
			n, err := db.CountFitting(t.Context(), r, start)
			require.NoError(t, err)
			require.Equal(t, len(want), n, written(r))
			most := 1 + d.IntN(12)
			n, found, err = db.FirstFitting(t.Context(), segment.Look{Rule: r, Now: start, Most: most})
			require.NoError(t, err)
			require.Equal(t, len(want), n, written(r))
			require.Equal(t, want[:min(most, len(want))], refIDs(found), written(r))
			if len(want) > 0 && len(want) < people*3/4 {
				met++
			}
		}
		require.Greater(t, met, rules/3, "most rules must tell some people from others")
		require.Equal(t, people, count(t, db, "recipients"), "hostile values are values")
	})
}

func refIDs(list []notify.RecipientRef) []string {
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	return ids
}

func written(r segment.Rule) string {
	text, _ := json.Marshal(r)
	return string(text)
}
