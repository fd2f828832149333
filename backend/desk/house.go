package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"clarion/backend/notify"
)

// nameSetting is where the name of the house is kept.
const nameSetting = "instance_name"

// HouseStore keeps settings of the house.
type HouseStore interface {
	// Setting returns notify.ErrNotFound for one that was never set.
	Setting(ctx context.Context, key string) (string, error)
	PutSetting(ctx context.Context, key, value string) error
}

// House is what can be set of this Clarion in its pages. What the environment
// sets is not among it.
type House struct{ Store HouseStore }

// Name is what this Clarion is called in its pages; empty when it has no name.
func (h *House) Name(ctx context.Context) (string, error) {
	name, err := h.Store.Setting(ctx, nameSetting)
	if errors.Is(err, notify.ErrNotFound) {
		return "", nil
	}
	return name, err
}

// Rename gives this Clarion another name, or none.
func (h *House) Rename(ctx context.Context, name string) error {
	name = strings.TrimSpace(name)
	if len([]rune(name)) > maxName {
		return notify.InvalidField("instance_name", "out_of_range", "must be at most 80 characters")
	}
	if err := h.Store.PutSetting(ctx, nameSetting, name); err != nil {
		return fmt.Errorf("rename the house: %w", err)
	}
	return nil
}
