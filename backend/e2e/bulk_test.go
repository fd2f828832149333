package e2e_test

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type operation struct {
	ID, State, Policy, Error string
	Rows, Accepted, Rejected int
	Parts                    []struct{ Number, Size int }
	Broadcast                struct{ ID, State string }
}

func (c *caller) untilDone(o operation) operation {
	c.Helper()
	await(c, time.Minute, "the operation to end", func() bool {
		o = get[operation](c, "/v1/operations/"+o.ID)
		return o.State == "done" || o.State == "failed"
	})
	require.Equal(c, "done", o.State, o.Error)
	return o
}

// bulk is a message to many about their orders.
func bulk(more map[string]any) map[string]any {
	body := map[string]any{
		"name": "Orders", "template": "order.shipped", "channels": []string{"sms"}, "category": "orders", "data": map[string]any{"carrier": "DHL", "order_id": "none"},
	}
	for key, value := range more {
		body[key] = value
	}
	return body
}

// TestABulkRequestWaitsForApprovalUnlessItsKeySaysOtherwise sends the same by two
// keys, inline and as a file whose upload breaks off.
func TestABulkRequestWaitsForApprovalUnlessItsKeySaysOtherwise(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		admin := g.open(t)
		send := func(c *caller, body map[string]any) reply {
			return c.must(http.StatusAccepted, ask{method: http.MethodPost, path: "/v1/notifications/bulk", body: body, header: map[string]string{"Idempotency-Key": "k1"}})
		}
		careful := admin.withScopes("read", "notifications:write")
		rows := []any{map[string]any{"id": "ada", "data": map[string]any{"order_id": "A1"}}, "wei", "nobody", "ada"}
		first := send(careful, bulk(map[string]any{"to": rows}))
		o := careful.untilDone(read[operation](t, first))
		require.Equal(t, []any{4, 2, 2, ""}, []any{o.Rows, o.Accepted, o.Rejected, o.Policy})
		again := send(careful, bulk(map[string]any{"to": rows}))
		require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
		require.Equal(t, o.ID, read[operation](t, again).ID)
		rejected := list[struct {
			Line   int
			Faults []struct{ Code string }
		}](careful, "/v1/operations/"+o.ID+"/rows?outcome=rejected")
		require.Len(t, rejected, 2)
		require.Equal(t, []any{3, "unknown_recipient", 4, "duplicate"}, []any{rejected[0].Line, rejected[0].Faults[0].Code, rejected[1].Line, rejected[1].Faults[0].Code})
		waiting := careful.untilFrozen(o.Broadcast.ID)
		require.Equal(t, 2, waiting.People)
		require.Equal(t, http.StatusForbidden, careful.tell("/v1/broadcasts/"+waiting.ID+"/approve", map[string]any{"hash": waiting.Hash}).status)
		inTheQueue(t, careful, admin.withScopes("read", "content:approve"), waiting)

		refused := careful.tell("/v1/notifications/bulk", bulk(map[string]any{"to": rows, "template": "ghost"}))
		require.Equal(t, http.StatusUnprocessableEntity, refused.status)
		require.Equal(t, "template", refused.Error.Fields[0].Path)

		trusted := admin.withScopes("read", "notifications:write", "bulk:auto")
		begun := read[operation](t, send(trusted, bulk(map[string]any{"unknown": "create", "upload": map[string]any{"format": "csv"}})))
		var file bytes.Buffer
		file.WriteString("id,phone,data.order_id\n")
		for i := range 300 {
			fmt.Fprintf(&file, "bulk-%03d,+4477009%05d,N%d\n", i, i, i)
		}
		at, half := "/v1/operations/"+begun.ID, file.Len()/2
		part := func(number int, content []byte) {
			trusted.must(http.StatusOK, ask{method: http.MethodPut, path: fmt.Sprintf("%s/parts/%d", at, number), body: content, header: map[string]string{"Content-Type": "text/csv"}})
		}
		part(1, file.Bytes()[:half])
		broken := trusted.tell(at+"/complete", map[string]any{"size": file.Len()})
		require.Equal(t, "size", broken.Error.Fields[0].Path, "an upload that broke off is refused")
		require.Len(t, get[operation](trusted, at).Parts, 1, "and says how far it came")
		admin.must(http.StatusOK, ask{method: http.MethodPut, path: "/v1/sources/other", body: map[string]string{"name": "Other"}})
		stranger := *admin
		stranger.bearer = read[struct{ Secret string }](t, admin.must(http.StatusCreated, ask{method: http.MethodPost, path: "/v1/api-keys", body: map[string]any{
			"name": "stranger", "source": "other", "scopes": []string{"notifications:write"},
		}})).Secret
		require.Equal(t, http.StatusNotFound, stranger.do(ask{method: http.MethodPut, path: at + "/parts/2", body: "x"}).status)
		part(2, file.Bytes()[half:])
		require.Equal(t, http.StatusOK, trusted.tell(at+"/complete", map[string]any{"size": file.Len()}).status)
		o = trusted.untilDone(begun)
		require.Equal(t, []any{300, 0, "bulk:auto"}, []any{o.Accepted, o.Rejected, o.Policy})
		await(t, time.Minute, "it to be sent", func() bool { return get[broadcast](trusted, "/v1/broadcasts/"+o.Broadcast.ID).State == "completed" })
		sent := list[message](trusted, "/v1/messages?limit=200&broadcast="+o.Broadcast.ID)
		require.Len(t, sent, 300)
		of := trusted.message(sent[0].ID)
		require.Contains(t, of.Content["text"], "order N", "what is said to one alone stands before what is said to all")
		history := list[struct{ Kind string }](trusted, "/v1/broadcasts/"+o.Broadcast.ID+"/history")
		var kinds []string
		for _, entry := range history {
			kinds = append(kinds, entry.Kind)
		}
		require.Contains(t, kinds, "approved_by_policy")
	})
}

