package api

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/audience"
	"clarion/backend/notify"
)

func TestAnExportIsAFileInTheEnvelope(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	key := h.key(access.RecipientsWrite)
	got := h.do(ask{method: "GET", path: "/v1/recipients/ada/export", bearer: key})
	require.Equal(t, 200, got.status)
	require.Equal(t, `attachment; filename="recipient.json"`, got.header.Get("Content-Disposition"))
	require.JSONEq(t, `{"recipient":{"id":"ada"}}`, string(got.body.Data))
	require.Equal(t, got.header.Get("X-Trace-Id"), got.body.TraceID)
	require.Equal(t, 404, h.do(ask{method: "GET", path: "/v1/recipients/nobody/export", bearer: key}).status)
}

func TestSuppressionsLeaveAndComeAsCSV(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "GET", path: "/v1/suppressions/export?reason=manual", bearer: h.key(access.Read)})
	require.Equal(t, 200, got.status)
	require.Contains(t, got.header.Get("Content-Type"), "text/csv")
	require.Equal(t, "channel,address,reason,detail,scope,expires_at\nemail,a@example.com,manual,,channel,\n", string(got.raw))
	require.Equal(t, 422, h.do(ask{method: "GET", path: "/v1/suppressions/export?reason=mood", bearer: h.key(access.Read)}).status)

	key := h.key(access.DeliveriesWrite)
	load := func(body string) answer {
		return h.do(ask{method: "POST", path: "/v1/suppressions/import", bearer: key, body: body})
	}
	require.Contains(t, string(load(`{"csv":"channel,address\nemail,a@b.example\n","preview":true}`).body.Data), `"added":0`)
	require.Contains(t, string(load(`{"csv":"channel,address\nemail,a@b.example\n"}`).body.Data), `"added":1`)
	faulty := load(`{"csv":"channel,address\nemail,nobody\n"}`)
	require.Equal(t, 200, faulty.status)
	require.Contains(t, string(faulty.body.Data), `"line":2`)
}

func TestAddressesAreSetWithTheirMarks(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "PUT", path: "/v1/recipients/ada/addresses", bearer: h.key(access.RecipientsWrite),
		body: `{"addresses":[{"channel":"email","address":"a@example.com","invalid":false},{"channel":"sms","address":"+447700900123","label":"m"}]}`})
	require.Equal(t, 200, got.status, string(got.raw))
	no := false
	require.Equal(t, []audience.AddressInput{
		{Channel: notify.Email, Address: "a@example.com", Invalid: &no}, {Channel: notify.SMS, Address: "+447700900123", Label: "m"},
	}, h.fakes.addresses, "no mark at all is not the same as a mark that is off")
}

func TestLiftingASuppressionKeepsTheReasonAndNotTheAddress(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	s := h.login()
	require.Equal(t, 200, h.do(ask{method: "DELETE", path: "/v1/suppressions/sup_1?reason=asked+by+phone", session: s}).status)
	r := h.audit.last()
	require.Equal(t, []string{"suppression.remove", "sup_1"}, []string{r.Action, r.Target.ID})
	require.JSONEq(t, `{"channel":"email","reason":"manual"}`, string(r.Before))
	require.JSONEq(t, `{"lifted_because":"asked by phone"}`, string(r.After))
	recorded := h.audit.count()
	h.do(ask{method: "POST", path: "/v1/suppressions/import", session: s, body: `{"csv":"channel,address\nemail,a@b.example\n","preview":true}`})
	require.Equal(t, recorded, h.audit.count(), "a preview changes nothing")
	h.do(ask{method: "POST", path: "/v1/suppressions/import", session: s, body: `{"csv":"channel,address\nemail,a@b.example\n"}`})
	require.Equal(t, "suppression.import", h.audit.last().Action)
	require.Equal(t, 422, h.do(ask{method: "DELETE", path: "/v1/suppressions/sup_1?reason=" + strings.Repeat("x", 501), session: s}).status)
}

func TestRejectedRowsAreAFileWithTheirReasons(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "GET", path: "/v1/recipient-imports/imp_1/rejected", bearer: h.key(access.RecipientsWrite)})
	require.Equal(t, 200, got.status)
	require.Equal(t, "2,Id is empty,b,\"x, y\"\n", string(got.raw))
}
