package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"clarion/backend/config"
	"clarion/backend/seal"
	"clarion/backend/store"
)

// RotateKey seals everything that is sealed under the master key of c anew that
// is still under the old one: CLARION_SECRET_KEY_OLD, or the key that was
// generated into the data directory. It tells what it did; started again after
// an interruption it goes on where it was.
func RotateKey(ctx context.Context, c config.Config, say io.Writer) error {
	rotation, err := rotationOf(c)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, store.Config{URL: c.DatabaseURL})
	if err != nil {
		return err
	}
	counts, err := db.Reseal(ctx, rotation.Reseal)
	for _, count := range counts {
		_, _ = fmt.Fprintf(say, "%s: %d sealed values, %d moved to the new key\n", count.Table, count.Values, count.Moved)
	}
	return errors.Join(err, db.Close())
}

func rotationOf(c config.Config) (seal.Rotation, error) {
	if c.SecretKey == "" {
		return seal.Rotation{}, errors.New("CLARION_SECRET_KEY: set it to the new master key")
	}
	old := c.OldSecretKey.Reveal()
	if old == "" {
		kept, err := os.ReadFile(filepath.Join(c.DataDir, "master.key"))
		if err != nil {
			return seal.Rotation{}, fmt.Errorf("CLARION_SECRET_KEY_OLD: set it to the old master key: %w", err)
		}
		old = strings.TrimSpace(string(kept))
	}
	if old == c.SecretKey.Reveal() {
		return seal.Rotation{}, errors.New("CLARION_SECRET_KEY: is the old master key; set the new one")
	}
	before, err := seal.New([]byte(old))
	if err != nil {
		return seal.Rotation{}, fmt.Errorf("the old key: %w", err)
	}
	after, err := seal.New([]byte(c.SecretKey.Reveal()))
	if err != nil {
		return seal.Rotation{}, fmt.Errorf("the new key: %w", err)
	}
	return seal.Rotation{Old: before, New: after}, nil
}
