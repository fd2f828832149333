package hook

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/notify"
)

// The published examples: Standard Webhooks' own library, GitHub's and Slack's
// documentation. Stripe publishes the scheme and no example.
const (
	standardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	githubSecret   = "It's a Secret to Everybody"
	slackSecret    = "8f742231b10e8888abcd99yyyzzz85a5"
	slackBody      = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)

type example struct {
	scheme Scheme
	secret string
	in     Incoming
	id     string
	// signed names the headers whose every bit counts.
	signed []string
}

func headers(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func examples() map[string]example {
	stripeAt := time.Unix(1614265330, 0)
	stripeBody := `{"id":"evt_1","type":"charge.failed"}`
	stripeSum := hex.EncodeToString(sum([]byte("whsec_stripe_secret"), "1614265330", ".", stripeBody))
	return map[string]example{
		"standard": {Standard, standardSecret, Incoming{
			Header: headers("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp", "1614265330",
				"webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
			Body: []byte(`{"test": 2432232314}`), Now: time.Unix(1614265330, 0),
		}, "msg_p5jXN8AQM9LWM0D4loKWxJek", []string{"webhook-id", "webhook-timestamp", "webhook-signature"}},
		"github": {GitHub, githubSecret, Incoming{
			Header: headers("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", "X-GitHub-Delivery", "d-1"),
			Body:   []byte("Hello, World!"),
		}, "d-1", []string{"X-Hub-Signature-256"}},
		"slack": {Slack, slackSecret, Incoming{
			Header: headers("X-Slack-Request-Timestamp", "1531420618", "X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
			Body:   []byte(slackBody), Now: time.Unix(1531420618, 0),
		}, "", []string{"X-Slack-Request-Timestamp", "X-Slack-Signature"}},
		"stripe": {Stripe, "whsec_stripe_secret", Incoming{
			Header: headers("Stripe-Signature", "t=1614265330,v1=00,v1="+stripeSum), Body: []byte(stripeBody), Now: stripeAt,
		}, "evt_1", nil},
		"token": {Token, "a secret of theirs", Incoming{
			Header: headers("Authorization", "Bearer a secret of theirs", "Idempotency-Key", "k-1"),
		}, "k-1", nil},
	}
}

func TestEachSchemeProvesItsPublishedExampleAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, e := range examples() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proof, err := prove(e.scheme, "Authorization", []string{"another secret, given first", e.secret}, e.in)
			require.NoError(t, err)
			require.Equal(t, e.id, proof.id)
			refused := func(in Incoming, what string) {
				_, err := prove(e.scheme, "Authorization", []string{e.secret}, in)
				require.ErrorIs(t, err, notify.ErrUnauthenticated, what)
			}
			for i := range e.in.Body {
				changed := e.in
				changed.Body = append([]byte(nil), e.in.Body...)
				changed.Body[i] ^= 1
				refused(changed, "a bit of the body")
			}
			for _, header := range e.signed {
				value := e.in.Header.Get(header)
				for i := range value {
					changed := e.in
					changed.Header = e.in.Header.Clone()
					changed.Header.Set(header, value[:i]+string(value[i]^1)+value[i+1:])
					refused(changed, "a bit of "+header)
				}
				changed := e.in
				changed.Header = e.in.Header.Clone()
				changed.Header.Del(header)
				refused(changed, "no "+header)
			}
			_, err = prove(e.scheme, "Authorization", []string{"", "wrong secret of nobody"}, e.in)
			require.ErrorIs(t, err, notify.ErrUnauthenticated)
			_, err = prove(e.scheme, "Authorization", nil, e.in)
			require.ErrorIs(t, err, notify.ErrUnauthenticated, "no secret lets nobody in")
		})
	}
}

func TestASignedTimeIsBelievedForFiveMinutes(t *testing.T) {
	t.Parallel()
	for name, e := range examples() {
		if e.in.Now.IsZero() {
			continue
		}
		for _, off := range []time.Duration{-6 * time.Minute, 6 * time.Minute} {
			old := e.in
			old.Now = e.in.Now.Add(off)
			_, err := prove(e.scheme, "", []string{e.secret}, old)
			require.ErrorIs(t, err, notify.ErrUnauthenticated, name)
		}
	}
}

