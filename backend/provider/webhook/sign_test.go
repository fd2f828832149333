package webhook

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"
)

// SW-1, from the tests of the official library.
func TestThePublishedVector(t *testing.T) {
	t.Parallel()
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	require.NoError(t, err)
	const want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	const id, stamp, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", `{"test": 2432232314}`
	require.Equal(t, want, sign([][]byte{key}, id, stamp, []byte(body)))
	require.NotEqual(t, want, sign([][]byte{key}, id, "1614265331", []byte(body)))
	require.NotEqual(t, want, sign([][]byte{key}, "msg_p5jXN8AQM9LWM0D4loKWxJej", stamp, []byte(body)))
	for i := range len(body) * 8 {
		flipped := []byte(body)
		flipped[i/8] ^= 1 << (i % 8)
		require.NotEqual(t, want, sign([][]byte{key}, id, stamp, flipped), "bit %d", i)
	}
	for i := range len(key) * 8 {
		flipped := append([]byte(nil), key...)
		flipped[i/8] ^= 1 << (i % 8)
		require.NotEqual(t, want, sign([][]byte{flipped}, id, stamp, []byte(body)), "bit %d of the key", i)
	}
}
