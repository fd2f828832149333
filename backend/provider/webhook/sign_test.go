package webhook

import (
	"crypto/ed25519"
	"encoding/base64"
	"strings"
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
	require.Equal(t, want, sign([]signingKey{{shared: key}}, id, stamp, []byte(body)))
	require.NotEqual(t, want, sign([]signingKey{{shared: key}}, id, "1614265331", []byte(body)))
	require.NotEqual(t, want, sign([]signingKey{{shared: key}}, "msg_p5jXN8AQM9LWM0D4loKWxJej", stamp, []byte(body)))
	for i := range len(body) * 8 {
		flipped := []byte(body)
		flipped[i/8] ^= 1 << (i % 8)
		require.NotEqual(t, want, sign([]signingKey{{shared: key}}, id, stamp, flipped), "bit %d", i)
	}
	for i := range len(key) * 8 {
		flipped := append([]byte(nil), key...)
		flipped[i/8] ^= 1 << (i % 8)
		require.NotEqual(t, want, sign([]signingKey{{shared: flipped}}, id, stamp, []byte(body)), "bit %d of the key", i)
	}
}

// The key of the first test of RFC 8032, section 7.1.
const (
	seed   = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
	public = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
)

func TestAPrivateKeySignsWithEd25519(t *testing.T) {
	t.Parallel()
	raw, err := base64.StdEncoding.DecodeString(seed)
	require.NoError(t, err)
	half, err := base64.StdEncoding.DecodeString(public)
	require.NoError(t, err)
	const id, stamp, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", `{"test": 2432232314}`
	signed := id + "." + stamp + "." + body
	for name, text := range map[string]string{
		"as a seed":           privateMark + seed,
		"with its other half": privateMark + base64.StdEncoding.EncodeToString(append(raw, half...)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := readKey(text)
			require.NoError(t, err)
			require.Equal(t, []string{publicMark + public}, (&sender{keys: []signingKey{{shared: []byte("x")}, key}}).PublicKeys())
			version, given, _ := strings.Cut(sign([]signingKey{key}, id, stamp, []byte(body)), ",")
			require.Equal(t, "v1a", version)
			signature, err := base64.StdEncoding.DecodeString(given)
			require.NoError(t, err)
			require.True(t, ed25519.Verify(half, []byte(signed), signature))
			for i := range len(signed) * 8 {
				flipped := []byte(signed)
				flipped[i/8] ^= 1 << (i % 8)
				require.False(t, ed25519.Verify(half, flipped, signature), "bit %d", i)
			}
			for i := range len(signature) * 8 {
				flipped := append([]byte(nil), signature...)
				flipped[i/8] ^= 1 << (i % 8)
				require.False(t, ed25519.Verify(half, []byte(signed), flipped), "bit %d of the signature", i)
			}
		})
	}
}

func TestWhatIsNoKeyIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no mark": seed, "the public half": publicMark + public, "no base64": "whsec_!!", "too short": "whsec_c2hvcnQ=",
		"too long": "whsec_" + strings.Repeat("AAAA", 22), "a private key of another length": "whsk_" + strings.Repeat("AAAA", 9),
		"halves that do not belong together": "whsk_" + base64.StdEncoding.EncodeToString(make([]byte, 64)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := readKey(text)
			require.Error(t, err)
			require.NotContains(t, err.Error(), seed)
		})
	}
}

func TestAKeyThatIsMadeOpensAnAccount(t *testing.T) {
	t.Parallel()
	made, err := makeKey()
	require.NoError(t, err)
	other, err := makeKey()
	require.NoError(t, err)
	require.NotEqual(t, made, other)
	key, err := readKey(made["signing_keys"])
	require.NoError(t, err)
	require.Len(t, key.shared, 32)
	require.Empty(t, (&sender{keys: []signingKey{key}}).PublicKeys(), "what is shared is told to nobody")
}
