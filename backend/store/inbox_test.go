package store

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/inbox"
	"clarion/backend/notify"
)

func add(t *testing.T, db *DB, items ...notify.InboxItem) []notify.InboxItem {
	t.Helper()
	out, err := db.AddItems(t.Context(), items, start)
	require.NoError(t, err)
	return out
}

func since(t *testing.T, db *DB, offset int64, limit int) ([]inbox.Frame, bool) {
	t.Helper()
	frames, complete, err := db.Since(t.Context(), "ada", offset, limit)
	require.NoError(t, err)
	return frames, complete
}

func TestTwentyWhoAddAtOnceGiveOffsetsWithoutGaps(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		race(t, 20, func(i int) error {
			// Two feeds in changing order: nobody may wait in a ring.
			items := []notify.InboxItem{anItem("ada"), anItem("wei"), anItem("ada")}
			if i%2 == 1 {
				items = []notify.InboxItem{anItem("wei"), anItem("ada"), anItem("ada")}
			}
			_, err := db.AddItems(t.Context(), items, start)
			return err
		})
		frames, complete := since(t, db, 0, 100)
		require.True(t, complete)
		require.Len(t, frames, 40)
		for i, f := range frames {
			require.EqualValues(t, i+1, f.Offset)
		}
		for feed, want := range map[string]int64{"ada": 40, "wei": 20} {
			head, err := db.Head(t.Context(), feed)
			require.NoError(t, err)
			require.Equal(t, want, head.Offset)
		}
	})
}

func TestTheSameMessageAddedTwentyTimesIsOneItem(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		item := anItem("ada")
		race(t, 20, func(int) error {
			out, err := db.AddItems(t.Context(), []notify.InboxItem{item, item}, start)
			if err == nil && (out[0].Offset != 1 || out[1].ID != out[0].ID) {
				err = fmt.Errorf("told %+v", out)
			}
			return err
		})
		head, err := db.Head(t.Context(), "ada")
		require.NoError(t, err)
		require.EqualValues(t, 1, head.Offset)
	})
}

func TestAnItemComesBackAsItWent(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		given := anItem("ada")
		want := add(t, db, given)[0]
		require.True(t, notify.IsID(notify.InboxItemID, want.ID))
		given.ID, given.Offset, given.CreatedAt = want.ID, 1, start
		require.Equal(t, given, want)
		list, next, err := db.Items(t.Context(), inbox.Filter{Recipient: "ada", Status: "all", Now: start}, notify.Page{})
		require.NoError(t, err)
		require.Empty(t, next)
		require.Equal(t, []notify.InboxItem{want}, list)
		require.Empty(t, add(t, db))
	})
}

func TestFramesAreTheExactWordsOfTheSocket(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		item := add(t, db, anItem("ada"))[0]
		_, err := db.Mark(t.Context(), inbox.Mark{Recipient: "ada", IDs: []string{item.ID}, As: "read"}, later)
		require.NoError(t, err)
		frames, complete := since(t, db, 0, 10)
		require.True(t, complete)
		text, err := json.Marshal(item)
		require.NoError(t, err)
		require.Equal(t, `{"type":"item","offset":1,"item":`+string(text)+`}`, string(frames[0].JSON))
		require.Equal(t, `{"type":"changed","offset":2,"ids":["`+item.ID+`"],"as":"read"}`, string(frames[1].JSON))
	})
}

func TestResuming(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		_, complete := since(t, db, 0, 10)
		require.True(t, complete, "a feed that is not there has nothing to tell")
		_, complete = since(t, db, 3, 10)
		require.False(t, complete, "nobody can be ahead of the feed")
		add(t, db, anItem("ada"), anItem("ada"), anItem("ada"))
		for _, c := range []struct {
			name     string
			after    int64
			limit    int
			want     int
			complete bool
		}{
			{"from the beginning", 0, 10, 3, true},
			{"from the middle", 1, 10, 2, true},
			{"from the end", 3, 10, 0, true},
			{"exactly the limit", 0, 3, 3, true},
			{"more than the limit", 0, 2, 0, false},
			{"ahead of the feed", 4, 10, 0, false},
		} {
			frames, complete := since(t, db, c.after, c.limit)
			require.Len(t, frames, c.want, c.name)
			require.Equal(t, c.complete, complete, c.name)
		}
	})
}

