package sandbox

import (
	"maps"
	"slices"

	"clarion/backend/sandbox/wire"
)

// classes are the faults that need words of the vendor.
var classes = []FaultKind{
	wire.InvalidRecipient, wire.RecipientBlocked, wire.ContentRejected, wire.AuthConfig, wire.Temporary, wire.Partial,
}

// ofHTTP are the faults that only an HTTP answer can have.
var ofHTTP = []FaultKind{wire.OKWithError, wire.NoID, wire.WrongType, wire.Redirect}

// unsupported says why a vendor cannot have a fault, empty when it can.
func unsupported(v wire.Vendor, kind FaultKind) string {
	switch {
	case kind == Undelivered && v.Silent:
		return "never reports delivery, so nothing can come back undelivered"
	case slices.Contains(classes, kind) && !slices.Contains(worded(v), kind):
		return "has no words for that"
	case slices.Contains(ofHTTP, kind) && v.Serve != nil:
		return "does not speak HTTP"
	}
	return ""
}

// worded are the classes that every desk of a vendor has words for.
func worded(v wire.Vendor) []FaultKind {
	var kinds []FaultKind
	for i, door := range v.Doors {
		w, ok := door.Desk.(wire.Worder)
		if !ok {
			return nil
		}
		have := slices.Collect(maps.Keys(w.Words(&wire.Call{})))
		if i == 0 {
			kinds = have
		}
		kinds = slices.DeleteFunc(kinds, func(k FaultKind) bool { return !slices.Contains(have, k) })
	}
	return kinds
}

// Supports lists the faults that a vendor can have.
func (s *Sandbox) Supports(provider string) []FaultKind {
	return slices.DeleteFunc(slices.Clone(FaultKinds), func(k FaultKind) bool { return unsupported(s.vendors[provider], k) != "" })
}
