package registry

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"clarion/backend/provider/providertest"
)

// root is where the repository begins, seen from this folder.
const root = "../../.."

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(text)
}

// parts are what the page of every provider has, in this order.
var parts = []string{"Credentials", "Settings", "Callbacks", "Limits", "States"}

func TestEveryProviderHasAPageWithAllItsPartsAndSettings(t *testing.T) {
	t.Parallel()
	index := read(t, "docs/guides/providers.md")
	pages, err := fs.Glob(os.DirFS(filepath.Join(root, "docs/providers")), "*.md")
	require.NoError(t, err)
	require.Len(t, pages, len(All()), "a page for each and no other")
	for _, m := range All() {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			page := read(t, "docs/providers/"+m.Name+".md")
			require.Contains(t, index, "[`"+m.Name+"`](../providers/"+m.Name+".md)", "the list leads to it")
			words := strings.Join(strings.Fields(page), " ")
			require.True(t, strings.Contains(words, "Provider `"+m.Name+"`, channel `"+string(m.Channel)+"`"), "it says what it is called")
			sections := regexp.MustCompile(`(?m)^## (.+)$`).FindAllStringSubmatchIndex(page, -1)
			var titles []string
			for i, at := range sections {
				title, end := page[at[2]:at[3]], len(page)
				if i+1 < len(sections) {
					end = sections[i+1][0]
				}
				titles = append(titles, title)
				require.Greater(t, len(strings.TrimSpace(page[at[1]:end])), 10, "%s says something", title)
			}
			require.Equal(t, parts, titles)
			for _, setting := range m.Settings {
				require.True(t, strings.Contains(page, "`"+setting.Key+"`"), "the setting %s is explained", setting.Key)
			}
		})
	}
}

func TestTheTableOfFaultsIsWhatTheSuiteProves(t *testing.T) {
	t.Parallel()
	require.Contains(t, read(t, "docs/guides/providers.md"), providertest.SeenOverTLS())
	for _, name := range folders(t) {
		if name == "smtp" {
			continue // it speaks no HTTP and has a suite of its own
		}
		tests, err := fs.Glob(os.DirFS(filepath.Join(root, "backend/provider", name)), "*_test.go")
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(tests, func(file string) bool {
			return strings.Contains(read(t, "backend/provider/"+name+"/"+file), "providertest.Run(")
		}), "%s passes the suite", name)
	}
}

// folders are the vendors' folders, as the registry imports them.
func folders(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "registry.go", nil, parser.ImportsOnly)
	require.NoError(t, err)
	var names []string
	for _, spec := range file.Imports {
		if name, ok := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), "clarion/backend/provider/"); ok {
			names = append(names, name)
		}
	}
	require.NotEmpty(t, names)
	return names
}

// Adding a provider is two files and one line: nothing but the registry knows it.
func TestAProviderIsTwoFilesAndOneLine(t *testing.T) {
	t.Parallel()
	list := read(t, "backend/provider/registry/registry.go")
	list = list[strings.Index(list, "func All()"):]
	smallest := 100
	for _, name := range folders(t) {
		files, err := fs.Glob(os.DirFS(filepath.Join(root, "backend/provider", name)), "*.go")
		require.NoError(t, err)
		files = slices.DeleteFunc(files, func(file string) bool { return strings.HasSuffix(file, "_test.go") })
		require.Subset(t, files, []string{"manifest.go", "send.go"}, name)
		smallest = min(smallest, len(files))
		require.Equal(t, 1, strings.Count(list, "\t\t"+name+".Manifest(),\n"), "%s is one line", name)
	}
	require.Equal(t, 2, smallest, "two files are enough")
	vendors, users := folders(t), 0
	err := fs.WalkDir(os.DirFS(root), "backend", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			name, ok := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), "clarion/backend/provider/")
			if ok && slices.Contains(vendors, name) {
				users++
				require.Equal(t, "backend/provider/registry/registry.go", file, "only the registry knows %s", name)
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.Len(t, vendors, users)
}
