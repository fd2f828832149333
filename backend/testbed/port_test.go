package testbed

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// portsOf is what twenty take at once.
func portsOf(t *testing.T) []int {
	t.Helper()
	ports := make([]int, 20)
	var all sync.WaitGroup
	for i := range ports {
		all.Go(func() { ports[i] = Port(t) })
	}
	all.Wait()
	return ports
}

// TestNoTwoTestsGetOnePort has three processes take twenty ports each, at once.
func TestNoTwoTestsGetOnePort(t *testing.T) {
	t.Parallel()
	if os.Getenv("CLARION_TESTBED_PORTS") != "" {
		fmt.Println("PORTS", strings.Trim(fmt.Sprint(portsOf(t)), "[]"))
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n') // until the others have theirs
		return
	}
	all := portsOf(t)
	for range 2 {
		child := exec.Command(os.Args[0], "-test.run", "^TestNoTwoTestsGetOnePort$", "-test.v")
		child.Env = append(os.Environ(), "CLARION_TESTBED_PORTS=1")
		hold, err := child.StdinPipe()
		require.NoError(t, err)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		t.Cleanup(func() {
			_ = hold.Close()
			require.NoError(t, child.Wait())
		})
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, text, ok := strings.Cut(lines.Text(), "PORTS "); ok {
				for _, word := range strings.Fields(text) {
					port, err := strconv.Atoi(word)
					require.NoError(t, err)
					all = append(all, port)
				}
				break
			}
		}
	}
	require.Len(t, all, 60)
	slices.Sort(all)
	require.Len(t, slices.Compact(all), 60)
}

func TestAPortOnWhichSomebodyListensIsNotGiven(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", Address(t))
	require.NoError(t, err)
	port := listener.Addr().(*net.TCPAddr).Port
	require.False(t, free(port))
	require.NoError(t, listener.Close())
	require.True(t, free(port))
}

func TestANodeOfAClusterHasThePortOfItsBusToo(t *testing.T) {
	t.Parallel()
	port := ClusterPort(t)
	require.Less(t, port+10_000, firstPort+portCount, "the system does not give it out")
	for _, p := range []int{port, port + 10_000} {
		mine, err := lockPort(p)
		require.NoError(t, err)
		require.False(t, mine, "nobody else gets %d", p)
	}
}
