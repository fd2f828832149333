package desk

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"clarion/backend/notify"
)

const (
	maxName   = 80
	maxSearch = 2000
	// mostViews is how many views a member may keep of one list.
	mostViews = 50
)

// View is a list's filter under a name, of one member.
type View struct {
	ID     string `json:"id"`
	Member string `json:"-"`
	// List is the page, such as messages.
	List string `json:"list"`
	Name string `json:"name"`
	// Search is what stands behind the question mark, as the page writes it.
	Search    string    `json:"search"`
	CreatedAt time.Time `json:"created_at"`
}

// ViewStore keeps views.
type ViewStore interface {
	Views(ctx context.Context, member string) ([]View, error)
	// PutView adds a view, or gives the one of the same list and name another
	// search; what is stored is returned.
	PutView(ctx context.Context, v View, most int) (View, error)
	// DeleteView removes a member's own; another's is not found.
	DeleteView(ctx context.Context, member, id string) error
}

// Views are the saved views of the members.
type Views struct {
	Store ViewStore
	Clock notify.Clock
}

var listShape = regexp.MustCompile(`^[a-z][a-z_-]{0,39}$`)

// List returns a member's views by list and name.
func (v *Views) List(ctx context.Context, member string) ([]View, error) {
	views, err := v.Store.Views(ctx, member)
	if err != nil {
		return nil, fmt.Errorf("load the views of %s: %w", member, err)
	}
	return views, nil
}

// Save keeps a view.
func (v *Views) Save(ctx context.Context, view View) (View, error) {
	view.Name = strings.TrimSpace(view.Name)
	var faults notify.Invalid
	if !listShape.MatchString(view.List) {
		faults.Add("list", "malformed", "must be the name of a list, such as messages")
	}
	if n := len([]rune(view.Name)); n == 0 || n > maxName {
		faults.Add("name", "out_of_range", "must be 1 to 80 characters")
	}
	if len(view.Search) > maxSearch {
		faults.Add("search", "too_long", "must be at most 2000 bytes")
	}
	if err := faults.Err(); err != nil {
		return View{}, err
	}
	view.ID, view.CreatedAt = notify.NewID(notify.ViewID), v.Clock.Now()
	saved, err := v.Store.PutView(ctx, view, mostViews)
	if err != nil {
		return View{}, fmt.Errorf("save a view of %s: %w", view.List, err)
	}
	return saved, nil
}

// Delete forgets a view of the member.
func (v *Views) Delete(ctx context.Context, member, id string) error {
	if err := v.Store.DeleteView(ctx, member, id); err != nil {
		return fmt.Errorf("delete view %s: %w", id, err)
	}
	return nil
}
