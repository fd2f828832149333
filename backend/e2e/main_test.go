package e2e_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// atOnce is how many stories run side by side: most of them wait for a vendor
// or a deadline, so they may outnumber the cores.
const atOnce = "4"

// built is the binary of this tree, made once, when the first story needs it.
var built struct {
	once sync.Once
	dir  string
	path string
	err  error
}

func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if !given {
		if err := flag.Set("test.parallel", atOnce); err != nil {
			panic(err)
		}
	}
	defer func() {
		if built.dir != "" {
			_ = os.RemoveAll(built.dir)
		}
	}()
	m.Run()
}

// binary returns the path of clarion, built from this tree.
func binary(tb testing.TB) string {
	tb.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "clarion-e2e-*"); built.err != nil {
			return
		}
		built.path = filepath.Join(built.dir, "clarion")
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
		defer cancel()
		out, err := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", built.path, "clarion/backend/cmd/clarion").CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("build clarion: %w: %s", err, out)
		}
	})
	if built.err != nil {
		tb.Fatal(built.err)
	}
	return built.path
}
