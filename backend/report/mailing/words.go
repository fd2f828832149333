package mailing

import (
	"encoding/json"
	"fmt"
	"io/fs"
)

// Languages are those that letters have words of.
var Languages = []string{"en", "zh-CN"}

// areas are the files of words that letters use.
var areas = []string{
	"report_title", "report_question", "report_column", "report_value", "report_lack", "reports", "channel", "priority", "status",
	"reason_short", "suppression_reason",
}

// Words are those of the pages, by language, area and key.
type Words map[string]map[string]map[string]any

// ReadWords reads them from a folder with one folder for each language.
func ReadWords(from fs.FS) (Words, error) {
	w := Words{}
	for _, language := range Languages {
		w[language] = map[string]map[string]any{}
		for _, area := range areas {
			text, err := fs.ReadFile(from, language+"/"+area+".json")
			if err != nil {
				return nil, fmt.Errorf("read the words of letters: %w", err)
			}
			words := map[string]any{}
			if err := json.Unmarshal(text, &words); err != nil {
				return nil, fmt.Errorf("read the words of letters, %s in %s: %w", area, language, err)
			}
			w[language][area] = words
		}
	}
	return w, nil
}

// speech says things in one language.
type speech struct {
	language string
	words    map[string]map[string]any
	// named are the names that people gave to things, by column and id.
	named map[string]map[string]string
}

func (s speech) word(area, key, otherwise string) string {
	if found, ok := s.words[area][key].(string); ok {
		return found
	}
	return otherwise
}

// spoken are the areas that have words for the values of a column.
var spoken = map[string][]string{
	"channel": {"channel"}, "priority": {"priority"}, "status": {"status", "report_value"}, "stage": {"status", "report_value"},
	"reason": {"reason_short", "suppression_reason"},
}

// rest is the name under which reports count the smaller groups of a series.
const rest = "(other)"

// value is a text in a cell; the column, or the group it stands for, says what of.
func (s speech) value(text, column string) string {
	switch text {
	case "":
		return s.word("reports", "none", "–")
	case rest:
		return s.word("reports", "rest", rest)
	}
	if name := s.named[column][text]; name != "" {
		return name
	}
	for _, area := range spoken[column] {
		if found := s.word(area, text, ""); found != "" {
			return found
		}
	}
	return text
}

// weekdays are short names, Monday first.
var weekdays = map[string][]string{
	"en":    {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
	"zh-CN": {"周一", "周二", "周三", "周四", "周五", "周六", "周日"},
}
