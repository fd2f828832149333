package sandbox_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"clarion/backend/sandbox"
)

// reopen starts a second sandbox on the folder of one that was closed.
func reopen(t *testing.T, b *box, c sandbox.Config) *box {
	t.Helper()
	require.NoError(t, b.Close())
	return open(t, c)
}

func TestARestartKeepsLedgerMessagesAndKey(t *testing.T) {
	t.Parallel()
	c := sandbox.Config{Dir: t.TempDir()}
	b := open(t, c)
	for provider, send := range sends {
		b.must(send("msg_" + provider))
	}
	b.must(slackTo("C000MISSING", "msg_refused"))
	messages, requests, key := b.messages(), b.requests(), b.Account("sendgrid")["webhook_public_key"]

	again := reopen(t, b, c)
	require.Equal(t, messages, again.messages())
	require.Equal(t, requests, again.requests())
	require.Equal(t, key, again.Account("sendgrid")["webhook_public_key"])

	again.must(pushTo("tok", "msg_later"))
	require.Greater(t, again.requests()[0].ID, requests[0].ID, "numbers go on")
	require.Greater(t, again.messages()[0].ID, messages[0].ID)
}

func TestARestartKeepsClearedMessagesCleared(t *testing.T) {
	t.Parallel()
	c := sandbox.Config{Dir: t.TempDir()}
	b := open(t, c)
	b.must(pushTo("tok", "msg_1"))
	require.NoError(t, b.Clear())
	b.must(pushTo("tok", "msg_2"))
	again := reopen(t, b, c)
	require.Len(t, again.messages(), 1)
	require.Equal(t, "msg_2", again.messages()[0].MessageID)
	require.Len(t, again.requests(), 2)
}

func TestARestartSendsTheCallbacksStillOwed(t *testing.T) {
	t.Parallel()
	hub := collect(t)
	hub.refuse = 1 << 30
	c := sandbox.Config{Dir: t.TempDir(), Callbacks: map[string]string{"sendgrid": hub.URL}}
	b := open(t, c)
	b.must(mailTo("ada@example.com", "msg_1"))
	b.must(textTo("+447700900123", "msg_2", hub.URL))
	<-hub.more // one was refused, so they are on their way
	require.NoError(t, b.Close())
	hub.mu.Lock()
	hub.refuse = 0
	hub.mu.Unlock()

	c.Callbacks = nil
	again := open(t, c)
	require.NoError(t, again.SetCallbackURL("sendgrid", hub.URL), "owed events wait for their webhook")
	hub.until(t, func(got []receipt) bool {
		said := map[string]bool{}
		for _, word := range statuses(t, got) {
			said[word] = true
		}
		return len(said) == 4
	})

	// What was acknowledged is not sent a third time.
	require.Eventually(t, func() bool { return acknowledged(t, c.Dir) == 4 }, patience, time.Millisecond)
	require.NoError(t, again.Close())
	before := len(statuses(t, hub.receipts()))
	third := open(t, sandbox.Config{Dir: c.Dir, Callbacks: map[string]string{"sendgrid": hub.URL}})
	third.must(textTo("+447700900123", "msg_3", hub.URL))
	hub.until(t, func(got []receipt) bool { return len(statuses(t, got)) >= before+2 })
	require.Len(t, statuses(t, hub.receipts()), before+2)
}

// acknowledged counts the callbacks a journal knows to have arrived.
func acknowledged(t *testing.T, dir string) int {
	t.Helper()
	journal, err := os.ReadFile(filepath.Join(dir, "journal.jsonl"))
	require.NoError(t, err)
	n := 0
	for line := range strings.Lines(string(journal)) {
		if ids, ok := strings.CutPrefix(line, `{"acknowledged":[`); ok {
			n += 1 + strings.Count(ids, ",")
		}
	}
	return n
}

// statuses reads the words of either vendor's callbacks.
func statuses(t *testing.T, receipts []receipt) []string {
	t.Helper()
	var out []string
	for _, r := range receipts {
		if bytes.HasPrefix(r.body, []byte("[")) {
			for _, word := range words(t, []receipt{r}) {
				out = append(out, "email "+word)
			}
			continue
		}
		for pair := range strings.SplitSeq(string(r.body), "&") {
			if word, ok := strings.CutPrefix(pair, "MessageStatus="); ok {
				out = append(out, "text "+word)
			}
		}
	}
	return out
}

func TestATornLastLineIsCutAndTheRestIsKept(t *testing.T) {
	t.Parallel()
	c := sandbox.Config{Dir: t.TempDir()}
	b := open(t, c)
	b.must(pushTo("tok", "msg_1"))
	require.NoError(t, b.Close())
	file, err := os.OpenFile(filepath.Join(c.Dir, "journal.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteString("not JSON at all\n" + `{"request":{"id":"sbr_00000000`)
	require.NoError(t, err)
	require.NoError(t, file.Close())

	again := open(t, c)
	require.Len(t, again.requests(), 1)
	again.must(pushTo("tok", "msg_2"))
	third := reopen(t, again, c)
	require.Len(t, third.requests(), 2)
	require.Len(t, third.messages(), 2)
}

func TestABrokenKeyIsAnErrorAndNotANewKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "webhook_key.pem"), []byte("nonsense"), 0o600))
	_, err := sandbox.Open(sandbox.Config{Dir: dir})
	require.ErrorContains(t, err, "webhook_key.pem")
}

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	dir := os.Getenv("SANDBOX_TEST_DIR")
	if dir == "" {
		os.Exit(m.Run())
	}
	s, err := sandbox.Open(sandbox.Config{Dir: dir, Credentials: credentials})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(httptest.NewServer(s).URL)
	select {}
}

func TestWhatWasAnsweredSurvivesAKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "SANDBOX_TEST_DIR="+dir)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	line := make([]byte, 100)
	n, err := out.Read(line)
	require.NoError(t, err)
	b := &box{t: t, url: strings.TrimSpace(string(line[:n]))}

	var mu sync.Mutex
	answered := map[string]bool{}
	enough, stop := make(chan struct{}), make(chan struct{})
	var clients sync.WaitGroup
	for client := range 4 {
		clients.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("msg_%d_%d", client, i)
				if _, err := b.do(pushTo("tok", id)); err != nil {
					return // the kill
				}
				mu.Lock()
				answered[id] = true
				if len(answered) == 300 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	go func() { clients.Wait(); close(stop) }()
	select {
	case <-enough:
	case <-stop:
		require.FailNow(t, "the child ended by itself")
	case <-time.After(patience):
		require.FailNow(t, "the child is too slow")
	}
	require.NoError(t, child.Process.Kill())
	var exit *exec.ExitError
	require.True(t, errors.As(child.Wait(), &exit))
	<-stop

	after := open(t, sandbox.Config{Dir: dir})
	ledger, _ := after.Requests(sandbox.RequestFilter{Limit: 100_000})
	messages, _ := after.Messages(sandbox.MessageFilter{Limit: 100_000})
	inLedger, inMessages := map[string]bool{}, map[string]bool{}
	for _, r := range ledger {
		inLedger[r.MessageID] = true
	}
	for _, m := range messages {
		inMessages[m.MessageID] = true
	}
	for id := range answered {
		require.True(t, inLedger[id], "%s was answered and is not on the ledger", id)
		require.True(t, inMessages[id], "%s was answered and is not among the messages", id)
	}
}