func TestTheLogKeepsTheNewestThousand(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		for range 12 {
			batch := make([]notify.InboxItem, 100)
			for i := range batch {
				batch[i] = anItem("ada")
			}
			add(t, db, batch...)
		}
		kept, err := db.w.NewSelect().Table("inbox_log").Count(t.Context())
		require.NoError(t, err)
		require.GreaterOrEqual(t, kept, int64(logKept))
		require.Less(t, kept, int64(logKept+trimEvery+100))
		frames, complete := since(t, db, 200, 2000)
		require.True(t, complete)
		require.Len(t, frames, 1000)
		_, complete = since(t, db, 10, 2000)
		require.False(t, complete, "the log no longer reaches back that far")
		items, err := db.w.NewSelect().Table("inbox_items").Count(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1200, items, "items outlive the log")
	})
}

func TestMarking(t *testing.T) {
	soon := later.Add(time.Hour)
	type counts = [2]int // unread, unseen
	cases := []struct {
		name  string
		marks []inbox.Mark
		// changed is how many items each mark changed.
		changed []int
		counts  counts
		// lists is how many items each status lists afterwards.
		lists map[string]int
	}{
		{"nothing was marked", nil, nil, counts{2, 2}, map[string]int{"all": 2, "unread": 2}},
		{"seen twice changes once", []inbox.Mark{{As: "seen"}, {As: "seen"}}, []int{1, 0}, counts{2, 1}, map[string]int{"unread": 2}},
		{"read is also seen", []inbox.Mark{{As: "read"}, {As: "read"}}, []int{1, 0}, counts{1, 1}, map[string]int{"all": 2, "unread": 1}},
		{"unread again stays seen", []inbox.Mark{{As: "read"}, {As: "unread"}, {As: "unread"}}, []int{1, 1, 0}, counts{2, 1}, map[string]int{"unread": 2}},
		{"all read", []inbox.Mark{{As: "read", All: true}, {As: "read", All: true}}, []int{2, 0}, counts{0, 0}, map[string]int{"all": 2, "unread": 0}},
		{"archived leaves the feed", []inbox.Mark{{As: "archived"}}, []int{1}, counts{1, 1}, map[string]int{"all": 1, "archived": 1}},
		{"unarchived comes back", []inbox.Mark{{As: "archived"}, {As: "unarchived"}}, []int{1, 1}, counts{2, 2}, map[string]int{"all": 2, "archived": 0}},
		{"all unarchived", []inbox.Mark{{As: "archived", All: true}, {As: "unarchived", All: true}}, []int{2, 2}, counts{2, 2}, map[string]int{"all": 2}},
		{"all means what the feed holds, not the archive", []inbox.Mark{{As: "archived"}, {As: "read", All: true}}, []int{1, 1}, counts{0, 0}, map[string]int{"archived": 1}},
		{"snoozed is away until then", []inbox.Mark{{As: "snoozed", Until: soon}}, []int{1}, counts{1, 1}, map[string]int{"all": 1, "snoozed": 1}},
		{"snoozed until the past is here", []inbox.Mark{{As: "snoozed", Until: start}}, []int{1}, counts{2, 2}, map[string]int{"all": 2, "snoozed": 0}},
		{"no ids and not all marks nothing", []inbox.Mark{{As: "read", IDs: []string{}}}, []int{0}, counts{2, 2}, nil},
		{"somebody else's item is not touched", []inbox.Mark{{As: "read", IDs: []string{"theirs"}}}, []int{0}, counts{2, 2}, nil},
	}
	each(t, func(t *testing.T, db *DB) {
		ctx := t.Context()
		for i, c := range cases {
			me, other := fmt.Sprintf("ada%d", i), fmt.Sprintf("wei%d", i)
			mine := add(t, db, anItem(me), anItem(me))
			theirs := add(t, db, anItem(other))[0]
			byID := map[string]string{mine[0].ID: mine[0].MessageID, mine[1].ID: mine[1].MessageID}
			offset := int64(2)
			for j, m := range c.marks {
				m.Recipient = me
				switch {
				case m.All:
				case m.IDs == nil:
					m.IDs = []string{mine[0].ID}
				case len(m.IDs) > 0:
					m.IDs = []string{theirs.ID}
				}
				got, err := db.Mark(ctx, m, later)
				require.NoError(t, err, c.name)
				require.Len(t, got.IDs, c.changed[j], c.name)
				require.Len(t, got.Messages, c.changed[j], c.name)
				if c.changed[j] == 0 {
					require.Zero(t, got.Offset, c.name)
					continue
				}
				offset++
				require.Equal(t, offset, got.Offset, c.name)
				for k, id := range got.IDs {
					require.Equal(t, byID[id], got.Messages[k], c.name)
				}
			}
			n, err := db.Counts(ctx, me, later)
			require.NoError(t, err)
			require.Equal(t, c.counts, counts{n.Unread, n.Unseen}, c.name)
			for status, want := range c.lists {
				list, _, err := db.Items(ctx, inbox.Filter{Recipient: me, Status: status, Now: later}, notify.Page{})
				require.NoError(t, err)
				require.Len(t, list, want, "%s: %s", c.name, status)
			}
			n, err = db.Counts(ctx, other, later)
			require.NoError(t, err)
			require.Equal(t, inbox.Counts{Unread: 1, Unseen: 1}, n, c.name)
		}
	})
}

