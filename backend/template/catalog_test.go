package template

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// shelf is a Store of live templates and layouts in memory.
type shelf struct {
	live        map[string]Version
	layouts     map[string]Part
	partials    map[string]Part
	name, by    string
	at          time.Time
	loads       int
	layoutLoads int
	drafts      []Draft
	folders     []string
	err         error
}

func (s *shelf) LiveTemplates(context.Context) ([]Version, error) {
	s.loads++
	var list []Version
	for _, v := range s.live {
		list = append(list, v)
	}
	return list, s.err
}

func (s *shelf) Template(_ context.Context, key string) (Template, error) {
	v, ok := s.live[key]
	if !ok {
		return Template{}, notify.ErrNotFound
	}
	return Template{Key: key, Name: s.name, LiveVersion: v.Version}, s.err
}

func (s *shelf) TemplateVersion(_ context.Context, key string, _ int) (Version, error) {
	return s.live[key], s.err
}

func (s *shelf) TemplateVersions(_ context.Context, key string) ([]Version, error) {
	return []Version{s.live[key]}, s.err
}

func (s *shelf) SaveTemplate(_ context.Context, v Version, name, by string, now time.Time) (Version, error) {
	if s.err != nil {
		return v, s.err
	}
	v.Version = s.live[v.Key].Version + 1
	s.live[v.Key], s.name, s.by, s.at = v, name, by, now
	return v, nil
}

func (s *shelf) Templates(context.Context, Filter, notify.Page) ([]Item, string, error) {
	return []Item{{Template: Template{Key: "welcome"}}}, "next", s.err
}

func (s *shelf) Folders(context.Context) ([]Folder, error) { return nil, s.err }

func (s *shelf) DeleteTemplate(_ context.Context, key string) error {
	delete(s.live, key)
	return s.err
}

func (s *shelf) Part(_ context.Context, r PartRef) (Part, error) {
	s.layoutLoads++
	if s.err != nil {
		return Part{}, s.err
	}
	l, ok := s.parts(r.Kind)[r.Key]
	if !ok {
		return l, notify.ErrNotFound
	}
	return l, nil
}

func (s *shelf) parts(kind PartKind) map[string]Part {
	if kind == PartialPart {
		return s.partials
	}
	return s.layouts
}

func (s *shelf) SavePart(_ context.Context, l Part, _ string, _ time.Time) (Part, error) {
	if s.err != nil {
		return l, s.err
	}
	l.Version = s.parts(l.Kind)[l.Key].Version + 1
	s.parts(l.Kind)[l.Key] = l
	return l, nil
}

func (s *shelf) KeepPart(_ context.Context, d PartDraft, _ time.Time) (Part, error) {
	return d.Part, s.err
}

func (s *shelf) LiveParts(ctx context.Context, kind PartKind) ([]Part, error) {
	return s.Parts(ctx, kind)
}

func (s *shelf) KeepTemplate(_ context.Context, d Draft, _ time.Time) (Version, error) {
	s.drafts = append(s.drafts, d)
	return d.Version, s.err
}

func (s *shelf) FileTemplate(_ context.Context, key, folder string, _ time.Time) error {
	s.folders = append(s.folders, key+" in "+folder)
	return s.err
}

func (s *shelf) Parts(_ context.Context, kind PartKind) ([]Part, error) {
	var list []Part
	for _, l := range s.parts(kind) {
		list = append(list, l)
	}
	return list, s.err
}

func newShelf() (*Catalog, *shelf) {
	s := &shelf{live: map[string]Version{}, layouts: map[string]Part{}, partials: map[string]Part{}}
	return NewCatalog(s, New(Config{Clock: noon, Timeout: patience}), noon), s
}

func welcome(text string) Version {
	return Version{
		Key: "welcome", DefaultLocale: "en", Schema: json.RawMessage(`{"type":"object","required":["who"],"properties":{"who":{"type":"string"}}}`),
		Channels: map[notify.Channel]map[string]Source{notify.SMS: {"en": {Text: text}}},
	}
}

func framed(before string) Part {
	return Part{Kind: LayoutPart, Key: "house", MJML: "<mjml><mj-body><mj-section><mj-column><mj-text>" + before + "</mj-text></mj-column></mj-section>{{ content }}</mj-body></mjml>"}
}

