package api

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"
	"gopkg.in/yaml.v3"

	"clarion/backend/notify"
	"clarion/backend/template"
)

// exportTemplate answers a template as a YAML file that can be imported again.
// It is the draft, or else what is live.
func (s *Server) exportTemplate(c *fiber.Ctx) error {
	key, err := param(c, "key")
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	view, err := s.templateView(ctx, key)
	if err != nil {
		return err
	}
	v := view.Draft
	if v == nil {
		v = view.Version
	}
	text, err := yamlOf(view.Template, *v)
	if err != nil {
		return fmt.Errorf("export template %s: %w", key, err)
	}
	c.Set(fiber.HeaderContentType, "application/yaml; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename=%q", key+".yaml"))
	return c.Send(text)
}

// yamlOf writes a template by the names of the API.
func yamlOf(t template.Template, v template.Version) ([]byte, error) {
	text, err := json.Marshal(map[string]any{
		"template": t.Key, "name": t.Name, "folder": t.Folder, "default_locale": v.DefaultLocale, "layout": v.Layout,
		"schema": v.Schema, "channels": v.Channels,
	})
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := json.Unmarshal(text, &tree); err != nil {
		return nil, err
	}
	for name, value := range tree {
		if value == nil || value == "" {
			delete(tree, name)
		}
	}
	return yaml.Marshal(tree)
}

// templateFile is a file to import: our full form, or the short one of a
// subject and a body.
type templateFile struct {
	templateInput
	Template string `json:"template"`
	Subject  string `json:"subject"`
	Body     string `json:"body"`
}

// importTemplate saves what a YAML file says, as PUT would.
func (s *Server) importTemplate(c *fiber.Ctx) error {
	file, err := readTemplateFile(c.Request().Body())
	if err != nil {
		return err
	}
	ctx, cancel := s.deadline(c)
	defer cancel()
	if err := s.saveTemplate(ctx, callOf(c), file.Template, file.templateInput); err != nil {
		return err
	}
	if file.Folder != nil {
		if err := s.Templates.File(ctx, file.Template, *file.Folder); err != nil {
			return err
		}
	}
	view, err := s.templateView(ctx, file.Template)
	if err != nil {
		return err
	}
	return replyOK(c, view)
}

// readTemplateFile reads YAML by the rules of a JSON body. An alias could make a
// small file a large one, so there are none.
func readTemplateFile(body []byte) (templateFile, error) {
	var file templateFile
	var node yaml.Node
	if err := yaml.Unmarshal(body, &node); err != nil || len(node.Content) == 0 {
		return file, notify.Malformed("", "malformed_yaml", "not YAML")
	}
	if hasAlias(&node, 0) {
		return file, notify.Malformed("", "malformed_yaml", "aliases and deep nesting are not read")
	}
	var tree any
	if err := node.Decode(&tree); err != nil {
		return file, notify.Malformed("", "malformed_yaml", "not YAML")
	}
	text, err := json.Marshal(tree)
	if err != nil {
		return file, notify.Malformed("", "malformed_yaml", "a name is no text")
	}
	if err := decodeBytes(text, &file); err != nil {
		return file, err
	}
	if file.Template == "" {
		return file, notify.InvalidField("template", "required", "name the template")
	}
	return file, file.lengthen()
}

func hasAlias(n *yaml.Node, depth int) bool {
	if n.Kind == yaml.AliasNode || depth > notify.MaxDepth {
		return true
	}
	for _, inner := range n.Content {
		if hasAlias(inner, depth+1) {
			return true
		}
	}
	return false
}

// lengthen makes the full form of the short one: an email in the default
// language, whose body is MJML, HTML or plain text as it looks.
func (f *templateFile) lengthen() error {
	if f.DefaultLocale == "" {
		f.DefaultLocale = "en"
	}
	if f.Subject == "" && f.Body == "" {
		return nil
	}
	if len(f.Channels) > 0 {
		return notify.InvalidField("channels", "not_used", "a file has either channels or a subject and a body")
	}
	source := template.Source{Subject: f.Subject}
	switch body := strings.TrimSpace(f.Body); {
	case strings.HasPrefix(body, "<mj"):
		source.MJML = f.Body
	case strings.HasPrefix(body, "<"):
		source.HTML = f.Body
	default:
		source.Text = f.Body
	}
	f.Channels = map[notify.Channel]map[string]template.Source{notify.Email: {f.DefaultLocale: source}}
	return nil
}
