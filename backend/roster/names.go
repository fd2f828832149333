package roster

import (
	"bytes"
	"strings"

	"clarion/backend/notify"
)

// nameList is a list of people: a table with a column for their ids or their
// email addresses, or lines that name them one way or the other.
type nameList struct {
	file *file
	// headed says that the first line names the columns, which are then at id and
	// at email; -1 for one that is not there.
	headed    bool
	id, email int
}

// name is how somebody is named: by an id, by an email address, or by what may be
// either.
type name struct{ column, id, email string }

func openNames(text []byte) (*nameList, error) {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, notify.InvalidField("", "required", "the list is empty")
	}
	opened, err := open(bytes.NewReader(text), CSV)
	if err != nil {
		return nil, notify.InvalidField("", "malformed", err.Error())
	}
	list := &nameList{file: opened, id: -1, email: -1}
	for i, head := range Guess(opened.heads, nil) {
		switch {
		case head.Guess.To == "id":
			list.id = i
		case head.Guess.To == "email":
			list.email = i
		case !fields[head.Guess.To]:
			continue
		}
		list.headed = true
	}
	if list.headed && list.id < 0 && list.email < 0 {
		return nil, notify.InvalidField("", "no_id", "one column must be named id or email")
	}
	if !list.headed {
		// What was taken for the head is the first row.
		list.file = &file{table: opened.table.headless(bytes.NewReader(text))}
	}
	return list, nil
}

// names are those of a row.
func (l *nameList) names(row Row) []name {
	if l.headed {
		n := name{id: l.cell(row, l.id), column: l.head(l.id)}
		if n.id == "" {
			n.email = l.cell(row, l.email)
		}
		if n.email != "" || l.id < 0 {
			n.column = l.head(l.email)
		}
		return []name{n}
	}
	var list []name
	for _, cell := range row.Cells {
		for _, word := range strings.Fields(cell) {
			n := name{id: word}
			if strings.Contains(word, "@") {
				n.email = word
			}
			list = append(list, n)
		}
	}
	return list
}

func (l *nameList) cell(row Row, at int) string {
	if at < 0 {
		return ""
	}
	return strings.TrimSpace(row.Cells[at])
}

func (l *nameList) head(at int) string {
	if at < 0 {
		return ""
	}
	return l.file.heads[at]
}
