package backend_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// source is one Go file, its path counted from the root of the repository.
type source struct {
	path string
	code string
}

func (s source) folder() string { return path.Dir(s.path) }

// test reports whether the file is only compiled for tests.
func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// inspector gathers what breaks a rule.
type inspector struct {
	found []string
	// described holds, per folder with product code, whether some file says
	// what the package is for.
	described map[string]bool
}

func (i *inspector) report(s source, format string, args ...any) {
	i.found = append(i.found, s.path+": "+fmt.Sprintf(format, args...))
}

// inspect returns a sentence for every broken rule, in a steady order.
func inspect(files []source) []string {
	i := &inspector{described: map[string]bool{}}
	for _, s := range files {
		i.file(s)
	}
	for folder, described := range i.described {
		if !described {
			i.found = append(i.found, folder+": no package comment that begins with the package's name")
		}
	}
	sort.Strings(i.found)
	return i.found
}

func (i *inspector) file(s source) {
	tree, err := parser.ParseFile(token.NewFileSet(), s.path, s.code, parser.ParseComments)
	if err != nil {
		i.report(s, "%v", err)
		return
	}
	for _, part := range strings.Split(s.folder(), "/") {
		if slices.Contains(emptyNames, part) {
			i.report(s, "the folder name %s says nothing about what is inside", part)
			return
		}
	}
	if !s.test() {
		i.described[s.folder()] = i.described[s.folder()] || describes(tree)
		i.endings(s, tree)
	}
	for _, name := range imported(tree) {
		if ours, ok := strings.CutPrefix(name, module); ok {
			i.ours(s, ours)
		} else if !s.test() {
			i.theirs(s, name)
		}
	}
	if _, floor := place(s.folder()); floor < 0 && s.folder() != "backend" {
		i.report(s, "%s stands on no floor: add it to floors", s.folder())
	}
}

// imported lists what a file imports.
func imported(tree *ast.File) []string {
	names := make([]string, len(tree.Imports))
	for n, spec := range tree.Imports {
		// The parser accepts only import paths that unquote.
		names[n], _ = strconv.Unquote(spec.Path.Value)
	}
	return names
}

// importsOf reads what a file imports and nothing else of it.
func importsOf(t *testing.T, s source) []string {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), s.path, s.code, parser.ImportsOnly)
	require.NoError(t, err)
	return imported(tree)
}

// describes reports whether the file carries the package comment.
func describes(tree *ast.File) bool {
	text := tree.Doc.Text()
	return strings.HasPrefix(text, "Package "+tree.Name.Name+" ") || (tree.Name.Name == "main" && strings.HasPrefix(text, "Command "))
}

// ours checks an import of one of our own packages.
func (i *inspector) ours(s source, target string) {
	from, at := place(s.folder())
	to, below := place(target)
	switch {
	case below < 0:
		i.report(s, "imports %s, which stands on no floor", target)
	case to == "backend/provider":
		i.provider(s, target)
	case to == "backend/testbed" && !s.test() && s.folder() != bench:
		i.report(s, "imports %s, which is for tests", target)
	case at < 0 || from == to || below < at || (at == wiring && below == wiring):
	default:
		i.report(s, "stands on floor %d and imports %s from floor %d: imports go down, never sideways", at, target, below)
	}
}

// provider checks an import of what a vendor is, of a vendor, of the list of
// vendors, or of the suite they all pass.
func (i *inspector) provider(s source, target string) {
	const root, registry, suite = "backend/provider", "backend/provider/registry", "backend/provider/providertest"
	// No vendors: what the services of one house share, or callbacks of one kind.
	tools := []string{"backend/provider/amazon", "backend/provider/envelope", "backend/provider/lark"}
	from, at := place(s.folder())
	vendor := target != root && target != registry && target != suite && !slices.Contains(tools, target)
	switch {
	case from != root && at != wiring:
		i.report(s, "stands on floor %d and imports %s from floor 2: imports go down, never sideways", at, target)
	case target == suite && !s.test():
		i.report(s, "imports %s, which is for tests", target)
	case target == s.folder(): // a test outside the package it tests
	case from == root && vendor && s.folder() != registry, from == root && target == registry:
		i.report(s, "imports %s: vendors do not know each other, and nothing in provider but the registry knows them", target)
	case at == wiring && vendor && s.folder() != bench && !s.test():
		i.report(s, "imports %s: only the registry names vendors", target)
	}
}

// theirs checks an import of a library in product code.
func (i *inspector) theirs(s source, name string) {
	for library, folders := range owners {
		if !within(name, strings.TrimSuffix(library, "/")) {
			continue
		}
		if !slices.ContainsFunc(folders, func(f string) bool { return within(s.folder(), f) }) {
			i.report(s, "imports %s: only %s may", name, strings.Join(folders, ", "))
		}
		return
	}
	// Paths of the standard library have no dot in their first part.
	if first, _, _ := strings.Cut(name, "/"); strings.Contains(first, ".") {
		i.report(s, "imports %s, which no folder owns: add it to owners", name)
	}
}

// endings looks for calls that end the process outside a command.
func (i *inspector) endings(s source, tree *ast.File) {
	if within(s.folder(), "backend/cmd") {
		return
	}
	names := map[string]string{}
	for n, name := range imported(tree) {
		if name != "os" && name != "log" {
			continue
		}
		names[name] = name
		if as := tree.Imports[n].Name; as != nil {
			delete(names, name)
			names[as.Name] = name
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		left, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		called := names[left.Name] + "." + selector.Sel.Name
		if called == "os.Exit" || strings.HasPrefix(called, "log.Fatal") {
			i.report(s, "calls %s: only commands end the process", called)
		}
		return true
	})
}

// place returns the folder of floors that holds dir, and its floor, or -1.
func place(dir string) (folder string, floor int) {
	for floor, folders := range floors {
		for _, folder := range folders {
			if within(dir, folder) {
				return folder, floor
			}
		}
	}
	return "", -1
}

// within reports whether dir is folder or lies below it.
func within(dir, folder string) bool {
	return dir == folder || strings.HasPrefix(dir, folder+"/")
}
