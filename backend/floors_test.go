// Package backend_test guards the rules of the layout: imports go down, never
// sideways; each outside technology lives in one folder; every package says
// what it is for; only commands end the process. It reads the sources itself,
// so that the test cache notices every edit.
package backend_test

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the path all our own imports begin with.
const module = "clarion/"

// floors is the building from the ground up. A folder covers its subfolders.
var floors = [][]string{
	{
		"migrations", "frontend",
		"backend/notify", "backend/fresh", "backend/seal", "backend/killpoint", "backend/testbed", "backend/recur",
	},
	{
		"backend/ingest", "backend/workflow", "backend/audience", "backend/roster", "backend/preference", "backend/suppression", "backend/segment", "backend/broadcast",
		"backend/template", "backend/dispatch", "backend/digest", "backend/delivery", "backend/tracking", "backend/recovery",
		"backend/integration", "backend/inbox", "backend/otp", "backend/hook", "backend/demo", "backend/explain", "backend/access", "backend/audit", "backend/approval", "backend/desk", "backend/centre", "backend/consent", "backend/report",
		"backend/saga", "backend/shop", "backend/schedule", "backend/retention",
	},
	{"backend/api", "backend/queue", "backend/store", "backend/live", "backend/oidc", "backend/provider", "backend/directory", "backend/sandbox", "analytics"},
	{"backend/cmd", "backend/app", "backend/config", "backend/e2e"},
}

// wiring is the floor whose folders may import each other.
const wiring = 3

// bench measures Clarion against the bare libraries and fills its databases, so
// it may use those.
const bench = "backend/cmd/bench"

// owners names the folders that may touch each outside library. A library that
// is not listed may be used nowhere: write down where it lives first.
var owners = map[string][]string{
	"github.com/gofiber/":                 {"backend/api", bench},
	"github.com/prometheus/client_golang": {"backend/api", "backend/app"},
	"github.com/go-json-experiment/json":  {"backend/api", "backend/ingest"},
	"gopkg.in/yaml.v3":                    {"backend/api", "backend/app"},
	"github.com/hibiken/asynq":            {"backend/queue", bench},
	"github.com/alicebob/miniredis":       {"backend/queue"},
	"github.com/redis/go-redis":           {"backend/queue", "backend/live", bench},
	"github.com/uptrace/bun":              {"backend/store"},
	// A sync reads a database that is not ours, through a driver of its own.
	"github.com/jackc/":                     {"backend/store", "backend/directory/query", bench},
	"github.com/go-ldap/":                   {"backend/directory/ldap"},
	"modernc.org/sqlite":                    {"backend/store"},
	"github.com/osteele/liquid":             {"backend/template"},
	"github.com/preslavrachev/gomjml":       {"backend/template"},
	"github.com/santhosh-tekuri/jsonschema": {"backend/template"},
	"golang.org/x/net/html":                 {"backend/template", "backend/provider/smtp"},
	"golang.org/x/text":                     {"backend/template"},
	"github.com/sony/gobreaker":             {"backend/delivery"},
	"github.com/robfig/cron":                {"backend/recur"},
	"github.com/teambition/rrule-go":        {"backend/recur"},
	"github.com/alexedwards/argon2id":       {"backend/access"},
	"github.com/pquerna/otp":                {"backend/access"},
	"github.com/golang-jwt/jwt":             {"backend/access"},
	"github.com/google/uuid":                {"backend/notify"},
	"github.com/knadh/koanf":                {"backend/config"},
	"github.com/alecthomas/kong":            {"backend/cmd"},
	"github.com/valyala/fasthttp":           {"backend/api", "backend/provider", bench},
	"github.com/sendgrid/":                  {"backend/provider/sendgrid"},
	"github.com/twilio/twilio-go":           {"backend/provider/twilio"},
	"github.com/aws/":                       {"backend/provider/amazon", "backend/provider/ses", "backend/provider/sns"},
	"github.com/wneessen/go-mail":           {"backend/provider/smtp"},
	"github.com/emersion/go-msgauth":        {"backend/provider/smtp"},
	"golang.org/x/net/idna":                 {"backend/provider"},
	"firebase.google.com/go":                {"backend/provider/fcm"},
	"golang.org/x/oauth2":                   {"backend/provider/fcm", "backend/oidc"},
	"github.com/coreos/go-oidc":             {"backend/oidc"},
	"google.golang.org/api":                 {"backend/provider/fcm"},
	"github.com/slack-go/slack":             {"backend/provider/slack"},
	"github.com/stretchr/testify":           {"backend/provider/providertest"},
	"github.com/ClickHouse/":                {"analytics"},
	"golang.org/x/sync":                     {bench},
	"database/sql":                          {"backend/store", bench},
	"testing":                               {"backend/testbed", "backend/provider/providertest", bench},
}

// emptyNames are folder names that say nothing about what is inside.
var emptyNames = []string{"util", "utils", "common", "helper", "helpers", "models", "services", "shared", "misc"}

