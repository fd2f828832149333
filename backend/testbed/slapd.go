package testbed

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Slapd is a real OpenLDAP server with what Active Directory's entries have.
type Slapd struct {
	// Port answers in the clear and by StartTLS, TLSPort by TLS only.
	Port, TLSPort int
	// CA is the certificate of the server, in PEM.
	CA string
	// AdminDN and Password may write everything.
	AdminDN, Password string
	stop              func()
}

// SlapdBase is the entry below which everything is.
const SlapdBase = "dc=example,dc=com"

// slapdSettings knows the attributes of Active Directory that matter to us, as
// parts of an auxiliary class. The placeholders are the folder's.
const slapdSettings = `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.2.102 NAME 'memberOf' EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )
objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP top AUXILIARY MAY ( userAccountControl $ objectGUID $ memberOf ) )
modulepath %[2]s
moduleload back_mdb.so
pidfile %[1]s/pid
argsfile %[1]s/args
TLSCertificateFile %[1]s/cert.pem
TLSCertificateKeyFile %[1]s/key.pem
TLSCACertificateFile %[1]s/cert.pem
sizelimit 200
database mdb
maxsize 67108864
suffix "` + SlapdBase + `"
rootdn "cn=admin,` + SlapdBase + `"
rootpw "s3cret of the directory"
directory %[1]s/data
limits dn.exact="cn=admin,` + SlapdBase + `" size.soft=unlimited size.hard=unlimited size.pr=noEstimate
`

// NewSlapd starts a server that holds the entries of an LDIF, stopped when the
// test ends. Who reads without pages gets 200 entries at most.
func NewSlapd(tb testing.TB, ldif string) *Slapd {
	tb.Helper()
	program, add, modules, err := slapdPrograms()
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	s := &Slapd{AdminDN: "cn=admin," + SlapdBase, Password: "s3cret of the directory"}
	if s.CA, err = writeCertificate(dir); err == nil {
		err = fillSlapd(dir, add, fmt.Sprintf(slapdSettings, dir, modules), ldif)
	}
	if err != nil {
		tb.Fatal(err)
	}
	for range 5 {
		if err = s.start(program, dir); err == nil {
			tb.Cleanup(s.Stop)
			return s
		}
	}
	tb.Fatal(err)
	return nil
}

func slapdPrograms() (program, add, modules string, err error) {
	places := func(name string) (string, error) {
		if path, err := exec.LookPath("/usr/sbin/" + name); err == nil {
			return path, nil
		}
		return find(name, "slapd")
	}
	if program, err = places("slapd"); err != nil {
		return "", "", "", err
	}
	if add, err = places("slapadd"); err != nil {
		return "", "", "", err
	}
	found, err := filepath.Glob("/usr/lib*/ldap/back_mdb.so")
	if err != nil || len(found) == 0 {
		return "", "", "", fmt.Errorf("slapd has no module back_mdb in /usr/lib/ldap: apt-get install slapd")
	}
	return program, add, filepath.Dir(found[0]), nil
}

func fillSlapd(dir, add, settings, ldif string) error {
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
		return fmt.Errorf("make a folder for slapd: %w", err)
	}
	for name, text := range map[string]string{"slapd.conf": settings, "people.ldif": ldif} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("write %s of slapd: %w", name, err)
		}
	}
	c := command(nil, dir, add, "-q", "-f", filepath.Join(dir, "slapd.conf"), "-l", filepath.Join(dir, "people.ldif"))
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("slapadd: %w: %s", err, out)
	}
	return nil
}

func (s *Slapd) start(program, dir string) error {
	var err error
	if s.Port, err = takePort(); err != nil {
		return err
	}
	if s.TLSPort, err = takePort(); err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return fmt.Errorf("make the log of slapd: %w", err)
	}
	defer log.Close()
	c := command(nil, dir, program, "-f", filepath.Join(dir, "slapd.conf"), "-d", "0",
		"-h", fmt.Sprintf("ldap://127.0.0.1:%d/ ldaps://127.0.0.1:%d/", s.Port, s.TLSPort))
	c.Stderr = log
	if err := c.Start(); err != nil {
		return fmt.Errorf("start slapd: %w", err)
	}
	ended := make(chan struct{})
	go func() {
		_ = c.Wait()
		close(ended)
	}()
	s.stop = func() {
		_ = c.Process.Signal(os.Interrupt)
		<-ended
	}
	if err := atEnd(nil, `kill "$1" 2>/dev/null`, fmt.Sprint(c.Process.Pid)); err != nil {
		s.stop()
		return err
	}
	return s.awaited(ended, log.Name())
}

// awaited waits until both doors are open.
func (s *Slapd) awaited(ended chan struct{}, log string) error {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		select {
		case <-ended:
			said, _ := os.ReadFile(log)
			return fmt.Errorf("slapd ended at once: %s", said)
		case <-time.After(5 * time.Millisecond):
		}
		if listens(s.Port) && listens(s.TLSPort) {
			return nil
		}
	}
	s.stop()
	return fmt.Errorf("slapd did not listen on port %d", s.Port)
}

func listens(port int) bool {
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

// Stop ends the server before the test does.
func (s *Slapd) Stop() { s.stop() }

// writeCertificate makes a certificate for 127.0.0.1 that signs itself.
func writeCertificate(dir string) (string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "directory"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		return "", fmt.Errorf("make a certificate: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", fmt.Errorf("write the key: %w", err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for name, text := range map[string][]byte{"cert.pem": cert, "key.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			return "", fmt.Errorf("write %s: %w", name, err)
		}
	}
	return string(cert), nil
}
