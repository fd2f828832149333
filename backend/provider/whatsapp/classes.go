package whatsapp

import "clarion/backend/notify"

// class is what an error code of Meta's means, empty when it is not known.
func class(code int) notify.Outcome {
	if code >= 200 && code <= 299 {
		return notify.AuthConfig // a permission is missing
	}
	return classes[code]
}

var classes = byCode(map[notify.Outcome][]int{
	notify.InvalidRecipient: {131026, 131021, 131030},
	// 131050: the person stopped marketing messages.
	notify.RecipientBlocked: {131050},
	// 131047 is among them because only this message cannot go: outside the window
	// a template still can, so the address must not be suppressed for it.
	notify.ContentRejected: {
		132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068, 131008, 131009, 131051, 131052, 131053, 100, 131047, 130472,
	},
	notify.AuthConfig: {0, 3, 10, 190, 131005, 131031, 131042, 131045, 133010, 368},
	// 131049: kept back for the person's sake; a further try has to wait a day.
	notify.RateLimited: {4, 80007, 130429, 131048, 131056, 131049},
	notify.Temporary:   {2, 131016, 131057, 133004},
	// 1 and 131000 are "unknown", which may come after the message was taken.
	notify.Ambiguous: {1, 131000},
})

func byCode(lists map[notify.Outcome][]int) map[int]notify.Outcome {
	out := map[int]notify.Outcome{}
	for class, codes := range lists {
		for _, code := range codes {
			out[code] = class
		}
	}
	return out
}
