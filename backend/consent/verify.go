package consent

import (
	"context"
	"fmt"

	"clarion/backend/notify"
)

// chainPage is how many records Verify reads at a time.
const chainPage = 500

// Verdict is what proving the chain found. BrokenAt is the first place that is
// not as it was written, and Why says how; zero when all is well.
type Verdict struct {
	Checked  int64  `json:"checked"`
	Erased   int64  `json:"erased"`
	Intact   bool   `json:"intact"`
	BrokenAt int64  `json:"broken_at,omitzero"`
	Why      string `json:"why,omitempty"`
	// Head is the newest record. Whoever writes it down elsewhere can prove later
	// that nothing up to it was taken away.
	Head Head `json:"head"`
}

// Verify walks the whole chain. known is a head that was written down before;
// the zero head asks for nothing.
func Verify(ctx context.Context, store ChainStore, known Head) (Verdict, error) {
	// The end is read first: what is appended meanwhile comes after it.
	end, err := store.ConsentHead(ctx)
	if err != nil {
		return Verdict{}, fmt.Errorf("find the end of the consent log: %w", err)
	}
	w := walk{known: known, emptied: map[string]int64{}}
	for w.why == "" {
		page, err := store.ConsentChain(ctx, w.head.Place, chainPage)
		if err != nil {
			return Verdict{}, fmt.Errorf("walk the consent log: %w", err)
		}
		for i := range page {
			if w.step(&page[i], end); w.why != "" {
				break
			}
		}
		if len(page) < chainPage {
			break
		}
	}
	w.finish(end)
	return Verdict{Checked: w.head.Place, Erased: w.erased, Intact: w.why == "", BrokenAt: w.at, Why: w.why, Head: w.head}, nil
}

// walk is how far a proof has come.
type walk struct {
	head, known Head
	erased      int64
	// emptied holds, by recipient, the first record without content that no
	// erasure has accounted for yet.
	emptied map[string]int64
	at      int64
	why     string
}

func (w *walk) fault(place int64, why string) { w.at, w.why = place, why }

func (w *walk) step(s *Sealed, end Head) {
	switch {
	case s.Place != w.head.Place+1:
		w.fault(w.head.Place+1, "a record is missing here")
		return
	case s.Text != "" && hash(s.Text) != s.Hash:
		w.fault(s.Place, "its content was changed")
		return
	case s.seal(w.head.Seal) != s.Seal:
		w.fault(s.Place, "it was changed or moved")
		return
	case s.Place == w.known.Place && s.Seal != w.known.Seal:
		w.fault(s.Place, "its seal is not the one that was written down")
		return
	case s.Place == end.Place && s.Seal != end.Seal:
		w.fault(s.Place, "it is not the record that was written last")
		return
	}
	if s.Text == "" {
		w.erased++
		if _, ok := w.emptied[s.Recipient]; !ok {
			w.emptied[s.Recipient] = s.Place
		}
	}
	if s.Kind == notify.ConsentErased {
		delete(w.emptied, s.Recipient)
	}
	w.head = Head{s.Place, s.Seal}
}

func (w *walk) finish(end Head) {
	switch {
	case w.why != "":
	case w.head.Place < end.Place:
		w.fault(w.head.Place+1, "the newest records are missing")
	case w.head.Place < w.known.Place:
		w.fault(w.head.Place+1, "the log ends before the place that was written down")
	}
	if w.why != "" {
		return
	}
	for _, place := range w.emptied {
		if w.at == 0 || place < w.at {
			w.fault(place, "its content is gone without an erasure")
		}
	}
}
