package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/testbed"
)

func TestRolesApartWorkTogetherAndAWorkerMayDie(t *testing.T) {
	t.Parallel()
	shared := grounds[1].settings(t).with(settings{
		"CLARION_SANDBOX_LISTEN": testbed.Address(t), "CLARION_PUBLIC_URL": "http://" + testbed.Address(t),
	})
	role := func(name string) settings {
		listen := testbed.Address(t)
		if name == "api" {
			listen = shared["CLARION_PUBLIC_URL"][len("http://"):]
		}
		return shared.with(settings{"CLARION_ROLES": name, "CLARION_LISTEN": listen, "CLARION_DATA_DIR": t.TempDir()})
	}
	api := start(t, role("api"))
	start(t, role("scheduler"))
	worker := start(t, role("worker"))
	house := api.admin()

	ada := house.listen(t, house.token("ada"))
	require.Equal(t, "hello", ada.next().Type)
	begun := time.Now()
	id := house.report(fact{Type: "order.shipped", To: []any{"ada", "wei"}, Data: map[string]any{"order_id": 1}})
	house.settled(id, 10, time.Minute, arrived)
	t.Logf("ten messages sent or delivered in %s over three processes", time.Since(begun))
	item := ada.nextOf()
	require.Equal(t, "item", item.Type, "it came from the worker through Redis")
	require.Equal(t, id, house.message(item.Item.MessageID).EventID)
	kept := promises{}

	// From here on under keys, so that the audit can tell them apart.
	more := func(from, until int) {
		for i := from; i < until; i++ {
			key, f := fmt.Sprint("order-", i), fact{Type: "payment.failed", To: []any{"sam", "ops"}}
			eventID, ok := house.reportOnce(key, f)
			require.True(t, ok)
			kept[key] = promise{eventID, f}
		}
	}
	kept[""] = promise{id, fact{Type: "order.shipped", To: []any{"ada", "wei"}}}
	more(0, 60)
	worker.kill()
	more(60, 100)
	successor := start(t, role("worker"))
	house.finished(kept, time.Minute)
	took := time.Since(successor.begun)
	f := house.audit(kept)
	t.Logf("all done %s after another worker began; %+v", took, f)
}