func letter() Version {
	return Version{Key: "letter", DefaultLocale: "en", Layout: "house", Channels: map[notify.Channel]map[string]Source{notify.Email: {"en": {
		Subject: "Hello", MJML: "<mj-section><mj-column><mj-text>Body</mj-text></mj-column></mj-section>",
	}}}}
}

func smsTo(who string) Request {
	return Request{Channel: notify.SMS, Locale: "en", Vars: Vars{Data: map[string]any{"who": who}}}
}

func firstFault(t *testing.T, err error) notify.FieldError {
	t.Helper()
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	require.NotEmpty(t, invalid.Fields)
	return invalid.Fields[0]
}

func TestCatalogSavesAndRendersTheLiveVersion(t *testing.T) {
	t.Parallel()
	c, s := newShelf()
	saved, version, err := c.Save(t.Context(), NewVersion{Name: "Welcome", Version: welcome("Hello {{ who }}"), By: "mem_1"})
	require.NoError(t, err)
	require.Equal(t, []any{"Welcome", 1, 1}, []any{saved.Name, saved.LiveVersion, version.Version})
	require.Equal(t, []any{"mem_1", time.Time(noon)}, []any{s.by, s.at})
	content, ref, err := c.RenderLive(t.Context(), "welcome", smsTo("Ada"))
	require.NoError(t, err)
	require.Equal(t, "Hello Ada", content.Text)
	require.Equal(t, notify.TemplateRef{Key: "welcome", Version: 1, Locale: "en"}, ref)

	_, _, err = c.Save(t.Context(), NewVersion{Version: welcome("Bye {{ who }}")})
	require.NoError(t, err)
	content, ref, err = c.RenderLive(t.Context(), "welcome", smsTo("Ada"))
	require.NoError(t, err)
	require.Equal(t, "Bye Ada", content.Text, "a version saved here is live here at once")
	require.Equal(t, 2, ref.Version)

	require.NoError(t, c.Delete(t.Context(), "welcome"))
	_, _, err = c.RenderLive(t.Context(), "welcome", smsTo("Ada"))
	require.ErrorIs(t, err, notify.ErrNotFound)
}

func TestCatalogRefusesToSave(t *testing.T) {
	t.Parallel()
	key := welcome("x {{ who }}")
	key.Key = "Not A Key"
	layout := letter()
	layout.Layout = "ghost"
	for name, test := range map[string]struct {
		version Version
		path    string
	}{
		"a key that is none":                       {key, "key"},
		"a layout that does not exist":             {layout, "layout"},
		"a variable that the schema does not know": {welcome("{{ stranger }}"), "channels.sms.en.text"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, s := newShelf()
			_, _, err := c.Save(t.Context(), NewVersion{Version: test.version})
			require.Contains(t, firstFault(t, err).Path, test.path)
			require.Empty(t, s.live, "what is wrong is not stored")
		})
	}
}

func TestCatalogSeesWhatAnotherProcessSaved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := newShelf()
		_, err := c.Live(t.Context(), "welcome")
		require.ErrorIs(t, err, notify.ErrNotFound)
		s.live["welcome"] = welcome("one {{ who }}")
		_, err = c.Live(t.Context(), "welcome")
		require.NoError(t, err, "an unknown key is looked up once more")
		loads := s.loads
		_, err = c.Live(t.Context(), "welcome")
		require.NoError(t, err)
		require.Equal(t, loads, s.loads, "a known one is answered from memory")
		second := welcome("two {{ who }}")
		second.Version = 2
		s.live["welcome"] = second
		<-time.After(staleAfter)
		v, err := c.Live(t.Context(), "welcome")
		require.NoError(t, err)
		require.Equal(t, 2, v.Version, "no older than a second")

		s.err = errors.New("away")
		<-time.After(staleAfter)
		_, err = c.Live(t.Context(), "welcome")
		require.NoError(t, err, "what is known goes on without the database")
		_, err = c.Live(t.Context(), "other")
		require.ErrorIs(t, err, notify.ErrUnavailable, "that a template is unknown cannot be said")
		fresh, other := newShelf()
		other.err = s.err
		_, err = fresh.Live(t.Context(), "welcome")
		require.ErrorIs(t, err, notify.ErrUnavailable)
	})
}