func TestOfTwentyWhoMarkOneChanges(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		item := add(t, db, anItem("ada"))[0]
		offsets := make([]int64, 20)
		race(t, 20, func(i int) error {
			m, err := db.Mark(t.Context(), inbox.Mark{Recipient: "ada", IDs: []string{item.ID}, As: "read"}, later)
			offsets[i] = m.Offset
			return err
		})
		winners := 0
		for _, o := range offsets {
			if o != 0 {
				require.EqualValues(t, 2, o)
				winners++
			}
		}
		require.Equal(t, 1, winners)
	})
}

func TestAddersAndMarkersShareOneRowOfOffsets(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		items := add(t, db, anItem("ada"), anItem("ada"), anItem("ada"), anItem("ada"), anItem("ada"))
		race(t, 20, func(i int) error {
			var err error
			if i%4 == 0 {
				_, err = db.Mark(t.Context(), inbox.Mark{Recipient: "ada", IDs: []string{items[i/4].ID}, As: "seen"}, later)
			} else {
				_, err = db.AddItems(t.Context(), []notify.InboxItem{anItem("ada")}, start)
			}
			return err
		})
		frames, complete := since(t, db, 0, 100)
		require.True(t, complete)
		require.Len(t, frames, 25)
	})
}

func TestWhatTheInboxDoesNotKnowIsRefused(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		var invalid *notify.Invalid
		_, err := db.Mark(t.Context(), inbox.Mark{Recipient: "ada", All: true, As: "eaten"}, start)
		require.ErrorAs(t, err, &invalid)
		_, _, err = db.Items(t.Context(), inbox.Filter{Recipient: "ada", Status: "eaten"}, notify.Page{})
		require.ErrorAs(t, err, &invalid)
	})
}

func TestItemsByCategory(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		other := anItem("ada")
		other.Category = "news"
		add(t, db, anItem("ada"), other)
		list, _, err := db.Items(t.Context(), inbox.Filter{Recipient: "ada", Category: "news", Now: later}, notify.Page{})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, "news", list[0].Category)
	})
}

func TestTwentyWhoAskForTheHeadOfANewFeedSeeOneEpoch(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		heads := make([]inbox.Head, 20)
		race(t, 20, func(i int) error {
			var err error
			heads[i], err = db.Head(t.Context(), "ada")
			return err
		})
		for _, h := range heads {
			require.Equal(t, heads[0], h)
			require.NotEmpty(t, h.Epoch)
		}
	})
}

func TestWhatAPersonDoesIsTheMessagesEngagement(t *testing.T) {
	each(t, func(t *testing.T, db *DB) {
		m := queued(t, db, 1)[0]
		item := anItem(m.Recipient.ID)
		item.MessageID = m.ID
		item = add(t, db, item)[0]
		for _, as := range []string{"seen", "read", "read", "unread", "archived"} {
			_, err := db.Mark(t.Context(), inbox.Mark{Recipient: m.Recipient.ID, IDs: []string{item.ID}, As: as}, start)
			require.NoError(t, err)
		}
		require.Equal(t, []string{"created", "queued", "seen", "read", "archived"}, kinds(t, db, m.ID))
	})
}
