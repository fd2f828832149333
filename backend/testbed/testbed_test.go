package testbed

import (
	"bufio"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestServersAnswerOnLoopback(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{"postgres": Postgres(t), "redis": Redis(t)} {
		t.Run(name, func(t *testing.T) {
			u, err := url.Parse(address)
			require.NoError(t, err)
			conn, err := net.Dial("tcp", u.Host)
			require.NoError(t, err)
			require.NoError(t, conn.Close())
		})
	}
}

func TestEachCallGivesADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	require.NotEqual(t, Postgres(t), Postgres(t))
	require.NotEqual(t, Redis(t), Redis(t))
}

func TestAMissingProgramNamesItsPackage(t *testing.T) {
	_, err := find("no-such-program", "some-package")
	require.ErrorContains(t, err, "apt-get install some-package")
}

// TestServersDieWithTheirProcess kills a process that runs both, with SIGKILL.
func TestServersDieWithTheirProcess(t *testing.T) {
	t.Parallel()
	if os.Getenv("CLARION_TESTBED_CHILD") != "" {
		fmt.Printf("HOSTS %s %s\n", hostOf(t, Postgres(t)), hostOf(t, Redis(t)))
		select {}
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestServersDieWithTheirProcess$", "-test.v")
	child.Env = append(os.Environ(), "CLARION_TESTBED_CHILD=1")
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	var hosts []string
	for lines := bufio.NewScanner(out); hosts == nil && lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "HOSTS "); ok {
			hosts = strings.Fields(rest)
		}
	}
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait())
	require.Len(t, hosts, 2)
	for _, host := range hosts {
		require.Eventually(t, func() bool {
			conn, err := net.Dial("tcp", host)
			if err == nil {
				conn.Close()
			}
			return err != nil
		}, time.Minute, 20*time.Millisecond, host)
	}
}

func hostOf(t *testing.T, address string) string {
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u.Host
}