func TestCatalogLayouts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := newShelf()
		require.Equal(t, "key", firstFault(t, func() error {
			_, err := c.PutPart(t.Context(), Part{Kind: LayoutPart, Key: "A B"}, "mem_1")
			return err
		}()).Path)
		_, err := c.PutPart(t.Context(), Part{Kind: LayoutPart, Key: "house", MJML: "<mjml><mj-body></mj-body></mjml>"}, "mem_1")
		require.Error(t, err, "a layout without a place for the content")
		saved, err := c.PutPart(t.Context(), framed("First"), "mem_1")
		require.NoError(t, err)
		require.Equal(t, 1, saved.Version)
		_, _, err = c.Save(t.Context(), NewVersion{Version: letter()})
		require.NoError(t, err)
		render := func() (notify.Content, error) {
			content, _, err := c.RenderLive(t.Context(), "letter", Request{Channel: notify.Email, Locale: "en"})
			return content, err
		}
		content, err := render()
		require.NoError(t, err)
		require.Contains(t, content.HTML, "First")
		require.Contains(t, content.HTML, "Body")

		_, err = c.PutPart(t.Context(), framed("Second"), "mem_1")
		require.NoError(t, err)
		content, err = render()
		require.NoError(t, err)
		require.Contains(t, content.HTML, "Second", "emails rendered from now on are set in the new one")
		loads := s.layoutLoads
		_, err = render()
		require.NoError(t, err)
		require.Equal(t, loads, s.layoutLoads, "a layout is not loaded for every email")

		list, err := c.Parts(t.Context(), LayoutPart)
		require.NoError(t, err)
		require.Len(t, list, 1)
		got, err := c.Part(t.Context(), PartRef{Kind: LayoutPart, Key: "house"})
		require.NoError(t, err)
		require.Equal(t, 2, got.Version)

		uses, err := c.PartUses(t.Context(), LayoutPart)
		require.NoError(t, err)
		require.Equal(t, map[string]Use{"house": {Templates: []string{"letter"}}}, uses)
		source := letter().Channels[notify.Email]["en"]
		draft := framed("Third")
		draft.Version = 2
		content, _, err = c.RenderIn(t.Context(), draft, Request{Channel: notify.Email, Locale: "en", Version: Version{
			Key: "house", DefaultLocale: "en", Channels: map[notify.Channel]map[string]Source{notify.Email: {"en": source}},
		}})
		require.NoError(t, err)
		require.Contains(t, content.HTML, "Third", "a layout that is written is shown as written, not as stored")
		content, err = render()
		require.NoError(t, err)
		require.Contains(t, content.HTML, "Second", "and changes nothing for the others")

		s.err = errors.New("away")
		<-time.After(staleAfter)
		_, err = render()
		require.NoError(t, err, "an old layout is better than none")
		c.layouts = map[string]layoutAt{}
		_, err = render()
		require.ErrorIs(t, err, notify.ErrUnavailable, "a layout that cannot be loaded is no fault of the template")
		_, err = c.PutPart(t.Context(), framed("Third"), "mem_1")
		require.ErrorIs(t, err, s.err)

		s.err = nil
		delete(s.layouts, "house")
		_, err = render()
		require.Equal(t, "unknown_layout", firstFault(t, err).Code)
	})
}

func TestCatalogChecksDirectSends(t *testing.T) {
	t.Parallel()
	c, s := newShelf()
	s.live["welcome"] = welcome("Hello {{ who }}")
	for name, test := range map[string]struct {
		direct notify.Direct
		data   string
		want   string
	}{
		"what fits passes":                {notify.Direct{Template: "welcome", Channels: []notify.Channel{notify.SMS}}, `{"who":"Ada"}`, ""},
		"ready content needs no template": {notify.Direct{Content: &notify.Content{Text: "x"}, Channels: []notify.Channel{notify.Email}}, "", ""},
		"an unknown template":             {notify.Direct{Template: "ghost", Channels: []notify.Channel{notify.SMS}}, "", "template unknown_template"},
		"a channel without content":       {notify.Direct{Template: "welcome", Channels: []notify.Channel{notify.SMS, notify.Email}}, `{"who":"Ada"}`, "channels[1] no_content"},
		"data that is missing":            {notify.Direct{Template: "welcome", Channels: []notify.Channel{notify.SMS}}, "", "data.who required"},
		"data that is of the wrong type":  {notify.Direct{Template: "welcome", Channels: []notify.Channel{notify.SMS}}, `{"who":5}`, "data.who"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.CheckDirect(t.Context(), &test.direct, json.RawMessage(test.data))
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			f := firstFault(t, err)
			require.Contains(t, f.Path+" "+f.Code, test.want)
		})
	}
	away, other := newShelf()
	other.err = errors.New("away")
	require.ErrorIs(t, away.CheckDirect(t.Context(), &notify.Direct{Template: "welcome"}, nil), notify.ErrUnavailable)
}

