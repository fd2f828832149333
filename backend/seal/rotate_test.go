package seal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/seal"
)

func TestRotationMovesWhatIsSealedAndCanBeStartedAgain(t *testing.T) {
	t.Parallel()
	before, err := seal.New([]byte("the old master key, long enough"))
	require.NoError(t, err)
	after, err := seal.New([]byte("the new master key, long enough"))
	require.NoError(t, err)
	r := seal.Rotation{Old: before, New: after}
	sealed, err := before.Seal([]byte("secret"), "int_1")
	require.NoError(t, err)

	moved, changed, err := r.Reseal(sealed, "int_1")
	require.NoError(t, err)
	require.True(t, changed)
	plain, err := after.Open(moved, "int_1")
	require.NoError(t, err)
	require.Equal(t, "secret", string(plain))
	_, err = before.Open(moved, "int_1")
	require.Error(t, err, "the old key opens it no more")

	again, changed, err := r.Reseal(moved, "int_1")
	require.NoError(t, err)
	require.False(t, changed)
	require.Equal(t, moved, again)

	_, _, err = r.Reseal(sealed, "int_2")
	require.ErrorContains(t, err, "int_2", "a value in another's place is not moved")
	_, _, err = r.Reseal("v1.junk", "int_1")
	require.Error(t, err)
}
