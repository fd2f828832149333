package smtp

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"sync"
	"time"

	"clarion/backend/sandbox/wire"
)

// office is the listening mail server.
type office struct {
	listener net.Listener
	tls      *tls.Config
	// keys are what the server lets in; nil is everybody.
	keys map[string]string

	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// serve takes connections until ctx ends, and lets go of all of them then.
func (o *office) serve(ctx context.Context, take wire.Take) {
	o.mu.Lock()
	o.conns = map[net.Conn]struct{}{}
	o.mu.Unlock()
	stop := context.AfterFunc(ctx, o.close)
	defer stop()
	var group sync.WaitGroup
	defer group.Wait()
	for {
		conn, err := o.listener.Accept()
		if err != nil {
			o.close()
			return
		}
		if !o.add(conn) {
			continue
		}
		group.Go(func() {
			defer o.remove(conn)
			(&session{office: o, raw: conn, line: conn, take: take, done: ctx.Done()}).run()
		})
	}
}

func (o *office) add(conn net.Conn) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.conns == nil {
		conn.Close()
		return false
	}
	o.conns[conn] = struct{}{}
	return true
}

func (o *office) remove(conn net.Conn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	conn.Close()
	delete(o.conns, conn)
}

func (o *office) close() {
	o.listener.Close()
	o.mu.Lock()
	defer o.mu.Unlock()
	for conn := range o.conns {
		conn.Close()
	}
	o.conns = nil
}

// selfSigned makes a certificate for the loopback address, and its PEM.
func selfSigned() (tls.Certificate, string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	now := time.Now()
	shape := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "smtp.sandbox.test"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost", "smtp.sandbox.test"},
		NotBefore: now.Add(-24 * time.Hour), NotAfter: now.AddDate(20, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, shape, shape, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, string(text), nil
}