func TestCatalogHandsListsThrough(t *testing.T) {
	t.Parallel()
	c, s := newShelf()
	s.live["welcome"] = welcome("x {{ who }}")
	list, next, err := c.List(t.Context(), Filter{}, notify.Page{})
	require.NoError(t, err)
	require.Equal(t, "next", next)
	require.Len(t, list, 1)
	versions, err := c.Versions(t.Context(), "welcome")
	require.NoError(t, err)
	require.Len(t, versions, 1)
	_, _, err = c.Template(t.Context(), "ghost")
	require.ErrorIs(t, err, notify.ErrNotFound)
	s.err = errors.New("away")
	_, _, err = c.Save(t.Context(), NewVersion{Version: welcome("x {{ who }}")})
	require.ErrorIs(t, err, s.err)
}

func TestADraftMayHaveFaultsAndIsNotLive(t *testing.T) {
	c, s := newShelf()
	draft := Draft{Version: Version{Key: "welcome", DefaultLocale: "en", Channels: map[notify.Channel]map[string]Source{
		notify.SMS: {"en": {Text: "Hi {{ name "}},
	}}, By: "mem_1"}
	_, faults, err := c.Keep(t.Context(), draft)
	require.NoError(t, err)
	require.Equal(t, "channels.sms.en.text", faults.Fields[0].Path)
	require.Len(t, s.drafts, 1)
	require.Empty(t, s.live)

	for name, test := range map[string]struct {
		change func(*Draft)
		path   string
	}{
		"a key that is none":  {func(d *Draft) { d.Version.Key = "A" }, "key"},
		"an unknown channel":  {func(d *Draft) { d.Version.Channels = map[notify.Channel]map[string]Source{"fax": {}} }, "channels.fax"},
		"more than is stored": {func(d *Draft) { d.Version.Schema = make([]byte, maxDraft+1) }, "channels"},
	} {
		d := draft
		test.change(&d)
		_, _, err := c.Keep(t.Context(), d)
		var wrong *notify.Invalid
		require.ErrorAs(t, err, &wrong, name)
		require.Equal(t, test.path, wrong.Fields[0].Path, name)
	}
	require.Len(t, s.drafts, 1)
	for _, folder := range []string{"a//b", " /a", strings.Repeat("f", 201)} {
		require.Error(t, c.File(t.Context(), "welcome", folder), folder)
	}
	require.NoError(t, c.File(t.Context(), "welcome", "shop/orders"))
	require.Equal(t, []string{"welcome in shop/orders"}, s.folders)
}

func TestAVersionIsReadInSections(t *testing.T) {
	v := Version{DefaultLocale: "en", Layout: "house", Schema: []byte(`{"type":"object"}`), Channels: map[notify.Channel]map[string]Source{
		notify.InApp: {"en": {Title: "T", Actions: []notify.Action{{ID: "a", Label: "L", URL: "https://x"}}, Data: map[string]string{"k": "v"}}},
		notify.Email: {"zh-CN": {Subject: "主题"}, "en": {Subject: "S", HTML: "<p>"}},
	}}
	require.Equal(t, []Section{
		{"default_locale", "en"}, {"layout", "house"}, {"schema", "{\n  \"type\": \"object\"\n}"},
		{"channels.email.en.subject", "S"}, {"channels.email.en.html", "<p>"}, {"channels.email.zh-CN.subject", "主题"},
		{"channels.in_app.en.title", "T"}, {"channels.in_app.en.actions[0]", "a\nL\nhttps://x"}, {"channels.in_app.en.data.k", "v"},
	}, v.Sections())
}

