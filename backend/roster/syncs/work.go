package syncs

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"clarion/backend/roster"
)

// reading is one run under way.
type reading struct {
	*Worker
	run  Run
	plan plan
	// first remembers on which row each id came first; line is the last row.
	first map[[12]byte]int
	line  int
}

func (w *Worker) work(ctx context.Context, run Run, stored Stored) error {
	r := &reading{Worker: w, run: run, plan: stored.plan(), first: map[[12]byte]int{}}
	if run.Restarts > mostRestarts {
		return r.fail(ctx, &Trouble{Code: Interrupted, Detail: fmt.Sprintf("the run was begun %d times and its process ended each time", run.Restarts)})
	}
	secret := ""
	if stored.Sealed != "" {
		plain, err := w.Sealer.Open(stored.Sealed, SealedFor(stored.Key))
		if err != nil {
			return r.fail(ctx, &Trouble{Field: "secret", Code: Unreadable, Detail: "the stored secret cannot be opened any more; give it again"})
		}
		secret = string(plain)
	}
	ask := Input{Settings: stored.Settings, Secret: secret}.ask(r.plan.heads)
	err := w.Readers[stored.Kind].Read(ctx, ask, func(p Page) error { return r.page(ctx, p) })
	if err == nil {
		err = r.finish(ctx)
	}
	if trouble := (*Trouble)(nil); errors.As(err, &trouble) && ctx.Err() == nil {
		return r.fail(ctx, trouble)
	}
	return err
}

func (r *reading) progress() Progress {
	now, hold := r.Clock.Now(), lease
	if r.plan.settings.SQL != nil {
		hold += time.Duration(r.plan.settings.SQL.TimeoutSeconds) * time.Second
	}
	return Progress{Run: r.run.ID, Worker: r.Name, Sync: r.plan.settings, Now: now, Until: now.Add(hold)}
}

func (r *reading) fail(ctx context.Context, t *Trouble) error {
	return r.Books.EndRun(ctx, r.progress(), Failed, *t)
}

// page stores what is new or changed of a page of rows.
func (r *reading) page(ctx context.Context, page Page) error {
	out := Outcome{Read: len(page.Rows)}
	var people []Person
	for _, row := range page.Rows {
		r.line++
		if row.Gone {
			continue
		}
		person, cells, faults := r.plan.person(row)
		if person.ID != "" {
			if line, twice := r.seen(person.ID); twice {
				faults = append(faults, duplicate(line))
			} else if len(faults) > 0 {
				// A row that cannot be stored is no sign that somebody left.
				out.Seen = append(out.Seen, person.ID)
			}
		}
		if len(faults) > 0 {
			out.Faulty = append(out.Faulty, roster.FaultyRow{Line: r.line, Row: roster.Text(cells), Faults: faults})
			continue
		}
		people = append(people, person)
	}
	if err := r.sort(ctx, people, &out); err != nil {
		return err
	}
	if err := r.Books.SavePage(ctx, r.progress(), out); err != nil {
		return fmt.Errorf("store a page of sync %s: %w", r.run.Sync, err)
	}
	return nil
}

// seen notes an id and says on which row it came before.
func (r *reading) seen(id string) (int, bool) {
	sum := sha256.Sum256([]byte(id))
	key := [12]byte(sum[:12])
	line, twice := r.first[key]
	if !twice {
		r.first[key] = r.line
	}
	return line, twice
}

// sort tells people who changed from those who are stored as they are.
func (r *reading) sort(ctx context.Context, people []Person, out *Outcome) error {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	known, err := r.Books.KnownPeople(ctx, r.run.Sync, ids)
	if err != nil {
		return err
	}
	for _, p := range people {
		switch before, ok := known[p.ID]; {
		case !ok || before.Gone || before.Hash != p.Hash:
			out.People = append(out.People, p)
		case before.Run == r.run.ID:
			out.Seen = append(out.Seen, p.ID) // counted before a restart
		default:
			out.Unchanged = append(out.Unchanged, p.ID)
		}
	}
	return nil
}

// finish treats as gone who was not read, unless they are too many to believe.
func (r *reading) finish(ctx context.Context) error {
	_, all, err := r.Books.MissingPeople(ctx, r.progress(), 1)
	if err != nil {
		return err
	}
	if trouble := r.doubt(all); trouble != nil {
		return trouble
	}
	for {
		ids, _, err := r.Books.MissingPeople(ctx, r.progress(), goneAtOnce)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return r.Books.EndRun(ctx, r.progress(), Done, Trouble{})
		}
		if err := r.Books.SaveGone(ctx, r.progress(), ids); err != nil {
			return fmt.Errorf("treat people of sync %s as gone: %w", r.run.Sync, err)
		}
	}
}

// doubt says why a run is not believed. What was treated as gone before a
// restart counts too.
func (r *reading) doubt(missing int) *Trouble {
	gone, known, most := missing+r.run.Absent, r.run.Known, r.plan.settings.Gone.MostPercent
	switch {
	case gone == 0 || r.run.AcceptGone:
		return nil
	case gone >= known:
		return &Trouble{Field: "gone.most_percent", Code: TooManyGone, Detail: fmt.Sprintf("none of the %d people who were there is there any more; nobody was treated as gone", known)}
	case gone*100 > known*most:
		return &Trouble{Field: "gone.most_percent", Code: TooManyGone, Detail: fmt.Sprintf(
			"%d of the %d people who were there are missing, more than the %d %% that may vanish in one run; nobody was treated as gone", gone, known, most)}
	default:
		return nil
	}
}
