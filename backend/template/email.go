package template

import (
	"fmt"

	"clarion/backend/notify"
)

// email compiles the parts of an email: HTML from MJML or as written, and text
// as written or from the HTML.
func (c *compiler) email(u unit) {
	put := func(o *notify.Content, v string) error { o.Text = tidy(cleanText(v)); return nil }
	html := c.html(u)
	if html.source != "" {
		c.addWritten("html", html, field{htmlMode, func(o *notify.Content, v string) error { o.HTML = v; return nil }})
	}
	switch {
	case u.source.Text != "":
		c.addWritten("text", c.framedText(u), field{plain, put})
	case html.source != "":
		text, ok := plainTemplate(html.source)
		p, faults := compile(asIs(text), plain, nil)
		if c.out.fromHTML = !ok || len(faults) > 0; !c.out.fromHTML {
			c.out.fields = append(c.out.fields, compiledField{"text", put, p})
		}
	}
}

func (c *compiler) html(u unit) *written {
	switch {
	case u.source.MJML != "":
		return asIs(c.mjml(u))
	case u.source.HTML != "":
		return c.write(u.source.HTML, htmlMode)
	}
	return asIs("")
}

// framedText is the plain text in its layout.
func (c *compiler) framedText(u unit) *written {
	text := c.write(u.source.Text, plain)
	if u.layout.Text == "" {
		return text
	}
	layout, faults := c.around(u.layout.Text, plain)
	if faults = append(enclose(text, plain, c.env).faults, faults...); len(faults) > 0 {
		c.fail("text", faults)
		return asIs("")
	}
	return asIs(insert(layout, text.source))
}

// around is the layout's part of a field, written out. Its faults have no lines
// here: they are in another place than the author's words.
func (c *compiler) around(source string, m mode) (string, []fault) {
	w := c.write(source, m)
	found := enclose(w, m, nil).faults
	faults := make([]fault, len(found))
	for i, f := range found {
		faults[i] = fault{code: f.code, detail: fmt.Sprintf("layout %q: %s", c.unit.layout.Key, f.detail)}
	}
	return w.source, faults
}

// mjml returns the HTML of the email. The author's own part is caged first, so
// that its faults have the lines the author sees.
func (c *compiler) mjml(u unit) string {
	own := c.write(u.source.MJML, htmlMode)
	layout, faults := c.around(u.layout.MJML, htmlMode)
	if faults = append(enclose(own, htmlMode, c.env).faults, faults...); len(faults) > 0 {
		c.fail("mjml", faults)
		return ""
	}
	framed, above := frame(own.source, layout)
	html, faults := compileMJML(framed, u.locale)
	for i := range faults {
		faults[i].line = own.line(max(0, faults[i].line-above))
	}
	c.fail("mjml", faults)
	return html
}
