package integration

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// Place is where one integration stands in its channel. Those of the same order
// share the traffic by weight; the next order takes over when they fail.
type Place struct {
	ID      string `json:"id"`
	Order   int    `json:"order"`
	Weight  int    `json:"weight"`
	Enabled bool   `json:"enabled"`
}

const maxPlace = 1000

// Arrange sets order, weight and enabled of all integrations of a channel at
// once. It names every one of them, so that an arrangement made of an old list
// is refused instead of leaving a new one in a place nobody chose.
func (c *Catalog) Arrange(ctx context.Context, channel notify.Channel, places []Place) error {
	rows, err := c.Store.Integrations(ctx)
	if err != nil {
		return fmt.Errorf("load integrations: %w", err)
	}
	if err := checkPlaces(rows, channel, places); err != nil {
		return err
	}
	if err := c.Store.ArrangeIntegrations(ctx, places, c.Clock.Now()); err != nil {
		return fmt.Errorf("arrange the integrations of %s: %w", channel, err)
	}
	return c.changed(ctx)
}

func checkPlaces(rows []Row, channel notify.Channel, places []Place) error {
	missing := map[string]bool{}
	for _, row := range rows {
		if row.Channel == channel {
			missing[row.ID] = true
		}
	}
	var faults notify.Invalid
	for i, place := range places {
		at := fmt.Sprintf("integrations[%d].", i)
		if !missing[place.ID] {
			faults.Add(at+"id", "not_of_channel", fmt.Sprintf("is not an integration of %s, or is named twice", channel))
		}
		delete(missing, place.ID)
		if place.Order < 0 || place.Order > maxPlace {
			faults.Add(at+"order", "out_of_range", "must be 0 to 1000")
		}
		if place.Weight < 1 || place.Weight > maxPlace {
			faults.Add(at+"weight", "out_of_range", "must be 1 to 1000")
		}
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if len(missing) > 0 {
		return fmt.Errorf("the list of %s changed meanwhile: %w", channel, notify.ErrConflict)
	}
	return nil
}
