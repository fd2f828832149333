package killpoint_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/killpoint"
)

// The environment that turns this test binary into the child that is killed:
// what it arms, and how often it reaches the point.
const (
	armEnv   = "CLARION_TEST_ARM"
	reachEnv = "CLARION_TEST_REACH"
	survived = 7
)

func TestMain(m *testing.M) {
	text, isChild := os.LookupEnv(armEnv)
	if !isChild {
		os.Exit(m.Run())
	}
	if err := killpoint.Arm(text); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	defer fmt.Println("a deferred call ran")
	times, _ := strconv.Atoi(os.Getenv(reachEnv))
	for i := range times {
		fmt.Println("reach", i+1)
		killpoint.Reach(killpoint.BeforeCall)
	}
	os.Exit(survived)
}

func TestReachKillsTheProcess(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arm    string
		times  int
		killed bool
		out    string
	}{
		"at the first time":                 {"before_call", 3, true, "reach 1\n"},
		"at the nth time":                   {"before_call:2", 3, true, "reach 1\nreach 2\n"},
		"not before its time":               {"before_call:3", 2, false, "reach 1\nreach 2\n"},
		"not at another point":              {"after_call", 1, false, "reach 1\n"},
		"not when it was disarmed":          {"", 1, false, "reach 1\n"},
		"not when the point is not reached": {"before_call", 0, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			child := exec.CommandContext(ctx, os.Args[0])
			child.Env = append(os.Environ(), armEnv+"="+test.arm, reachEnv+"="+strconv.Itoa(test.times))
			out, err := child.Output()
			var exit *exec.ExitError
			require.True(t, errors.As(err, &exit))
			status := exit.Sys().(syscall.WaitStatus)
			if test.killed {
				require.True(t, status.Signaled())
				require.Equal(t, syscall.SIGKILL, status.Signal())
			} else {
				require.Equal(t, survived, status.ExitStatus())
			}
			require.NoError(t, ctx.Err())
			require.Equal(t, test.out, string(out), "nothing runs after the kill")
		})
	}
}

// TestArmRefuses arms nothing, so it disturbs no other test.
func TestArmRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"lunch": "must be one of before_commit, after_commit, before_call, after_call, after_result", ":2": "must be one of",
		"after_call:0": "1 or more", "after_call:-1": "1 or more", "after_call:x": "1 or more", "after_call:1:2": "1 or more",
	} {
		require.ErrorContains(t, killpoint.Arm(text), want, text)
	}
	killpoint.Reach(killpoint.AfterCall) // Refused texts arm nothing, or this test ends here.
}