func TestAMappingMakesAnEvent(t *testing.T) {
	t.Parallel()
	const payload = `{"type":"charge.failed","id":"evt_9","data":{"object":{"customer":42,"mail":"ada@example.com","items":[{"sku":"a"},{"sku":"b"}]}},"live":true}`
	who := []Person{{ID: "data.object.customer", Email: "data.object.mail", Name: "data.object.nothing"}}
	for name, c := range map[string]struct {
		mapping Mapping
		want    string
		fault   string
	}{
		"the whole payload": {Mapping{Type: "type", To: who}, `{"type":"charge.failed","to":[{"id":"42","email":"ada@example.com"}],"data":` + payload + `}`, ""},
		"chosen fields, a group and words as they stand": {Mapping{
			Type: "type", Types: map[string]string{"charge.failed": "payment.failed"},
			To:   []Person{{Group: "=ops"}, {ID: "=ada"}},
			Data: map[string]string{"sku": "data.object.items[1].sku", "live": "$.live", "shop": "=main", "none": "a.b"},
		}, `{"type":"payment.failed","to":[{"group":"ops"},{"id":"ada"}],"data":{"sku":"b","live":true,"shop":"main"}}`, ""},
		"what no type is mapped to": {Mapping{Type: "type", Types: map[string]string{"other": "x"}, To: who}, `null`, ""},
		"a type that is not there":  {Mapping{Type: "kind", To: who}, "", "mapping.type"},
		"a person who is not there": {Mapping{Type: "type", To: []Person{{ID: "nobody"}}}, "", "mapping.to[0].id"},
		"a group that is not there": {Mapping{Type: "type", To: []Person{{Group: "nobody"}}}, "", "mapping.to"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made, err := c.mapping.Apply([]byte(payload))
			if c.fault != "" {
				var invalid *notify.Invalid
				require.ErrorAs(t, err, &invalid)
				require.Equal(t, c.fault, invalid.Fields[0].Path)
				return
			}
			require.NoError(t, err)
			if c.want == "null" {
				require.Nil(t, made.Event)
				require.NotEmpty(t, made.Ignored)
				return
			}
			require.JSONEq(t, c.want, string(made.Event))
		})
	}
	made, err := Mapping{Type: "type", To: who, Key: "id"}.Apply([]byte(payload))
	require.NoError(t, err)
	require.Equal(t, "evt_9", made.Key)
	_, err = Mapping{Type: "type", To: who}.Apply([]byte("{"))
	require.ErrorIs(t, err, notify.ErrMalformed)
}

func TestAMappingIsCheckedWithItsPaths(t *testing.T) {
	t.Parallel()
	for path, m := range map[string]Mapping{
		"mapping.type":            {To: []Person{{ID: "id"}}},
		"mapping.to":              {Type: "type"},
		"mapping.to[0].id":        {Type: "type", To: []Person{{Email: "mail"}}},
		"mapping.to[0].email":     {Type: "type", To: []Person{{ID: "id", Email: "a[x]"}}},
		"mapping.data.sku":        {Type: "type", To: []Person{{ID: "id"}}, Data: map[string]string{"sku": "a..b"}},
		"mapping.idempotency_key": {Type: "type", To: []Person{{ID: "id"}}, Key: "a[1]b"},
	} {
		var invalid *notify.Invalid
		require.ErrorAs(t, m.Check("mapping."), &invalid, path)
		require.Equal(t, path, invalid.Fields[0].Path)
	}
}

// shelf keeps one hook.
type shelf struct{ rows map[string]Row }

func (s *shelf) Hook(_ context.Context, source string) (Row, error) {
	row, ok := s.rows[source]
	if !ok {
		return row, notify.ErrNotFound
	}
	return row, nil
}

func (s *shelf) PutHook(_ context.Context, r Row, _ time.Time) error {
	s.rows[r.Source] = r
	return nil
}

func (s *shelf) DeleteHook(_ context.Context, source string) error {
	delete(s.rows, source)
	return nil
}