// inTheQueue sends a broadcast back from the queue of approvals, where it stands
// with everything else that waits.
func inTheQueue(t *testing.T, author, approver *caller, b broadcast) {
	t.Helper()
	type row struct {
		ID, Key, Hash, Title string
	}
	waiting := list[row](approver, "/v1/approvals?state=waiting&kind=broadcast")
	require.Len(t, waiting, 1)
	require.Equal(t, []any{b.ID, b.Hash, "Orders"}, []any{waiting[0].Key, waiting[0].Hash, waiting[0].Title})
	require.Equal(t, 1, get[struct{ Kinds map[string]int }](approver, "/v1/approvals/counts").Kinds["broadcast"])
	at := "/v1/approvals/" + waiting[0].ID
	view := get[struct {
		Present  string `json:"present_hash"`
		Bar      string
		Document broadcast
	}](approver, at)
	require.Equal(t, []any{b.Hash, "", b.Hash}, []any{view.Present, view.Bar, view.Document.Hash})
	require.Equal(t, http.StatusForbidden, author.tell(at+"/approve", map[string]any{"hash": b.Hash}).status)
	require.Equal(t, http.StatusConflict, approver.tell(at+"/approve", map[string]any{"hash": "another"}).status)
	require.Equal(t, http.StatusUnprocessableEntity, approver.tell(at+"/approve", map[string]any{"hash": b.Hash, "publish": false}).status)
	require.Equal(t, http.StatusOK, approver.tell(at+"/comment", map[string]any{"body": "Whose orders?"}).status)
	require.Equal(t, http.StatusOK, approver.tell(at+"/reject", map[string]any{"comment": "Say whose orders"}).status)
	require.Equal(t, http.StatusConflict, approver.tell(at+"/approve", map[string]any{"hash": b.Hash}).status, "it is decided")
	require.Equal(t, "rejected", get[broadcast](approver, "/v1/broadcasts/"+b.ID).State)
	require.Empty(t, list[row](approver, "/v1/approvals?state=waiting&kind=broadcast"))
}
