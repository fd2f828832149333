package backend_test

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"clarion/backend/config"
	"clarion/backend/notify"
)

// root is where the repository begins, seen from this folder.
const root = ".."

// read returns a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(text)
}

// filesBelow lists the files of a folder that end in one of the extensions.
func filesBelow(t *testing.T, folder string, extensions ...string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(root), folder, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && slices.Contains(extensions, path.Ext(name)) {
			names = append(names, name)
		}
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, names)
	return names
}

// papers are the documents written by hand.
func papers(t *testing.T) []string {
	t.Helper()
	names := []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"}
	return append(append(names, filesBelow(t, "docs", ".md")...), filesBelow(t, "deploy", ".md")...)
}

// manifests are the files that other programs run Clarion by.
func manifests(t *testing.T) []string {
	t.Helper()
	return append(filesBelow(t, "deploy", ".yaml"), "docker-compose.yml")
}

var (
	quoted = regexp.MustCompile("`([^`\n]+)`")
	// ourPath is something in backticks that can only be a path of ours.
	ourPath = regexp.MustCompile(`^(backend|frontend|migrations|docs|deploy|scripts|\.ci)/[\w./-]+$`)
	link    = regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`)
)

func TestEveryPathInTheDocumentsExists(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, paper := range papers(t) {
		text := read(t, paper)
		for _, found := range quoted.FindAllStringSubmatch(text, -1) {
			if ourPath.MatchString(found[1]) {
				seen++
				_, err := os.Stat(filepath.Join(root, found[1]))
				require.NoError(t, err, "%s names %s", paper, found[1])
			}
		}
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			seen++
			_, err := os.Stat(filepath.Join(root, path.Dir(paper), found[1]))
			require.NoError(t, err, "%s links to %s", paper, found[1])
		}
	}
	require.Greater(t, seen, 50, "the documents name paths, and none was found")
}

func TestEveryCommandInTheDocumentsExists(t *testing.T) {
	t.Parallel()
	makefile, pack := read(t, "Makefile"), struct{ Scripts map[string]string }{}
	require.NoError(t, json.Unmarshal([]byte(read(t, "package.json")), &pack))
	command := regexp.MustCompile("(?m)(?:^|[`(])(make|npm run) ([a-z][a-z:-]*)")
	seen := 0
	for _, paper := range papers(t) {
		for _, found := range command.FindAllStringSubmatch(read(t, paper), -1) {
			seen++
			if found[1] == "make" {
				require.Regexp(t, `(?m)^`+found[2]+`:.*## `, makefile, "%s says %s", paper, found[0])
			} else {
				require.Contains(t, pack.Scripts, found[2], "%s says %s", paper, found[0])
			}
		}
	}
	require.Greater(t, seen, 5, "the documents name commands, and none was found")
}

// notSettings are variables that are not read by config: those of the commands,
// of the file that holds settings, and of the tests.
var notSettings = []string{"CLARION_URL", "CLARION_API_KEY", "CLARION_CONFIG"}

func TestEverySettingInTheDocumentsExists(t *testing.T) {
	t.Parallel()
	known := config.Example()
	name := regexp.MustCompile(`\b(CLARION_[A-Z_]+|DATABASE_[A-Z_]+|REDIS_URL|CLICKHOUSE_URL)\b`)
	for _, file := range append(append(papers(t), manifests(t)...), "Dockerfile") {
		for _, found := range name.FindAllString(read(t, file), -1) {
			if !slices.Contains(notSettings, found) {
				require.Contains(t, known, "#"+strings.TrimSuffix(found, "_FILE")+"=", "%s names %s", file, found)
			}
		}
	}
}

func TestManifestsAreWhole(t *testing.T) {
	t.Parallel()
	kinds := map[string]int{}
	for _, file := range filesBelow(t, "deploy/kubernetes", ".yaml") {
		decoder := yaml.NewDecoder(strings.NewReader(read(t, file)))
		for {
			var document struct {
				APIVersion string `yaml:"apiVersion"`
				Kind       string
				Metadata   struct{ Name string }
				Spec       map[string]any
			}
			err := decoder.Decode(&document)
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err, file)
			require.NotEmpty(t, document.APIVersion, file)
			require.NotEmpty(t, document.Metadata.Name, file)
			kinds[document.Kind]++
		}
	}
	require.Equal(t, map[string]int{
		"ConfigMap": 1, "Secret": 1, "Service": 1, "Deployment": 3, "PodDisruptionBudget": 2, "HorizontalPodAutoscaler": 2,
	}, kinds)
}

