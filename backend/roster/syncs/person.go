package syncs

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"clarion/backend/notify"
	"clarion/backend/roster"
)

// Person is what one row says of somebody.
type Person struct {
	notify.Recipient
	// Groups are those of the sync's groups that the person is in.
	Groups []string
	// Hash tells whether anything changed.
	Hash string
}

// plan is what a sync is set to, ready to read rows with.
type plan struct {
	settings Settings
	columns  []roster.Column
	heads    []string
	groups   map[string]string
}

func (s Settings) plan() plan {
	p := plan{settings: s, columns: targets(s.Columns), groups: map[string]string{}}
	for _, c := range s.Columns {
		p.heads = append(p.heads, c.From)
	}
	for _, m := range s.Memberships.Map {
		p.groups[fold(m.Value)] = m.Group
	}
	return p
}

// fold makes spellings alike that a directory takes for the same name.
func fold(dn string) string {
	parts := strings.Split(strings.ToLower(dn), ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return strings.Join(parts, ",")
}

// Managed are the groups whose members are the sync's business.
func (s Settings) Managed() []string {
	var out []string
	if s.Group != "" {
		out = append(out, s.Group)
	}
	for _, m := range s.Memberships.Map {
		out = append(out, m.Group)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Channels are those whose addresses are the sync's business.
func (s Settings) Channels() []notify.Channel {
	var out []notify.Channel
	for _, c := range s.Columns {
		if channel, ok := roster.ChannelOf(c.To); ok {
			out = append(out, channel)
		}
	}
	return out
}

// text is a row as roster reads it: of several values the first, and of a list
// all.
func (p plan) text(row Row) []string {
	cells := make([]string, len(row.Cells))
	for i, values := range row.Cells {
		switch {
		case len(values) == 0:
		case i < len(p.columns) && p.columns[i].Type == "list":
			cells[i] = strings.Join(values, ";")
		default:
			cells[i] = values[0]
		}
	}
	return cells
}

// person reads a row.
func (p plan) person(row Row) (Person, []string, []roster.Fault) {
	cells := p.text(row)
	r, faults := roster.Read(p.columns, p.heads, cells)
	out := Person{Recipient: r}
	if len(faults) > 0 {
		return out, cells, faults
	}
	if p.settings.Group != "" {
		out.Groups = append(out.Groups, p.settings.Group)
	}
	for _, value := range row.Groups {
		if group := p.groups[fold(value)]; group != "" {
			out.Groups = append(out.Groups, group)
		}
	}
	slices.Sort(out.Groups)
	out.Groups = slices.Compact(out.Groups)
	out.Data = p.data(cells, r.Data)
	out.Hash = p.hash(out)
	return out, cells, nil
}

// data adds what the row says by saying nothing: an attribute that is empty is
// empty from now on, and who is there is not gone.
func (p plan) data(cells []string, read json.RawMessage) json.RawMessage {
	fields := map[string]json.RawMessage{}
	if len(read) > 0 {
		_ = json.Unmarshal(read, &fields) // roster wrote it
	}
	for i, c := range p.columns {
		if name, ok := strings.CutPrefix(c.To, "data."); ok && strings.TrimSpace(cells[i]) == "" {
			fields[name] = json.RawMessage("null")
		}
	}
	if p.settings.Gone.Policy == Mark {
		fields[p.settings.Gone.Attribute] = json.RawMessage("false")
	}
	if len(fields) == 0 {
		return nil
	}
	text, _ := json.Marshal(fields) // raw JSON, in the order of the names
	return text
}

// hash differs when the row does, or what is made of it.
func (p plan) hash(of Person) string {
	text, _ := json.Marshal([]any{p.columns, p.settings.Managed(), of.Recipient, of.Groups}) // what was read from text can be written
	sum := sha256.Sum256(text)
	return base64.RawStdEncoding.EncodeToString(sum[:15])
}

func duplicate(line int) roster.Fault {
	return roster.Fault{Code: "duplicate", Detail: fmt.Sprintf("row %d has the same id", line)}
}
