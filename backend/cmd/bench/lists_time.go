package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// page is what all lists have in common.
type page struct {
	Data json.RawMessage
	Page struct{ Next string }
}

func (d *desk) get(ctx context.Context, path string) (page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.app.URL()+path, http.NoBody)
	if err != nil {
		return page{}, fmt.Errorf("GET %s: %w", path, err)
	}
	return d.answer(request)
}

func (d *desk) answer(request *http.Request) (page, error) {
	response, err := d.client.Do(request)
	if err != nil {
		return page{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", response.StatusCode, text)
	}
	var got page
	if err == nil {
		err = json.Unmarshal(text, &got)
	}
	if err != nil {
		return page{}, fmt.Errorf("%s %s: %w", request.Method, request.URL.Path, err)
	}
	return got, nil
}

// listLimit is what every list has to keep to.
const listLimit = 100 * time.Millisecond

// timeAll times the first page of each list, and for the long ones a deep page.
func (d *desk) timeAll(ctx context.Context) error {
	d.say("| list, %s | median | 95th percentile | worst of %d |\n|---|---|---|---|\n", d.driver, listTimes)
	slow, asked := 0, 0
	var faults []error
	for _, one := range listCalls(time.Now()) {
		paths := []string{one.path}
		if one.deep {
			deep, err := d.deepPage(ctx, one.path)
			if err != nil {
				return err
			}
			if deep != "" {
				paths = append(paths, deep)
			}
		}
		for i, path := range paths {
			took, err := d.time(ctx, path, one)
			if err != nil {
				faults = append(faults, err)
				continue
			}
			asked++
			label, mark := one.path, ""
			if i > 0 {
				label += ", deep page"
			}
			if quantile(took, .95) > listLimit {
				slow++
				mark = " **above 100 ms**"
			}
			d.say("| `%s` | %s | %s%s | %s |\n", label, round(quantile(took, .5)), round(quantile(took, .95)), mark, round(took[len(took)-1]))
		}
	}
	d.say("\nlists above 100 ms, %s: %d of %d\n\n", d.driver, slow, asked)
	return errors.Join(faults...)
}

const listTimes = 30

// time asks listTimes times, after once for the caches, and sorts.
func (d *desk) time(ctx context.Context, path string, c listCall) ([]time.Duration, error) {
	var took []time.Duration
	for i := range listTimes + 1 {
		began := time.Now()
		got, err := d.get(ctx, path)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			took = append(took, time.Since(began))
		}
		if empty := string(got.Data) == "[]"; empty != c.empty {
			return nil, fmt.Errorf("GET %s: an empty list: %t, not %t", path, empty, c.empty)
		}
	}
	slices.Sort(took)
	return took, nil
}

// deepPage walks up to a hundred pages of two hundred and returns where that ends;
// nothing when there is no second page in a smoke run.
func (d *desk) deepPage(ctx context.Context, path string) (string, error) {
	after, last := "", ""
	for range 100 {
		got, err := d.get(ctx, path+"&limit=200"+after)
		if err != nil {
			return "", err
		}
		if got.Page.Next == "" {
			break
		}
		after, last = "&after="+got.Page.Next, got.Page.Next
	}
	if last == "" && d.quick {
		return "", nil
	}
	if last == "" {
		return "", fmt.Errorf("GET %s: has no second page", path)
	}
	return path + "&after=" + last, nil
}
