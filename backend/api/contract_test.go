package api

import (
	"net/http"
	"os"
	"regexp"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/stretchr/testify/require"

	"clarion/backend/access"
	"clarion/backend/audit"
)

var contract = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		return nil, err
	}
	doc.Servers = nil
	return legacy.NewRouter(doc)
})

// checkAnswer holds an answer to the document: every answer of every test.
func checkAnswer(t *testing.T, a ask, got answer) {
	t.Helper()
	router, err := contract()
	require.NoError(t, err)
	path, _, _ := strings.Cut(a.path, "#")
	r, err := http.NewRequest(a.method, path, nil)
	require.NoError(t, err)
	route, params, err := router.FindRoute(r)
	if err != nil {
		require.GreaterOrEqual(t, got.status, 400, "%s %s is not in the document", a.method, a.path)
		return
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 got.status, Header: got.header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	input.SetBodyBytes(got.raw)
	require.NoError(t, openapi3filter.ValidateResponse(t.Context(), input), "%s %s: %s", a.method, a.path, got.raw)
}

func document31(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	require.NoError(t, err)
	return doc
}

func TestTheDocumentIsValidOpenAPI(t *testing.T) {
	t.Parallel()
	require.NoError(t, document31(t).Validate(t.Context()))
}

var pathParam = regexp.MustCompile(`:(\w+)`)

func TestEveryRouteIsInTheDocumentAndEveryOperationIsARoute(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	rules := map[string]route{}
	for _, r := range h.server.routes() {
		rules[r.method+" "+pathParam.ReplaceAllString(r.path, "{$1}")] = r
	}
	var inCode, inDocument []string
	for _, r := range h.server.app.GetRoutes(true) {
		if r.Method != http.MethodHead {
			inCode = append(inCode, r.Method+" "+pathParam.ReplaceAllString(r.Path, "{$1}"))
		}
	}
	for path, item := range document31(t).Paths.Map() {
		for method, op := range item.Operations() {
			at := method + " " + path
			inDocument = append(inDocument, at)
			rule, ok := rules[at]
			require.True(t, ok, "%s is in the document only", at)
			permission, _ := op.Extensions["x-permission"].(string)
			require.Equal(t, string(rule.needs), permission, "permission of %s", at)
			besides, _ := op.Extensions["x-permission-and"].(string)
			require.Equal(t, string(rule.and), besides, "permission besides of %s", at)
			other, _ := op.Extensions["x-permission-or"].(string)
			require.Equal(t, string(rule.or), other, "other permission of %s", at)
			require.Equal(t, schemesOf(rule), schemesIn(op), "callers of %s", at)
			require.Equal(t, rule.once || isIngest(at), hasIdempotency(op), "idempotency of %s", at)
		}
	}
	sort.Strings(inCode)
	sort.Strings(inDocument)
	require.Equal(t, inDocument, inCode)
}

func schemesOf(r route) []string {
	switch {
	case r.self != "":
		return []string{"apiKey", "recipientToken", "session"}
	case r.who == callers:
		return []string{"apiKey", "session"}
	case r.who == recipients:
		return []string{"recipientToken", "session"}
	case r.who == members:
		return []string{"session"}
	}
	return []string{}
}

func schemesIn(op *openapi3.Operation) []string {
	names := []string{}
	for _, one := range *op.Security {
		for name := range one {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

func isIngest(at string) bool {
	return at == "POST /v1/events" || at == "POST /v1/events/batch" || at == "POST /v1/notifications"
}

func hasIdempotency(op *openapi3.Operation) bool {
	return op.Parameters.GetByInAndName("header", "Idempotency-Key") != nil
}

func TestErrorTypesAndWordsAreThoseOfTheDocument(t *testing.T) {
	t.Parallel()
	doc := document31(t)
	names := func(schema string) []string {
		var list []string
		for _, value := range doc.Components.Schemas[schema].Value.Enum {
			list = append(list, value.(string))
		}
		sort.Strings(list)
		return list
	}
	tests := map[string][]string{
		"ErrorType": append([]string(nil), errorTypes...), "Permission": textOf(access.Permissions), "Role": textOf(access.Roles),
		"ActorKind": textOf(audit.ActorKinds),
		"Channel":   textOf(channelNames), "EventStatus": textOf(eventStatuses), "SuppressionReason": textOf(suppressionReasons),
	}
	for schema, inCode := range tests {
		sort.Strings(inCode)
		require.Equal(t, inCode, names(schema), schema)
	}
}

func textOf[T ~string](list []T) []string {
	var texts []string
	for _, one := range list {
		texts = append(texts, string(one))
	}
	return texts
}

func TestTheDocumentIsServedWithoutTheNetwork(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	got := h.do(ask{method: "GET", path: "/openapi.json"})
	require.Equal(t, 200, got.status)
	doc, err := openapi3.NewLoader().LoadFromData(got.raw)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(t.Context()))

	page := h.do(ask{method: "GET", path: "/docs"})
	require.Equal(t, 200, page.status)
	require.Contains(t, page.header.Get("Content-Type"), "text/html")
	for _, name := range []string{"docs.html", "docs.js", "docs.css"} {
		raw, err := os.ReadFile("docs/" + name)
		require.NoError(t, err)
		require.NotRegexp(t, `https?://|//cdn`, string(raw), "nothing is loaded from elsewhere")
		require.Equal(t, 200, h.do(ask{method: "GET", path: "/docs/" + name}).status)
	}
	require.NotContains(t, string(page.raw), "<script>", "the policy allows no inline script")
	require.NotContains(t, page.header.Get("Content-Security-Policy"), "unsafe")
	require.Equal(t, 404, h.do(ask{method: "GET", path: "/docs/..%2fopenapi.yaml"}).status)
}