func TestTheHouseKeepsItsRules(t *testing.T) {
	t.Parallel()
	require.Empty(t, strings.Join(inspect(readTree(t)), "\n"))
}

// readTree reads every Go file of ours.
func readTree(t *testing.T) []source {
	t.Helper()
	var files []source
	for _, root := range []string{"backend", "migrations", "frontend", "analytics", "scripts"} {
		err := filepath.WalkDir(filepath.Join("..", root), func(name string, entry os.DirEntry, err error) error {
			switch {
			case os.IsNotExist(err) && name == filepath.Join("..", root):
				return nil // not built yet: nothing to inspect
			case err != nil:
				return err
			case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "testdata" || entry.Name() == "dist"):
				return filepath.SkipDir
			case entry.IsDir() || path.Ext(name) != ".go":
				return nil
			}
			code, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel("..", name)
			files = append(files, source{filepath.ToSlash(rel), string(code)})
			return err
		})
		require.NoError(t, err)
	}
	require.Greater(t, len(files), 100, "the tree was not found")
	return files
}

func TestNoRuleIsLeftOver(t *testing.T) {
	t.Parallel()
	for _, folders := range floors {
		for _, folder := range folders {
			require.DirExists(t, filepath.Join("..", folder), "a floor names it")
		}
	}
	used := map[string]bool{}
	for _, s := range readTree(t) {
		for _, name := range importsOf(t, s) {
			for library, folders := range owners {
				for _, folder := range folders {
					if within(name, strings.TrimSuffix(library, "/")) && within(s.folder(), folder) {
						used[library+" "+folder] = true
					}
				}
			}
		}
	}
	var leftOver []string
	for library, folders := range owners {
		for _, folder := range folders {
			if !used[library+" "+folder] {
				leftOver = append(leftOver, folder+" may use "+library+" and does not")
			}
		}
	}
	require.Empty(t, leftOver, "take it off owners")
}

// sound is a file that breaks no rule, to which cases add.
const sound = "// Package x is for this test and may do nothing.\npackage x\n"

