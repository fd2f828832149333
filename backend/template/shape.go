package template

import (
	"encoding/json"
	"fmt"
	"strings"

	"clarion/backend/notify"
)

// shape is what a JSON Schema says about one value: the alternatives it may
// look like. A shape without alternatives is open: anything may be inside.
type shape struct {
	alternatives []map[string]any
	root         map[string]any
}

var open = shape{}

// environment is what the names of a template stand for.
type environment struct {
	roots map[string]shape
	data  shape
}

// The links of a message are names of their own; where a message has no such
// link they stand for nothing, and an if leaves them out.
const (
	unsubscribeURL = "unsubscribe_url"
	preferencesURL = "preferences_url"
)

func isLink(name string) bool { return name == unsubscribeURL || name == preferencesURL }

// reserved are the roots besides the shorthand for the properties of data.
var reserved = append([]string{"data"}, globals...)

const rootSchemas = `{
 "recipient": {"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},"locale":{"type":"string"},"timezone":{"type":"string"},"data":{"type":"object"}}},
 "actor": {"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"},"data":{"type":"object"}}},
 "event": {"type":"object","properties":{"id":{"type":"string"},"type":{"type":"string"},"source":{"type":"string"},"tenant":{"type":"string"},"trace_id":{"type":"string"},"created_at":{"type":"string"},"metadata":{"type":"object"}}},
 "digest": {"type":"object","properties":{"total":{"type":"integer"},"first_at":{"type":"string"},"last_at":{"type":"string"},"items":{"type":"array","items":{"type":"object","properties":{"at":{"type":"string"},"data":{"type":"object"},"event":{"type":"object"},"actor":{"type":"object"},"title":{"type":"string"},"text":{"type":"string"},"url":{"type":"string"}}}}}},
 "unsubscribe_url": {"type":"string"},
 "preferences_url": {"type":"string"},
 "forloop": {"type":"object","properties":{"first":{"type":"boolean"},"last":{"type":"boolean"},"index":{"type":"integer"},"index0":{"type":"integer"},"rindex":{"type":"integer"},"rindex0":{"type":"integer"},"length":{"type":"integer"}}}
}`

func newEnvironment(schema json.RawMessage) (*environment, error) {
	env := &environment{roots: map[string]shape{}}
	var fixed map[string]map[string]any
	if err := json.Unmarshal([]byte(rootSchemas), &fixed); err != nil {
		return nil, fmt.Errorf("read the schemas of the fixed roots: %w", err)
	}
	for name, s := range fixed {
		env.roots[name] = newShape(s, s)
	}
	if len(schema) > 0 {
		var s map[string]any
		if err := json.Unmarshal(schema, &s); err != nil {
			return nil, notify.InvalidField("schema", "schema", "the schema must be a JSON object")
		}
		env.data = newShape(s, s)
	}
	env.roots["data"] = env.data
	return env, nil
}

// lookup resolves the first name of a path.
func (env *environment) lookup(name string) (shape, bool) {
	if s, ok := env.roots[name]; ok {
		return s, true
	}
	return env.data.property(name)
}

func newShape(node, root map[string]any) shape {
	s := shape{root: root}
	s.add(node, 0)
	return s
}

// add flattens references and combinations. One level too deep leaves the shape
// open rather than refusing a variable that may exist.
func (s *shape) add(node map[string]any, depth int) {
	if depth > 16 {
		s.alternatives = append(s.alternatives, map[string]any{})
		return
	}
	ref, _ := node["$ref"].(string)
	if target, ok := s.resolve(ref); ok {
		s.add(target, depth+1)
	}
	combined := ref != ""
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		list, _ := node[key].([]any)
		for _, item := range list {
			if sub, ok := item.(map[string]any); ok {
				combined = true
				s.add(sub, depth+1)
			}
		}
	}
	for _, key := range []string{"then", "else"} {
		if sub, ok := node[key].(map[string]any); ok {
			s.add(sub, depth+1)
		}
	}
	if _, own := node["properties"]; own || !combined {
		s.alternatives = append(s.alternatives, node)
	}
}

func (s *shape) resolve(ref string) (map[string]any, bool) {
	rest, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return nil, false
	}
	node := s.root
	for _, part := range strings.FieldsFunc(rest, func(r rune) bool { return r == '/' }) {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		if node, ok = node[part].(map[string]any); !ok {
			return nil, false
		}
	}
	return node, true
}

// property is the shape of a named part and whether it can exist.
func (s shape) property(name string) (shape, bool) {
	if len(s.alternatives) == 0 {
		return open, true
	}
	found, ok := shape{root: s.root}, false
	for _, node := range s.alternatives {
		properties, _ := node["properties"].(map[string]any)
		if sub, has := properties[name].(map[string]any); has {
			found.add(sub, 0)
			ok = true
		}
		if _, has := properties[name].(bool); has || takesAny(node, name) {
			return open, true
		}
	}
	return found, ok
}

// takesAny reports whether node lets a value have the part although it names
// none such. A schema that lists properties means the list, even though JSON
// Schema would let others pass: that is how a typing error is found.
func takesAny(node map[string]any, name string) bool {
	properties, listed := node["properties"].(map[string]any)
	switch node["type"] {
	case "string":
		return name == "size"
	case "array":
		return name == "size" || name == "first" || name == "last"
	case "number", "integer", "boolean", "null":
		return false
	}
	if _, ok := node["patternProperties"]; ok || name == "size" {
		return true
	}
	if extra, set := node["additionalProperties"]; set {
		return extra != false
	}
	return !listed || len(properties) == 0
}

// items is the shape of the elements of a list.
func (s shape) items() shape {
	out := shape{root: s.root}
	for _, node := range s.alternatives {
		sub, ok := node["items"].(map[string]any)
		if !ok {
			return open
		}
		out.add(sub, 0)
	}
	return out
}

// only reports whether the value can be nothing but of the JSON type.
func (s shape) only(kind string) bool {
	for _, node := range s.alternatives {
		if node["type"] != kind {
			return false
		}
	}
	return len(s.alternatives) > 0
}

// of resolves a path from a known shape and says which part does not exist.
func (s shape) of(e *expr) (shape, error) {
	if e.kind == variable {
		return s, nil
	}
	base, err := s.of(e.kids[0])
	if err != nil {
		return open, err
	}
	name := e.text
	if e.kind == index {
		if text := e.kids[1].text; e.kids[1].kind == literal && strings.ContainsAny(text, `"'`) {
			name = strings.Trim(text, `"'`)
		} else {
			return base.items(), nil
		}
	}
	part, ok := base.property(name)
	if !ok {
		return open, fmt.Errorf("%s is not in the schema", e.path())
	}
	return part, nil
}