func (s *shelf) NoteHook(_ context.Context, source string, last Last) error {
	row := s.rows[source]
	row.Last = last
	s.rows[source] = row
	return nil
}

// open seals nothing.
type open struct{}

func (open) Seal(plain []byte, about string) (string, error) {
	return about + "|" + base64.StdEncoding.EncodeToString(plain), nil
}

func (open) Open(sealed, about string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(sealed[len(about)+1:])
}

type clock struct{ at time.Time }

func (c clock) Now() time.Time { return c.at }

func TestSecretsAreReplacedWithoutAGap(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	h := &Hooks{Store: &shelf{map[string]Row{}}, Sealer: open{}, Clock: clock{time.Unix(1614265330, 0)}}
	in := Input{Enabled: true, Scheme: GitHub, Mapping: Mapping{Type: "type", To: []Person{{ID: "id"}}}}
	_, err := h.Put(ctx, "shop", in)
	var invalid *notify.Invalid
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "secret", invalid.Fields[0].Path)

	signed := func(secret string) Incoming {
		body := `{"type":"order.shipped","id":"ada"}`
		return Incoming{Header: headers("X-Hub-Signature-256", "sha256="+hex.EncodeToString(sum([]byte(secret), body))), Body: []byte(body), Now: time.Unix(1614265330, 0)}
	}
	works := func(secret string) bool {
		taken, err := h.Receive(ctx, "shop", signed(secret))
		return err == nil && taken.Event != nil
	}
	const first, second, third = "the first secret of all", "the second secret of all", "the third secret of all"
	for n, step := range []struct {
		secret string
		retire bool
		want   []bool
	}{
		{first, false, []bool{true, false, false}},
		{second, false, []bool{true, true, false}},
		{third, false, []bool{false, true, true}},
		{"", true, []bool{false, false, true}},
	} {
		in.Secret, in.Retire = step.secret, step.retire
		view, err := h.Put(ctx, "shop", in)
		require.NoError(t, err)
		text, err := json.Marshal(view)
		require.NoError(t, err)
		require.NotContains(t, string(text), "secret of all", "a secret never comes out")
		require.Equal(t, step.want, []bool{works(first), works(second), works(third)}, "step "+strconv.Itoa(n))
	}
	view, err := h.Get(ctx, "shop")
	require.NoError(t, err)
	require.Equal(t, "accepted", view.Last.Outcome)
	require.JSONEq(t, `{"type":"order.shipped","id":"ada"}`, string(view.Last.Payload))

	in.Enabled, in.Secret, in.Retire = false, "", false
	_, err = h.Put(ctx, "shop", in)
	require.NoError(t, err)
	_, err = h.Receive(ctx, "shop", signed(third))
	require.ErrorIs(t, err, notify.ErrUnauthenticated, "off looks like wrong")
	_, err = h.Receive(ctx, "ghost", signed(third))
	require.ErrorIs(t, err, notify.ErrUnauthenticated)

	in.Enabled, in.Scheme = true, Slack
	_, err = h.Put(ctx, "shop", in)
	require.ErrorAs(t, err, &invalid, "another scheme needs a secret of its own")
}

func TestSlackHearsItsChallenge(t *testing.T) {
	t.Parallel()
	h := &Hooks{Store: &shelf{map[string]Row{}}, Sealer: open{}, Clock: clock{}}
	_, err := h.Put(t.Context(), "shop", Input{Enabled: true, Scheme: Slack, Secret: slackSecret, Mapping: Mapping{Type: "type", To: []Person{{ID: "id"}}}})
	require.NoError(t, err)
	body := `{"type":"url_verification","challenge":"3eZbrw1aB"}`
	in := Incoming{Body: []byte(body), Now: time.Unix(1531420618, 0)}
	in.Header = headers("X-Slack-Request-Timestamp", "1531420618", "X-Slack-Signature", "v0="+hex.EncodeToString(sum([]byte(slackSecret), "v0:1531420618:", body)))
	taken, err := h.Receive(t.Context(), "shop", in)
	require.NoError(t, err)
	require.Equal(t, "3eZbrw1aB", taken.Challenge)
}
