package amazon

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Signer signs the letters of SNS with an RSA key of the box's own, which is
// read or made when it is first needed: making one takes a good part of a
// second.
type Signer struct {
	load func() (*pair, error)
}

// pair is the key and its certificate as a file.
type pair struct {
	private     *rsa.PrivateKey
	certificate []byte
}

const signerFile = "sns_signer.pem"

// validFor is how long the certificate holds from its making.
const validFor = 20 * 365 * 24 * time.Hour

// NewSigner keeps its key in dir; without a dir the key lives as long as the
// process.
func NewSigner(dir string) *Signer {
	return &Signer{sync.OnceValues(func() (*pair, error) { return load(dir) })}
}

func load(dir string) (*pair, error) {
	path := filepath.Join(dir, signerFile)
	if dir != "" {
		text, err := os.ReadFile(path)
		if err == nil {
			return parse(text)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read the sandbox's SNS key: %w", err)
		}
	}
	text, err := create()
	if err != nil {
		return nil, fmt.Errorf("make the sandbox's SNS key: %w", err)
	}
	if dir != "" {
		// A finished file is moved into place: a process killed half-way leaves no
		// half key behind.
		if err := errors.Join(os.WriteFile(path+".new", text, 0o600), os.Rename(path+".new", path)); err != nil {
			return nil, fmt.Errorf("save the sandbox's SNS key: %w", err)
		}
	}
	return parse(text)
}

func create() ([]byte, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	shape := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "sns.sandbox.test"},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: now.Add(validFor), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, shape, shape, &private.PublicKey, private)
	if err != nil {
		return nil, err
	}
	key, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})...), nil
}

func parse(text []byte) (*pair, error) {
	block, rest := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("read the sandbox's SNS key: %s holds no PEM block", signerFile)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("read the sandbox's SNS key: %w", err)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("read the sandbox's SNS key: %s is not an RSA key", signerFile)
	}
	return &pair{private, rest}, nil
}

// Certificate is what the box serves, in PEM.
func (s *Signer) Certificate() ([]byte, error) {
	p, err := s.load()
	if err != nil {
		return nil, err
	}
	return p.certificate, nil
}

// Sign covers text by the version of the signature that a letter names, "1" with
// SHA-1 or "2" with SHA-256.
func (s *Signer) Sign(version, text string) (string, error) {
	p, err := s.load()
	if err != nil {
		return "", err
	}
	hash, sum := crypto.SHA1, []byte(nil)
	if version == "2" {
		whole := sha256.Sum256([]byte(text))
		hash, sum = crypto.SHA256, whole[:]
	} else {
		whole := sha1.Sum([]byte(text))
		sum = whole[:]
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, p.private, hash, sum)
	if err != nil {
		return "", fmt.Errorf("sign a letter of SNS: %w", err)
	}
	return base64.StdEncoding.EncodeToString(signature), nil
}