func TestComposeRunsOnAFitRedis(t *testing.T) {
	t.Parallel()
	var compose struct {
		Services map[string]struct {
			Image   string
			Command []string
		}
		Volumes map[string]any
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "docker-compose.yml")), &compose))
	require.Contains(t, compose.Services, "clarion")
	require.Contains(t, compose.Services, "postgres")
	require.Contains(t, strings.Join(compose.Services["redis"].Command, " "), "--maxmemory-policy noeviction")
}

// metricsOf are the metrics that the code counts.
func metricsOf(t *testing.T) map[string]bool {
	t.Helper()
	defined, metric := map[string]bool{}, regexp.MustCompile(`"(clarion_[a-z_]+)"`)
	for _, s := range readTree(t) {
		for _, found := range metric.FindAllStringSubmatch(s.code, -1) {
			if path.Base(s.path) == "metrics.go" {
				defined[found[1]] = true
			}
		}
	}
	return defined
}

func TestTheAlertsWatchMetricsThatExist(t *testing.T) {
	t.Parallel()
	defined := metricsOf(t)
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "deploy/prometheus/alerts.yaml")), &file))
	require.NotEmpty(t, file.Groups)
	for _, rule := range file.Groups[0].Rules {
		require.NotEmpty(t, rule.For, rule.Alert)
		require.NotEmpty(t, rule.Annotations["summary"], rule.Alert)
		require.Contains(t, []string{"warning", "critical"}, rule.Labels["severity"], rule.Alert)
		names := regexp.MustCompile(`clarion_[a-z_]+`).FindAllString(rule.Expr, -1)
		require.NotEmpty(t, names, rule.Alert)
		for _, name := range names {
			require.True(t, defined[strings.TrimSuffix(name, "_bucket")], "the alert %s asks for %s, which no code counts", rule.Alert, name)
		}
	}
}

func TestTheDashboardNamesMetricsThatExist(t *testing.T) {
	t.Parallel()
	defined := metricsOf(t)
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(read(t, "deploy/grafana/clarion.json")), &board))
	require.NotEmpty(t, board.Panels)
	used := map[string]bool{}
	for _, panel := range board.Panels {
		require.NotEmpty(t, panel.Targets, panel.Title)
		for _, target := range panel.Targets {
			for _, name := range regexp.MustCompile(`clarion_[a-z_]+`).FindAllString(target.Expr, -1) {
				name = strings.TrimSuffix(name, "_bucket")
				require.True(t, defined[name], "the panel %q asks for %s, which no code counts", panel.Title, name)
				used[name] = true
			}
		}
	}
	require.Len(t, used, len(defined), "a metric has no panel: %v of %v", used, defined)
}

func TestTheDrawnStatesAreThoseOfTheCode(t *testing.T) {
	t.Parallel()
	text := read(t, "docs/states.md")
	for _, word := range notify.Statuses {
		require.Contains(t, text, string(word))
	}
	for _, word := range append(slices.Clone(notify.Outcomes), notify.Interrupted) {
		require.Contains(t, text, "`"+string(word)+"`")
	}
	drawn := map[string]bool{}
	for _, found := range regexp.MustCompile(`(?m)^ +(\w+) --> (\w+): (?:receipt|late bounce)$`).FindAllStringSubmatch(text, -1) {
		drawn[found[1]+" to "+found[2]] = true
	}
	for _, from := range []notify.Status{notify.Sent, notify.Delivered, notify.Unknown, notify.Failed, notify.Skipped, notify.Expired, notify.Cancelled} {
		for _, to := range notify.Statuses {
			move := string(from) + " to " + string(to)
			require.Equal(t, from.Supersedes(to), drawn[move], "a receipt that moves %s", move)
		}
	}
}
