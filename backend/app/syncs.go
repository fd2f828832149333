package app

import (
	"context"
	"errors"
	"fmt"
	"net"

	"clarion/backend/directory/ldap"
	"clarion/backend/directory/query"
	"clarion/backend/provider"
	"clarion/backend/roster/syncs"
)

// newSyncs plugs the readers of other systems in. They connect where integrations
// may and nowhere else.
func (h *house) newSyncs(guard *provider.Guard) *syncs.Syncs {
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := guard.DialContext(ctx, network, address)
		var forbidden *provider.Forbidden
		if errors.As(err, &forbidden) {
			return nil, fmt.Errorf("%w: %w", syncs.ErrNotAllowed, err)
		}
		return conn, err
	}
	return &syncs.Syncs{
		Store: h.db, Sealer: h.sealer, Clock: h.clock, GroupExists: h.groupExists,
		Readers: map[syncs.Kind]syncs.Reader{syncs.KindLDAP: ldap.Reader{Dial: dial}, syncs.KindSQL: query.Reader{Dial: dial}},
	}
}

// keepInStep runs the syncs that are due until the context ends.
func (h *house) keepInStep(ctx context.Context) {
	work := &syncs.Worker{Books: h.db, Sealer: h.sealer, Readers: h.syncs.Readers, Clock: h.clock, Log: h.log, Name: h.worker}
	work.Run(ctx)
}