func TestABrokenRuleIsNoticed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file, code string
		want       string // empty when the file is allowed
	}{
		"a feature may import the words":              {"backend/ingest/x.go", sound + `import _ "clarion/backend/notify"`, ""},
		"a feature may import a leaf":                 {"backend/workflow/x.go", sound + `import _ "clarion/backend/fresh"`, ""},
		"a door may import several features":          {"backend/api/x.go", sound + "import (\n_ \"clarion/backend/ingest\"\n_ \"clarion/backend/inbox\"\n)", ""},
		"wiring may import everything and each other": {"backend/app/x.go", sound + "import (\n_ \"clarion/backend/config\"\n_ \"clarion/backend/store\"\n_ \"clarion/frontend\"\n)", ""},
		"a folder may import its own subfolder":       {"backend/template/x.go", sound + `import _ "clarion/backend/template/mjml"`, ""},
		"a feature may not import a feature":          {"backend/ingest/x.go", sound + `import _ "clarion/backend/dispatch"`, "never sideways"},
		"a feature may not import a door":             {"backend/ingest/x.go", sound + `import _ "clarion/backend/store"`, "imports go down"},
		"a door may not import a door":                {"backend/api/x.go", sound + `import _ "clarion/backend/store"`, "never sideways"},
		"a door may not import the wiring":            {"backend/queue/x.go", sound + `import _ "clarion/backend/config"`, "imports go down"},
		"the words may not import a leaf":             {"backend/notify/x.go", sound + `import _ "clarion/backend/fresh"`, "never sideways"},
		"migrations may not import the words":         {"migrations/x.go", sound + `import _ "clarion/backend/notify"`, "never sideways"},
		"a test keeps to the floors too":              {"backend/ingest/x_test.go", "package ingest\nimport _ \"clarion/backend/delivery\"", "never sideways"},
		"a folder on no floor is noticed":             {"backend/pigeons/x.go", sound, "on no floor"},
		"an import of a folder on no floor":           {"backend/api/x.go", sound + `import _ "clarion/backend/pigeons"`, "on no floor"},

		"a vendor may import what a vendor is":             {"backend/provider/acme/x.go", sound + `import _ "clarion/backend/provider"`, ""},
		"a vendor's test may import the suite":             {"backend/provider/acme/x_test.go", "package acme\nimport _ \"clarion/backend/provider/providertest\"", ""},
		"the registry may import vendors":                  {"backend/provider/registry/x.go", sound + `import _ "clarion/backend/provider/slack"`, ""},
		"a vendor may not import a vendor":                 {"backend/provider/acme/x.go", sound + `import _ "clarion/backend/provider/slack"`, "vendors do not know each other"},
		"a vendor may not import the suite":                {"backend/provider/acme/x.go", sound + `import _ "clarion/backend/provider/providertest"`, "is for tests"},
		"what a vendor is may not import a vendor":         {"backend/provider/x.go", sound + `import _ "clarion/backend/provider/slack"`, "vendors do not know each other"},
		"the sandbox may not import a vendor":              {"backend/sandbox/x.go", sound + `import _ "clarion/backend/provider/slack"`, "never sideways"},
		"a feature may not import a vendor":                {"backend/delivery/x.go", sound + `import _ "clarion/backend/provider/slack"`, "imports go down"},
		"wiring takes vendors from the registry":           {"backend/app/x.go", sound + `import _ "clarion/backend/provider/registry"`, ""},
		"wiring may not name a vendor":                     {"backend/app/x.go", sound + `import _ "clarion/backend/provider/slack"`, "only the registry names vendors"},
		"the testbed is for tests":                         {"backend/store/x.go", sound + `import _ "clarion/backend/testbed"`, "is for tests"},
		"a test may use the testbed":                       {"backend/store/x_test.go", "package store\nimport _ \"clarion/backend/testbed\"", ""},
		"the bench may use the testbed and bare libraries": {"backend/cmd/bench/x.go", sound + "import (\n_ \"clarion/backend/testbed\"\n_ \"github.com/hibiken/asynq\"\n)", ""},

		"fiber outside the door":              {"backend/app/x.go", sound + `import _ "github.com/gofiber/fiber/v2"`, "only backend/api"},
		"bun outside the store":               {"backend/inbox/x.go", sound + `import _ "github.com/uptrace/bun"`, "only backend/store"},
		"SQL outside the store":               {"backend/inbox/x.go", sound + `import _ "database/sql"`, "only backend/store"},
		"asynq outside the queue":             {"backend/delivery/x.go", sound + `import _ "github.com/hibiken/asynq"`, "only backend/queue"},
		"redis in live":                       {"backend/live/x.go", sound + `import _ "github.com/redis/go-redis/v9"`, ""},
		"redis in a feature":                  {"backend/delivery/x.go", sound + `import _ "github.com/redis/go-redis/v9"`, "only backend/queue, backend/live"},
		"an SDK in another vendor's folder":   {"backend/provider/slack/x.go", sound + `import _ "github.com/twilio/twilio-go"`, "only backend/provider/twilio"},
		"a test may use any library we have":  {"backend/sandbox/x_test.go", "package sandbox\nimport _ \"github.com/twilio/twilio-go\"", ""},
		"a library nobody owns":               {"backend/inbox/x.go", sound + `import _ "example.org/pigeon"`, "no folder owns"},
		"a name that only begins like one":    {"backend/inbox/x.go", sound + `import _ "github.com/google/uuidx"`, "no folder owns"},
		"the testing package in the product":  {"backend/inbox/x.go", sound + `import _ "testing"`, "only backend/testbed"},
		"the standard library belongs to all": {"backend/inbox/x.go", sound + `import _ "net/http"`, ""},

		"a folder whose name says nothing":          {"backend/api/util/x.go", sound, "says nothing"},
		"a test folder whose name says nothing":     {"backend/api/common/x_test.go", "package common", "says nothing"},
		"a package without a comment":               {"backend/inbox/x.go", "package inbox", "package comment"},
		"a comment that does not name the package":  {"backend/inbox/x.go", "// This is it.\npackage inbox", "package comment"},
		"a command says Command":                    {"backend/cmd/clarion/x.go", "// Command clarion is the hub.\npackage main", ""},
		"a comment apart from the package clause":   {"backend/inbox/x.go", "// Package inbox keeps it.\n\npackage inbox", "package comment"},
		"a feature that ends the process":           {"backend/inbox/x.go", sound + "import \"os\"\nfunc f() { os.Exit(1) }", "os.Exit"},
		"one that ends it under another name":       {"backend/app/x.go", sound + "import end \"os\"\nfunc f() { end.Exit(1) }", "os.Exit"},
		"one that ends it through log":              {"backend/app/x.go", sound + "import \"log\"\nfunc f() { log.Fatalf(\"x\") }", "log.Fatalf"},
		"another Exit is no matter":                 {"backend/inbox/x.go", sound + "type door struct{}\nfunc (door) Exit(int) {}\nfunc f() { var os door; os.Exit(1) }", ""},
		"a command may end the process":             {"backend/cmd/clarion/x.go", sound + "import \"os\"\nfunc f() { os.Exit(1) }", ""},
		"what is no Go is reported and not skipped": {"backend/inbox/x.go", "package", "expected 'IDENT'"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := inspect([]source{{tt.file, tt.code}})
			if tt.want == "" {
				require.Empty(t, found)
				return
			}
			require.Len(t, found, 1, "%q", found)
			require.Contains(t, found[0], tt.want)
			require.Contains(t, found[0], path.Dir(tt.file), "it names the place")
		})
	}
}

func TestOneCommentIsEnoughForAPackage(t *testing.T) {
	t.Parallel()
	require.Empty(t, inspect([]source{{"backend/inbox/doc.go", "// Package inbox keeps it.\npackage inbox"}, {"backend/inbox/x.go", "package inbox"}}))
}
