package store

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestListsAreWrittenOut(t *testing.T) {
	t.Parallel()
	rows := []watchRow{{Kind: watchEvents, LookAt: 7, IDs: `["evt_1","evt_2"]`}, {Kind: "it's", NotBefore: 8, LookAt: 9, IDs: "[]"}}
	require.Equal(t, `('event', 0, 7, '["evt_1","evt_2"]'), ('it''s', 8, 9, '[]')`, literals(watchColumns(rows)))
}
