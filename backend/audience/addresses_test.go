package audience_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/audience"
	"clarion/backend/notify"
)

// places remembers the addresses it was given.
type places struct {
	audience.Store
	id   string
	list []audience.AddressInput
}

func (p *places) PutAddresses(_ context.Context, id string, list []audience.AddressInput, _ time.Time) error {
	p.id, p.list = id, list
	return nil
}

func TestAddressesAreCheckedBeforeTheyAreSet(t *testing.T) {
	t.Parallel()
	mail := audience.AddressInput{Channel: notify.Email, Address: "ada@example.com"}
	for name, test := range map[string]struct {
		list []audience.AddressInput
		want []string
	}{
		"none at all":     {nil, nil},
		"a good one":      {[]audience.AddressInput{mail}, nil},
		"the same twice":  {[]audience.AddressInput{mail, mail}, []string{"addresses[1].address duplicate"}},
		"unknown channel": {[]audience.AddressInput{{Channel: "fax", Address: "1"}}, []string{"addresses[0].channel unknown_channel"}},
		"all that is wrong": {[]audience.AddressInput{{Channel: notify.Email, Address: "x"}, mail, {Channel: notify.SMS, Address: "123"}},
			[]string{"addresses[0].address invalid_email", "addresses[2].address invalid_phone"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &places{}
			a := &audience.Audience{Store: p, Clock: &clock{noon}}
			err := a.SetAddresses(t.Context(), "ada", test.list)
			if test.want != nil {
				require.Equal(t, test.want, paths(t, err))
				require.Empty(t, p.id)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "ada", p.id)
			require.Equal(t, test.list, p.list)
		})
	}
}
