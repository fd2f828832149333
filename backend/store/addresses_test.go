package store

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/notify"
)

func addressesOf(t *testing.T, db *DB, id string) map[string]notify.Address {
	t.Helper()
	r, err := db.Recipient(t.Context(), id)
	require.NoError(t, err)
	list := map[string]notify.Address{}
	for _, a := range r.Addresses {
		list[a.Address] = a
	}
	return list
}

func TestOneAddressOfAChannelIsPreferred(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		preferred := func() []string {
			var list []string
			for _, a := range addressesOf(t, db, "ada") {
				if a.Preferred {
					list = append(list, a.Address)
				}
			}
			slices.Sort(list)
			return list
		}
		person := ada()
		person.Addresses[1].Preferred, person.Addresses[2].Preferred = true, true
		put(t, db, true, start, person)
		require.Equal(t, []string{"+447700900123", "a@example.org"}, preferred())
		put(t, db, true, later, ada())
		require.Equal(t, []string{"+447700900123", "a@example.org"}, preferred(), "a system that says nothing of it leaves the choice alone")
		person.Addresses[0].Preferred = true
		put(t, db, false, later, person)
		require.Equal(t, []string{"+447700900123", "ada@example.com"}, preferred(), "of two that are called so the first is it")

		people, err := db.People(t.Context(), []string{"ada"})
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(people[0].Addresses, func(a notify.Address) bool { return a.Preferred && a.Address == "ada@example.com" }))

		require.NoError(t, db.PutAddresses(t.Context(), "ada", []audience.AddressInput{
			{Channel: notify.Email, Address: "ada@example.com"}, {Channel: notify.Email, Address: "a@example.org"},
		}, later))
		require.Empty(t, preferred(), "a person who sets all addresses may prefer none")
	})
}

func TestVerificationOfAnAddress(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		const mail = "ada@example.com"
		person := ada()
		put(t, db, true, start, person)
		require.Zero(t, addressesOf(t, db, "ada")[mail].Verification, "nobody looked yet")

		require.NoError(t, db.BeginCheck(ctx, "ada", audience.Check{ID: "otp_1", Channel: notify.Email, Address: mail, Until: later}))
		first, err := db.Check(ctx, "ada", notify.Email, mail)
		require.NoError(t, err)
		require.Equal(t, audience.Check{ID: "otp_1", Channel: notify.Email, Address: mail, Until: later}, first)
		require.NoError(t, db.BeginCheck(ctx, "ada", audience.Check{ID: "otp_2", Channel: notify.Email, Address: mail, Until: later}))
		require.NoError(t, db.EndCheck(ctx, "ada", first, notify.VerificationFailed, later))
		require.Zero(t, addressesOf(t, db, "ada")[mail].Verification, "an older code says nothing any more")
		first.ID = "otp_2"
		require.NoError(t, db.EndCheck(ctx, "ada", first, notify.Verified, later))
		got := addressesOf(t, db, "ada")[mail]
		require.Equal(t, []any{notify.Verified, notify.ByCode, later}, []any{got.Verification, got.VerifiedBy, got.VerifiedAt})

		person.Addresses[0].Verification = notify.Verified
		put(t, db, true, later.Add(1), person)
		require.Equal(t, got, addressesOf(t, db, "ada")[mail], "what is said again was found out before")
		put(t, db, true, later.Add(1), ada())
		require.Equal(t, got, addressesOf(t, db, "ada")[mail], "who says nothing of it changes nothing")
		failed := notify.VerificationFailed
		require.NoError(t, db.PutAddresses(ctx, "ada", []audience.AddressInput{{Channel: notify.Email, Address: mail, Verification: &failed}}, later))
		require.Equal(t, []string{"failed", "caller"}, []string{string(addressesOf(t, db, "ada")[mail].Verification), addressesOf(t, db, "ada")[mail].VerifiedBy})
		none := notify.Verification("unverified")
		require.NoError(t, db.PutAddresses(ctx, "ada", []audience.AddressInput{{Channel: notify.Email, Address: mail, Verification: &none}}, later))
		require.Equal(t, notify.Address{Channel: notify.Email, Address: mail}, addressesOf(t, db, "ada")[mail])

		require.ErrorIs(t, db.BeginCheck(ctx, "ada", audience.Check{ID: "otp_3", Channel: notify.SMS, Address: "+1"}), notify.ErrNotFound)
		_, err = db.Check(ctx, "ada", notify.SMS, "+1")
		require.ErrorIs(t, err, notify.ErrNotFound)
	})
}

func TestAnAddressSaysWhenItWasUsedLast(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		put(t, db, true, start, ada())
		sent, waiting := aMessage("ada"), aMessage("ada")
		sent.Status, sent.SentAt = "sent", micros(later)
		waiting.Address = "a@example.org"
		seed(t, db, sent, waiting)
		got := addressesOf(t, db, "ada")
		require.Equal(t, later, got["ada@example.com"].LastUsedAt)
		require.Zero(t, got["a@example.org"].LastUsedAt)
	})
}

func TestAttributesAreLearnedFromWhatIsStored(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		person := func(id, data string) notify.Recipient { return notify.Recipient{ID: id, Data: json.RawMessage(data)} }
		none, err := db.Attributes(ctx)
		require.NoError(t, err)
		require.Equal(t, []audience.Attribute{}, none)
		put(t, db, false, start, person("a", `{"tier":"gold","born":"1985-03-09"}`), person("b", `{"age":41}`))
		put(t, db, false, later, person("b", `{"age":"old","born":"in spring","tier":"x"}`))
		got, err := db.Attributes(ctx)
		require.NoError(t, err)
		require.Equal(t, []audience.Attribute{
			{Name: "age", Kind: audience.Mixed, Kinds: []audience.Kind{"number", "string"}, FirstSeenAt: start},
			{Name: "born", Kind: audience.Text, Kinds: []audience.Kind{"date", "string"}, FirstSeenAt: start},
			{Name: "tier", Kind: audience.Text, Kinds: []audience.Kind{"string"}, FirstSeenAt: start},
		}, got)
		race(t, 20, func(i int) error {
			return db.UpsertRecipients(ctx, []notify.Recipient{person("c", `{"new":true,"more":[1]}`), person("d", `{"more":[],"new":false}`)}, false, later)
		})
		got, err = db.Attributes(ctx)
		require.NoError(t, err)
		require.Len(t, got, 5)
	})
}
