package notify

import "time"

// WishQuestion asks what a recipient's preferences say about one message.
type WishQuestion struct {
	Choices Preferences
	// Timezone is the recipient's; empty falls back on the house's.
	Timezone string
	// House is what holds for those who have said nothing else.
	House HouseRules
	// Category holds at least its key.
	Category Category
	// Workflow is the key of the workflow, Critical what it says of itself.
	Workflow string
	Critical bool
	Channel  Channel
	At       time.Time
}

// Wish is the answer: the effective value, and why.
type Wish struct {
	Value Setting `json:"value"`
	// Levels are all that had something to say, the nearest first: the first one
	// decides, unless a required default or a critical workflow passes over it.
	Levels []WishLevel `json:"levels"`
	// Refused is set when nothing is to be sent.
	Refused bool `json:"refused"`
	// Detail is the sentence of what decided, Rule names it.
	Detail string `json:"detail"`
	Rule   string `json:"rule,omitempty"`
	// Lock is the operator's lock on the deciding choice.
	Lock    *Lock      `json:"lock,omitempty"`
	Cadence Cadence    `json:"cadence"`
	Quiet   *WishQuiet `json:"quiet,omitempty"`
	// Gather is set when what comes now waits for a digest.
	Gather *WishGather `json:"gather,omitempty"`
	Caps   []WishCap   `json:"caps,omitempty"`
	// CapsPassed says why the caps do not hold; empty when they do.
	CapsPassed string `json:"caps_passed,omitempty"`
}

// WishLevel is one level that had something to say.
type WishLevel struct {
	// Level is paused, channel, workflow_channel, workflow, category_channel,
	// category, category_cadence, default_channel, default or built_in.
	Level   string  `json:"level"`
	Setting Setting `json:"setting"`
	Detail  string  `json:"detail"`
}

// WishQuiet is set while the recipient's quiet hours last.
type WishQuiet struct {
	Until  time.Time   `json:"until"`
	Policy QuietPolicy `json:"policy"`
	// Detail is the sentence, Rule names what decided.
	Detail string `json:"detail"`
	Rule   string `json:"rule"`
}

// WishGather says in which digest a message waits, and until when.
type WishGather struct {
	// Cadence is hourly, daily, weekly, or wake for the end of quiet hours.
	Cadence Cadence   `json:"cadence"`
	Until   time.Time `json:"until"`
	Detail  string    `json:"detail"`
	Rule    string    `json:"rule"`
}

// WishCap is one cap a message must stay below.
type WishCap struct {
	// Category is empty for the cap over everything.
	Category string `json:"category,omitempty"`
	Cap
	Rule string `json:"rule"`
}

// WishAnswer is what follows from a wish for a message: nothing, to leave it
// out, or to keep it until a time.
type WishAnswer struct {
	Skip   SkipReason
	Until  time.Time
	Detail string
	Rule   string
}

// Stops reports whether the message may not go out now.
func (a WishAnswer) Stops() bool { return a.Skip != "" || !a.Until.IsZero() }

// Wanted answers whether the message is to be sent at all.
func (w Wish) Wanted() WishAnswer {
	a := WishAnswer{Detail: w.Detail, Rule: w.Rule}
	if w.Refused {
		a.Skip = OptedOut
	}
	return a
}

// Gathered answers whether the message waits for a digest. One that expires
// before that leaves is kept until then, and found expired.
func (w Wish) Gathered(expires time.Time) WishAnswer {
	if w.Gather == nil {
		return WishAnswer{}
	}
	a := WishAnswer{Until: w.Gather.Until, Detail: w.Gather.Detail, Rule: w.Gather.Rule}
	if !expires.IsZero() && expires.Before(a.Until) {
		a.Until = expires
		a.Detail += " It expires before that."
	}
	return a
}

// Timely answers whether it is to be sent now. One that expires before the quiet
// hours end is kept until then, and found expired.
func (w Wish) Timely(expires time.Time) WishAnswer {
	if w.Quiet == nil {
		return WishAnswer{}
	}
	a := WishAnswer{Detail: w.Quiet.Detail, Rule: w.Quiet.Rule}
	switch w.Quiet.Policy {
	case QuietPass:
	case QuietDrop:
		a.Skip = QuietHours
	default:
		a.Until = w.Quiet.Until
		if !expires.IsZero() && expires.Before(a.Until) {
			a.Until = expires
		}
	}
	return a
}

// Judgement is what a recipient's preferences say about a message that was
// queued before: the answer, and the caps it must stay below when it waited.
type Judgement struct {
	Message Message
	// Step is the question that was answered: preference or quiet hours.
	Step string
	WishAnswer
	Caps []WishCap
}

// CapKey is what must be counted to hold a message against a cap.
type CapKey struct {
	Recipient string
	// Category is empty for the messages of all categories.
	Category string
	Per      Period
}