func TestAFaultIsAtItsPlace(t *testing.T) {
	schema := []byte(`{"type":"object","properties":{"name":{"type":"string"},"items":{"type":"array","items":{"type":"string"}}}}`)
	for source, want := range map[string][2]int{
		"Hi {{ naam }}": {1, 7},
		"您好\n你好 {{ name }}, {{ naam | upcase }}":    {2, 19},
		"{{ name | upcse }}":                        {1, 11},
		"a\nb {% frobnicate x %}":                   {2, 6},
		"{{ name }} {{ name | truncate: 1, 2, 3 }}": {1, 22},
		"{% if name %}\nno end":                     {1, 0},
		"x {{ name":                                 {1, 0},
		"x {% endif %}":                             {1, 3},
	} {
		err := Check(Version{Key: "k", Schema: schema, DefaultLocale: "en", Channels: map[notify.Channel]map[string]Source{notify.SMS: {"en": {Text: source}}}}, Shared{})
		var wrong *notify.Invalid
		require.ErrorAs(t, err, &wrong, source)
		require.Equal(t, want, [2]int{wrong.Fields[0].Line, wrong.Fields[0].Column}, "%s: %s", source, wrong.Fields[0].Detail)
	}
}

func TestAnOutlineSaysWhichLanguagesAreComplete(t *testing.T) {
	channels, languages := Version{Channels: map[notify.Channel]map[string]Source{
		notify.SMS: {"en": {}, "zh-CN": {}}, notify.Email: {"en": {}},
	}}.Outline()
	require.Equal(t, []notify.Channel{notify.Email, notify.SMS}, channels)
	require.Equal(t, []Language{{"en", true}, {"zh-CN", false}}, languages)
}

func TestWhoSaidNoLanguageAndNoZoneReadsThoseOfTheHouse(t *testing.T) {
	t.Parallel()
	content := map[string]Source{"en": {Text: "{{ at | date: \"datetime\" }}"}, "zh-CN": {Text: "{{ at | date: \"datetime\" }}"}, "de": {Text: "um {{ at | date: \"time\" }}"}}
	v := Version{Key: "when", Version: 1, DefaultLocale: "en", Channels: map[notify.Channel]map[string]Source{notify.SMS: content}}
	tests := map[string]struct {
		house        Fallback
		locale, zone string
		want, in     string
	}{
		"a house without words of its own":         {Fallback{}, "", "", "21 Nov 2026, 09:00", "en"},
		"the language of the house":                {Fallback{Locale: "zh-CN"}, "", "", "2026年11月21日 09:00", "zh-CN"},
		"a language that the template lacks":       {Fallback{Locale: "fr"}, "", "", "21 Nov 2026, 09:00", "en"},
		"the zone of the house":                    {Fallback{Timezone: "Asia/Shanghai"}, "", "", "21 Nov 2026, 17:00", "en"},
		"who has said both reads their own":        {Fallback{"zh-CN", "Asia/Shanghai"}, "de", "Europe/Berlin", "um 10:00", "de"},
		"who has said one reads the other of ours": {Fallback{"zh-CN", "Asia/Shanghai"}, "de", "", "um 17:00", "de"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := newShelf()
			c.FallBackOn(func(context.Context) (Fallback, error) { return tt.house, nil })
			got, in, err := c.Render(t.Context(), Request{Version: v, Channel: notify.SMS, Locale: tt.locale, Vars: Vars{
				Data: map[string]any{"at": "2026-11-21T09:00:00Z"}, Recipient: map[string]any{"locale": tt.locale, "timezone": tt.zone},
			}})
			require.NoError(t, err)
			require.Equal(t, []string{tt.want, tt.in}, []string{got.Text, in})
		})
	}
	c, _ := newShelf()
	c.FallBackOn(func(context.Context) (Fallback, error) { return Fallback{}, errors.New("away") })
	_, _, err := c.Render(t.Context(), Request{Version: v, Channel: notify.SMS})
	require.ErrorIs(t, err, notify.ErrUnavailable, "a message waits rather than go out in the wrong language")
}
