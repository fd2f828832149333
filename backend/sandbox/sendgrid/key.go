package sendgrid

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// signingKey signs SendGrid's event webhook.
type signingKey struct {
	private *ecdsa.PrivateKey
	public  string // base64 SPKI
}

const keyFile = "webhook_key.pem"

// loadKey reads the key in dir, making one the first time; without a dir the
// key lives as long as the process.
func loadKey(dir string) (*signingKey, error) {
	path := filepath.Join(dir, keyFile)
	if dir != "" {
		text, err := os.ReadFile(path)
		if err == nil {
			return parseKey(text)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read sandbox webhook key: %w", err)
		}
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make sandbox webhook key: %w", err)
	}
	if dir != "" {
		if err := saveKey(path, private); err != nil {
			return nil, err
		}
	}
	return withPublic(private)
}

func parseKey(text []byte) (*signingKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("read sandbox webhook key: %s holds no PEM block", keyFile)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read sandbox webhook key: %w", err)
	}
	private, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("read sandbox webhook key: %s is not an ECDSA key", keyFile)
	}
	return withPublic(private)
}

// saveKey moves a finished file into place: a process killed half-way leaves no
// half key behind.
func saveKey(path string, private *ecdsa.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return fmt.Errorf("encode sandbox webhook key: %w", err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return fmt.Errorf("save sandbox webhook key: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("save sandbox webhook key: %w", err)
	}
	return nil
}

func withPublic(private *ecdsa.PrivateKey) (*signingKey, error) {
	der, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		return nil, fmt.Errorf("encode sandbox webhook key: %w", err)
	}
	return &signingKey{private: private, public: base64.StdEncoding.EncodeToString(der)}, nil
}

// sign covers the timestamp and the raw body.
func (k *signingKey) sign(timestamp string, body []byte) (string, error) {
	digest := sha256.Sum256(append([]byte(timestamp), body...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.private, digest[:])
	if err != nil {
		return "", fmt.Errorf("sign callback: %w", err)
	}
	return base64.StdEncoding.EncodeToString(signature), nil
}
