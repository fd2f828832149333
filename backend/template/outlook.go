package template

import (
	"regexp"
	"slices"
	"strings"
)

var (
	outlookComment = regexp.MustCompile(`(?s)<!--\[if mso[^\]]*\]>(.*?)<!\[endif\]-->`)
	outlookTag     = regexp.MustCompile(`<(/?)(table|tr|td)\b`)
)

// outOfComments moves markers of tags out of the comments that only Outlook
// reads. The compiler joins neighbouring comments across what stands between
// them; parting them again changes nothing for Outlook.
func (m marked) outOfComments(html string) string {
	pattern := regexp.MustCompile(m.prefix + `\d+x`)
	return outlookComment.ReplaceAllStringFunc(html, func(comment string) string {
		start, _, ok := strings.Cut(comment, ">")
		if !ok || strings.HasPrefix(comment, "<!--[if !mso") {
			return comment
		}
		return pattern.ReplaceAllStringFunc(comment, func(found string) string {
			if n := m.number(found); n < 0 || !m.pieces[n].block {
				return found
			}
			return "<![endif]-->" + found + start + ">"
		})
	})
}

// splitsOutlook finds a tag of Liquid between the two halves of a table that
// only Outlook sees: without the branch, one half would be missing.
func (m marked) splitsOutlook(html string) (piece, bool) {
	pattern := regexp.MustCompile(`(?s)<!--\[if mso[^\]]*\]>.*?<!\[endif\]-->|` + m.prefix + `\d+x`)
	var open []string     // the elements only Outlook has open
	var blocks [][]string // what was open where each block of Liquid began
	for _, found := range pattern.FindAllString(html, -1) {
		if strings.HasPrefix(found, "<!--") {
			open = openAfter(open, found)
			continue
		}
		n := m.number(found)
		if n < 0 || !m.pieces[n].block {
			continue
		}
		name := m.pieces[n].name
		starts := slices.Contains(blockStarts, name)
		switch {
		case starts:
			blocks = append(blocks, slices.Clone(open))
		case len(blocks) == 0 || !strings.HasPrefix(name, "end") && parents[name] == nil:
		case !slices.Equal(blocks[len(blocks)-1], open):
			return m.pieces[n], true
		case strings.HasPrefix(name, "end"):
			blocks = blocks[:len(blocks)-1]
		}
	}
	return piece{}, false
}

// blockStarts are the tags that open a block of Liquid.
var blockStarts = []string{"if", "unless", "case", "for", "capture", "__with"}

func openAfter(open []string, comment string) []string {
	for _, tag := range outlookTag.FindAllStringSubmatch(comment, -1) {
		switch {
		case tag[1] == "":
			open = append(open, tag[2])
		case len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	return open
}
