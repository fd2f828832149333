package webpush

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func bytesOf(t *testing.T, text string) []byte {
	t.Helper()
	raw, err := base64url.DecodeString(text)
	require.NoError(t, err)
	return raw
}

const (
	uaPrivate = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
	uaPublic  = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
	authText  = "BTBZMqHH6r4Tts7J_aSIgg"
	asPrivate = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
	asPublic  = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
	wp1Body   = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	melon     = "When I grow up, I want to be a watermelon"
)

func ua(t *testing.T) (browser, *ecdh.PrivateKey) {
	key, err := ecdh.P256().NewPrivateKey(bytesOf(t, uaPrivate))
	require.NoError(t, err)
	require.Equal(t, uaPublic, base64url.EncodeToString(key.PublicKey().Bytes()))
	return browser{key.PublicKey(), bytesOf(t, authText)}, key
}

// unseal is the browser's side, written apart from ours.
func unseal(body []byte, key *ecdh.PrivateKey, auth []byte) ([]byte, error) {
	peer, err := ecdh.P256().NewPublicKey(body[21:86])
	if err != nil {
		return nil, err
	}
	shared, err := key.ECDH(peer)
	if err != nil {
		return nil, err
	}
	material, err := hkdf.Key(sha256.New, shared, auth, "WebPush: info\x00"+string(key.PublicKey().Bytes())+string(body[21:86]), 32)
	if err != nil {
		return nil, err
	}
	return open8188(body, material)
}

func open8188(body, material []byte) ([]byte, error) {
	salt, skip := body[:16], 21+int(body[20])
	key, err := hkdf.Key(sha256.New, material, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, material, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(nil, nonce, body[skip:], nil)
	if err != nil {
		return nil, err
	}
	return []byte(strings.TrimRight(string(plain), "\x00")[:len(strings.TrimRight(string(plain), "\x00"))-1]), nil
}

// WP-1: RFC 8291, section 5 and appendix A.
func TestWP1(t *testing.T) {
	t.Parallel()
	to, private := ua(t)
	own, err := ecdh.P256().NewPrivateKey(bytesOf(t, asPrivate))
	require.NoError(t, err)
	require.Equal(t, asPublic, base64url.EncodeToString(own.PublicKey().Bytes()))
	salt := bytesOf(t, "DGv6ra1nlYgDCS1FRnbzlw")
	body, err := seal([]byte(melon), to, own, salt)
	require.NoError(t, err)
	require.Equal(t, wp1Body, base64url.EncodeToString(body))
	plain, err := unseal(body, private, to.auth)
	require.NoError(t, err)
	require.Equal(t, melon, string(plain))
	for bit := range len(body) * 8 {
		if at := bit / 8; at >= 16 && at < 21 {
			continue // record size and key length are no secret and not proven
		}
		flipped := append([]byte(nil), body...)
		flipped[bit/8] ^= 1 << (bit % 8)
		_, err := unseal(flipped, private, to.auth)
		require.Error(t, err, "bit %d", bit)
	}
	for bit := range len(to.auth) * 8 {
		other := append([]byte(nil), to.auth...)
		other[bit/8] ^= 1 << (bit % 8)
		_, err := unseal(body, private, other)
		require.Error(t, err, "bit %d of the shared secret", bit)
	}
}

// WP-2: RFC 8188, section 3.1.
func TestWP2(t *testing.T) {
	t.Parallel()
	const want = "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg"
	body, err := record([]byte("I am the walrus"), bytesOf(t, "yqdlZ-tYemfogSmv7Ws5PQ"), bytesOf(t, want)[:16], nil)
	require.NoError(t, err)
	require.Equal(t, want, base64url.EncodeToString(body))
	plain, err := open8188(body, bytesOf(t, "yqdlZ-tYemfogSmv7Ws5PQ"))
	require.NoError(t, err)
	require.Equal(t, "I am the walrus", string(plain))
}

// valid checks a proof as a push service does.
func valid(t *testing.T, token, key string) bool {
	t.Helper()
	raw, err := base64url.DecodeString(key)
	if err != nil {
		return false
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		return false
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	signature, err := base64url.Strict().DecodeString(parts[2])
	if err != nil || len(signature) != 64 {
		return false
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	return ecdsa.Verify(public, digest[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
}

// WP-3: RFC 8292, section 2.4. The check that our own proofs pass takes the
// published one and nothing that differs in a character.
func TestWP3(t *testing.T) {
	t.Parallel()
	const token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA"
	const key = "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs"
	require.True(t, valid(t, token, key))
	for i := range token {
		flipped := []byte(token)
		flipped[i] ^= 1
		require.False(t, valid(t, string(flipped), key), "character %d", i)
	}
	own, err := readKey(asPrivate)
	require.NoError(t, err)
	require.Equal(t, asPublic, publicOf(own))
	now := time.Unix(1453523768, 0)
	said, err := proof(own, "https://push.example.net", "mailto:push@example.com", now)
	require.NoError(t, err)
	ours, ourKey, ok := strings.Cut(strings.TrimPrefix(said, "vapid t="), ", k=")
	require.True(t, ok)
	require.Equal(t, asPublic, ourKey)
	require.True(t, valid(t, ours, ourKey))
	require.False(t, valid(t, ours, key), "another key")
	require.Equal(t, strings.Split(token, ".")[0], strings.Split(ours, ".")[0], "the header is the published one")
	var claims map[string]any
	require.NoError(t, json.Unmarshal(bytesOf(t, strings.Split(ours, ".")[1]), &claims))
	require.Equal(t, map[string]any{"aud": "https://push.example.net", "exp": float64(now.Add(12 * time.Hour).Unix()), "sub": "mailto:push@example.com"}, claims)
}

func TestWhatABrowserGetsIsWhatWasSent(t *testing.T) {
	t.Parallel()
	to, private := ua(t)
	own, err := ecdh.P256().NewPrivateKey(bytesOf(t, asPrivate))
	require.NoError(t, err)
	for _, text := range []string{"", "x", "你好 😀 \u202e \x00 end\x02", strings.Repeat("é", maxPlain/2), strings.Repeat("a", maxPlain)} {
		body, err := seal([]byte(text), to, own, make([]byte, 16))
		require.NoError(t, err)
		require.LessOrEqual(t, len(body), 4096)
		plain, err := unseal(body, private, to.auth)
		require.NoError(t, err)
		require.Equal(t, text, string(plain))
	}
}
