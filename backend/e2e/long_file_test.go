package e2e_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// longFile is an audience of n strangers, each with an order of their own, as a
// spreadsheet writes it; and the lines of it that cannot be taken, with why.
func longFile(n int) ([]byte, map[int]string) {
	var file bytes.Buffer
	bad := map[int]string{}
	file.WriteString("\xef\xbb\xbfid;phone;data.order_id\r\n")
	for i := range n {
		line := i + 2
		id, phone, order := fmt.Sprintf("long-%05d", i), fmt.Sprintf("+4477%08d", i), fmt.Sprintf("\"N%d; ä\"", i)
		switch i {
		case 10:
			id, bad[line] = "long-00001", "line 3 has the same id"
		case 20:
			phone, bad[line] = "nowhere", "phone"
		case 30:
			order, bad[line] = "\xff", "is not UTF-8 text"
		case n - 1:
			order, bad[line] = "N;1", "has 4 columns, the head has 3"
		}
		fmt.Fprintf(&file, "%s;%s;%s\r\n", id, phone, order)
	}
	return file.Bytes(), bad
}

// breakOff begins to send a part and hangs up in its middle.
func (c *caller) breakOff(path string, content []byte) {
	c.Helper()
	conn, err := new(net.Dialer).DialContext(c.Context(), "tcp", strings.TrimPrefix(c.url, "http://"))
	require.NoError(c, err)
	_, err = fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: clarion\r\nAuthorization: Bearer %s\r\nContent-Type: text/csv\r\nContent-Length: %d\r\n\r\n%s",
		path, c.bearer, len(content), content[:len(content)/2])
	require.NoError(c, err)
	require.NoError(c, conn.Close())
}

// TestALongFileIsTakenOnceThoughItsUploadBreaksOffAndTheProcessDies sends a file in
// parts that are cut anywhere, hangs up within one, asks for everything twice, and
// kills the process while the rows are being stored.
func TestALongFileIsTakenOnceThoughItsUploadBreaksOffAndTheProcessDies(t *testing.T) {
	t.Parallel()
	const rows = 12_000
	onEachGround(t, func(t *testing.T, g ground) {
		lasting := g.lasting(t)
		doomed := start(t, lasting)
		c := doomed.admin()
		begin := func() operation {
			return read[operation](c, c.must(http.StatusAccepted, ask{
				method: http.MethodPost, path: "/v1/notifications/bulk", header: map[string]string{"Idempotency-Key": "long"},
				body: bulk(map[string]any{"unknown": "create", "upload": map[string]any{"format": "csv", "name": "long.csv"}}),
			}))
		}
		o := begin()
		require.Equal(t, o.ID, begin().ID, "asked twice, it is begun once")
		file, bad := longFile(rows)
		at, cut := "/v1/operations/"+o.ID, len(file)/2+1
		put := func(number int, content []byte) reply {
			return c.do(ask{method: http.MethodPut, path: fmt.Sprintf("%s/parts/%d", at, number), body: content, header: map[string]string{"Content-Type": "text/csv"}})
		}
		require.Equal(t, http.StatusOK, put(1, file[:cut]).status)
		c.breakOff(at+"/parts/2", file[cut:])
		require.Len(t, get[operation](c, at).Parts, 1, "of a part that broke off nothing is kept")
		require.Equal(t, http.StatusRequestEntityTooLarge, put(2, make([]byte, 6<<20)).status)
		short := c.tell(at+"/complete", map[string]any{"size": len(file)})
		require.Equal(t, "size", short.Error.Fields[0].Path)
		for range 2 {
			require.Equal(t, http.StatusOK, put(2, file[cut:]).status, "a part that is sent again replaces itself")
		}
		require.Equal(t, http.StatusOK, c.tell(at+"/complete", map[string]any{"size": len(file)}).status)
		await(t, time.Minute, "rows to be stored", func() bool { return get[operation](c, at).Accepted > 0 })
		doomed.kill()

		c = start(t, lasting).admin()
		o = c.untilDone(o)
		require.Equal(t, []any{rows, rows - len(bad), len(bad)}, []any{o.Rows, o.Accepted, o.Rejected})
		require.Equal(t, rows-len(bad), c.untilFrozen(o.Broadcast.ID).People, "everybody is in it, and once")
		require.Equal(t, o.ID, begin().ID)
		said := map[int]string{}
		for _, row := range list[struct {
			Line   int
			Faults []struct{ Column, Detail string }
		}](c, at+"/rows?outcome=rejected") {
			said[row.Line] = row.Faults[0].Column + " " + row.Faults[0].Detail
		}
		require.Len(t, said, len(bad))
		for line, why := range bad {
			require.Contains(t, said[line], why)
		}
	})
}

// TestAFileIsStoppedWhileItIsRead cancels one whose rows are being stored: nothing
// of it stays but the people.
func TestAFileIsStoppedWhileItIsRead(t *testing.T) {
	t.Parallel()
	onEachGround(t, func(t *testing.T, g ground) {
		c := g.open(t)
		o := read[operation](c, c.must(http.StatusAccepted, ask{method: http.MethodPost, path: "/v1/notifications/bulk", body: bulk(map[string]any{
			"unknown": "create", "upload": map[string]any{"format": "ndjson"},
		})}))
		var file bytes.Buffer
		for i := range 20_000 {
			fmt.Fprintf(&file, "{\"id\":\"stop-%05d\",\"data\":{\"order_id\":\"%d\"}}\n", i, i)
		}
		at := "/v1/operations/" + o.ID
		c.must(http.StatusOK, ask{method: http.MethodPut, path: at + "/parts/1", body: file.Bytes()})
		require.Equal(t, http.StatusOK, c.tell(at+"/complete", nil).status)
		await(t, time.Minute, "it to be read", func() bool { return get[operation](c, at).Rows > 0 })
		stopped := c.tell(at+"/cancel", nil)
		if stopped.status == http.StatusConflict {
			return // it was taken before it could be stopped
		}
		require.Equal(t, http.StatusOK, stopped.status)
		got := read[operation](c, stopped)
		require.Equal(t, []any{"cancelled", 0, "cancelled"}, []any{got.State, got.Accepted, got.Broadcast.State})
		require.Empty(t, list[struct{ Line int }](c, at+"/rows?outcome=accepted"))
	})
}
