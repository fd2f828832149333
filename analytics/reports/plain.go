package reports

import (
	"fmt"
	"math"
	"strconv"

	"clarion/backend/report"
)

// plain makes of every value text, a whole number, a fraction or nothing. What
// is in a column of text is text; all else, and what comes after the columns, is a
// figure, which PostgreSQL spells as text where it is a sum.
func (d definition) plain(rows [][]any) error {
	columns := d.Stored()
	for _, row := range rows {
		for i, v := range row {
			v, err := plain(v)
			if err == nil && (i >= len(columns) || columns[i].Type != report.Text) {
				v, err = number(v)
			}
			if err != nil {
				return err
			}
			row[i] = v
		}
	}
	return nil
}

// plain is one value without what is special about its driver.
func plain(v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	case int64:
		return v, nil
	case int8:
		return int64(v), nil
	case int16:
		return int64(v), nil
	case int32:
		return int64(v), nil
	case int:
		return int64(v), nil
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case uint8:
		return int64(v), nil
	case uint16:
		return int64(v), nil
	case uint32:
		return int64(v), nil
	case uint64:
		if v > math.MaxInt64 {
			return nil, fmt.Errorf("%d is too large a number", v)
		}
		return int64(v), nil
	case float64:
		return v, nil
	case *int64:
		if v == nil {
			return nil, nil
		}
		return *v, nil
	}
	return nil, fmt.Errorf("a value of type %T is none that a report has", v)
}

// number is a figure of a column that counts, however the driver spelt it.
func number(v any) (any, error) {
	text, isText := v.(string)
	if !isText {
		return v, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%q is no whole number: %w", text, err)
	}
	return n, nil
}
